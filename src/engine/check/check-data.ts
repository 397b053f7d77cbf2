import { atOnce } from '../browse/at-once.ts'
import type { BlobSource } from '../copy/read-blobs.ts'
import type { BlobIndex } from '../index/blob-index.ts'
import { checkPackName } from './check-pack-data.ts'
import { PackChecks } from './pack-checks.ts'
import type { Report } from './problem.ts'

export interface DataToCheck {
  readonly source: BlobSource
  readonly index: BlobIndex
  /** Bytes by name, of packs that the index names. */
  readonly packs: ReadonlyMap<string, number>
  /** Names of packs that no index names. */
  readonly others: readonly string[]
}

/** Reads packs whole. Throws where the storage fails; damage is reported. */
export async function checkData(
  { source, index, packs, others }: DataToCheck,
  report: Report,
  onPack: (done: number) => void,
  signal: AbortSignal,
): Promise<{ readonly packsRead: number; readonly bytesRead: number }> {
  const total = packs.values().reduce((sum, bytes) => sum + bytes, 0)
  await using checks = new PackChecks(source, total, report)
  const read = async (name: string): Promise<number> => {
    const pack = index.packs.get(name)
    if (pack === undefined) return await checkPackName(source.backend, name, report, signal)
    return await checks.check(name, pack, packs.get(name) ?? 0, signal)
  }
  let [packsRead, bytesRead] = [0, 0]
  for await (const bytes of atOnce([...packs.keys(), ...others], checks.atOnce, read)) {
    packsRead += 1
    bytesRead += bytes
    onPack(packsRead)
  }
  return { packsRead, bytesRead }
}
