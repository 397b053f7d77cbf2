import type { VersionRecord } from '../catalog/catalog.ts'
import { BlackstartError } from '../errors.ts'
import type { SiteRecord } from './record.ts'

/** `asset/item` or `asset/item@version`. Throws `usage` for anything else. */
export function parseItemVersion(text: string): { readonly item: string; readonly version: string | null } {
  const at = text.indexOf('@')
  const item = at < 0 ? text : text.slice(0, at)
  const version = at < 0 ? null : text.slice(at + 1)
  if (!/^[^/@\s]+\/[^/@\s]+$/.test(item) || version === '') {
    throw new BlackstartError(
      'usage',
      `"${text}" names no item. Write asset/item or asset/item@version, e.g. plc-filler/program@latest.`,
    )
  }
  return { item, version }
}

/**
 * The version that a person means: an id, the beginning of one, `latest`, `previous` (the one before the latest) or
 * `approved`. Throws `not-found`, naming what there is.
 */
export async function findVersion(record: SiteRecord, item: string, which: string): Promise<VersionRecord> {
  const versions = await record.catalog.versions(item)
  if (versions.length === 0) {
    throw new BlackstartError(
      'not-found',
      `No version of ${item} is known. Which items there are: blackstart status. If it is one of them, capture it: blackstart capture ${item}`,
    )
  }
  const found = which === 'approved' ? await approved(record, item, versions) : named(versions, which)
  if (found.length === 1 && found[0] !== undefined) return found[0]
  const newest = versions.at(-1)?.id
  throw new BlackstartError(
    'not-found',
    found.length === 0
      ? `${item} has no version "${which}"; its newest is ${newest}. See: blackstart versions ${item}`
      : `"${which}" begins ${found.length} versions of ${item}: write more of the id.`,
  )
}

function named(versions: readonly VersionRecord[], which: string): readonly VersionRecord[] {
  if (which === 'latest') return versions.slice(-1)
  if (which === 'previous') return versions.slice(-2, -1)
  const exact = versions.filter(version => version.id === which)
  return exact.length === 1 ? exact : versions.filter(version => version.id.startsWith(which))
}

async function approved(
  record: SiteRecord,
  item: string,
  versions: readonly VersionRecord[],
): Promise<readonly VersionRecord[]> {
  const approval = await record.catalog.approval(item)
  if (approval === null) {
    throw new BlackstartError(
      'not-found',
      `${item} has no approved version. Approve one: blackstart approve ${item}@latest`,
    )
  }
  return versions.filter(version => version.id === approval.version)
}
