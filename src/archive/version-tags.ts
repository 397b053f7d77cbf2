/** What a version's snapshot carries as tags; together with its tree enough to make the catalog's row again. */
export interface VersionTags {
  readonly version: string
  readonly item: string
  readonly kind: string
  readonly outcome: 'version' | 'equivalent'
  readonly normaliser: string
  readonly content: string
  readonly raw: string
  readonly bytes: number
  readonly files: number
  readonly format: string | null
}

export function writeTags(tags: VersionTags): string[] {
  return [
    `version:${tags.version}`,
    `item:${tags.item}`,
    `kind:${tags.kind}`,
    `outcome:${tags.outcome}`,
    `content:${tags.normaliser}:${tags.content}`,
    `raw:${tags.raw}`,
    `size:${tags.bytes}:${tags.files}`,
    ...(tags.format === null ? [] : [`format:${tags.format}`]),
  ]
}

/** Null for a snapshot that is no version of ours (somebody's own restic backup in the same repository). */
export function readTags(tags: readonly string[]): VersionTags | null {
  const found = new Map(tags.map(tag => [tag.slice(0, tag.indexOf(':')), tag.slice(tag.indexOf(':') + 1)]))
  const [version, item] = [found.get('version'), found.get('item')]
  if (version === undefined || item === undefined) return null
  const [normaliser = '', content = ''] = (found.get('content') ?? '').split(':')
  const [bytes = '0', files = '0'] = (found.get('size') ?? '').split(':')
  return {
    version,
    item,
    kind: found.get('kind') ?? 'other',
    outcome: found.get('outcome') === 'equivalent' ? 'equivalent' : 'version',
    normaliser,
    content,
    raw: found.get('raw') ?? '',
    bytes: Number(bytes) || 0,
    files: Number(files) || 0,
    format: found.get('format') ?? null,
  }
}
