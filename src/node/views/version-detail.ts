import type { Archive } from '../../archive/archive.ts'
import { findVersion } from '../../archive/find-version.ts'
import { readSheet } from '../../archive/read-sheet.ts'
import type { VersionRecord } from '../../catalog/catalog.ts'
import type { Judged } from '../site-node.ts'
import { describeVersions } from './version-rows.ts'

/** One version with its sheet. */
export async function versionDetail(archive: Archive, judged: Judged, version: VersionRecord, signal: AbortSignal) {
  const { item } = version
  const [row] = await describeVersions(archive, judged, item, [version])
  const sheet = await readSheet(archive, version, signal)
  const { connector, started, finished, program, asset, observed } = sheet
  const all = await archive.record.catalog.versions(item)
  const at = all.findIndex(({ id }) => id === version.id)
  return {
    ...required(row),
    ...{ item, previous: all[at - 1]?.id ?? null, next: all[at + 1]?.id ?? null },
    sheet: { connector, started, finished, program, asset, observed },
  }
}

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('one version has one row')
  return value
}

/** Throws `not-found`, naming what there is. */
export function versionOf(archive: Archive, item: string, which: string): Promise<VersionRecord> {
  return findVersion(archive.record, item, which)
}
