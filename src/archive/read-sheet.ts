import type { VersionRecord } from '../catalog/catalog.ts'
import { BlackstartError } from '../errors.ts'
import type { Archive } from './archive.ts'
import { type CaptureSheet, captureSheet, sheetFolder, sheetName } from './capture-sheet.ts'
import { snapshotOf } from './version-entries.ts'

/** The sheet that lies in a version's tree. Throws `integrity` where it is missing or unreadable. */
export async function readSheet(archive: Archive, version: VersionRecord, signal: AbortSignal): Promise<CaptureSheet> {
  const snapshot = await snapshotOf(archive, version, signal)
  const node = await archive.repository.find(snapshot, `/${sheetFolder}/${sheetName}`, signal)
  try {
    if (node === null) throw new Error('it is missing')
    const parts = await Array.fromAsync(archive.repository.file(node, signal))
    return captureSheet.parse(JSON.parse(Buffer.concat(parts).toString('utf8')))
  } catch (error) {
    if (error instanceof BlackstartError) throw error
    throw new BlackstartError(
      'integrity',
      `${version.item}@${version.id}: its ${sheetFolder}/${sheetName} cannot be read.`,
      {
        cause: error,
      },
    )
  }
}
