import type { VersionRecord } from '../catalog/catalog.ts'
import { type Comparison, compareVersions, type Side } from '../compare/compare-versions.ts'
import type { Archive } from './archive.ts'
import { shownFormat } from './node-items.ts'
import { versionEntries } from './version-entries.ts'

/** What changed between two stored versions, with `context` lines around each change. */
export async function compareStored(
  archive: Archive,
  from: VersionRecord,
  to: VersionRecord,
  context: number,
  signal: AbortSignal,
): Promise<Comparison> {
  const [before, after] = [await sidesOf(archive, from, signal), await sidesOf(archive, to, signal)]
  return compareVersions(before, after, { format: shownFormat(to) ?? shownFormat(from), context }, signal)
}

async function sidesOf(archive: Archive, version: VersionRecord, signal: AbortSignal): Promise<Side[]> {
  const sides: Side[] = []
  for await (const { type, path, node, stat } of versionEntries(archive, version, signal)) {
    const common = { path, mode: type === 'link' ? null : stat.mode & 0o7777 }
    if (type === 'file') {
      sides.push({
        ...common,
        type,
        bytes: node.size ?? 0,
        // one repository cuts the same bytes the same way each time
        identity: (node.content ?? []).join(','),
        chunks: inner => archive.repository.file(node, inner),
      })
    } else {
      const target = type === 'link' ? (node.linktarget ?? '') : ''
      sides.push({ ...common, type, bytes: 0, identity: target, target, chunks: nothing })
    }
  }
  return sides
}

async function* nothing(): AsyncIterable<Uint8Array> {
  // a folder and a link have no content
}
