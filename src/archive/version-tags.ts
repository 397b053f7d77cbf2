import { versionTime } from './version-id.ts'

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

const digest = /^[0-9a-f]{64}$/
const itemId = /^[^/@\s]+\/[^/@\s]+$/

/** What a snapshot says of itself. */
export interface Described {
  readonly tags: readonly string[]
  readonly hostname: string
  readonly paths: readonly string[]
}

/** Null for a snapshot that is no version of ours (somebody's own restic backup in the same repository). */
export function readTags({ tags, hostname, paths }: Described): VersionTags | null {
  // the first of a name counts: what restic adds by hand comes after ours
  const found = new Map(tags.toReversed().flatMap(tag => [splitTag(tag)].filter(pair => pair !== null)))
  const [version, item, raw] = [found.get('version'), found.get('item'), found.get('raw')]
  if (version === undefined || versionTime(version) === null) return null
  if (item === undefined || !itemId.test(item) || raw === undefined || !digest.test(raw)) return null
  if (hostname !== item.slice(0, item.indexOf('/')) || paths.length !== 1 || paths[0] !== `/${item}`) return null
  const [normaliser = '', content = ''] = (found.get('content') ?? '').split(':')
  const [bytes = '0', files = '0'] = (found.get('size') ?? '').split(':')
  return {
    version,
    item,
    kind: found.get('kind') ?? 'other',
    outcome: found.get('outcome') === 'equivalent' ? 'equivalent' : 'version',
    normaliser,
    content,
    raw,
    bytes: Number(bytes) || 0,
    files: Number(files) || 0,
    format: found.get('format') ?? null,
  }
}

function splitTag(tag: string): readonly [string, string] | null {
  const colon = tag.indexOf(':')
  return colon < 0 ? null : [tag.slice(0, colon), tag.slice(colon + 1)]
}
