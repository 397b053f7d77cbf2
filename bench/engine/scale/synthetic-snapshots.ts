import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Repository } from '../../../src/engine/repository.ts'
import { encodeSnapshot } from '../../../src/engine/snapshot/snapshot.ts'
import { sealUnpacked } from '../../../src/engine/unpacked.ts'
import { layoutPath } from '../../../src/storage/layout.ts'

const start = Date.parse('2020-01-01T00:00:00Z')

/** Adds snapshots as sweeps make them, of ten items an asset, a quarter of an hour apart; their trees are not there. */
export async function addSyntheticSnapshots(
  repository: Repository,
  folder: string,
  count: number,
  signal: AbortSignal,
): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    signal.throwIfAborted()
    const digest = createHash('sha256').update(`snapshot ${number}`).digest('hex')
    const [asset, item] = [`plc-${number % 1000}`, `program-${number % 10}`]
    const json = encodeSnapshot({
      time: new Date(start + number * 900_000).toISOString(),
      tree: digest,
      paths: [`/${asset}/${item}`],
      hostname: asset,
      username: 'blackstart',
      tags: [`version:${digest.slice(0, 26)}`, `item:${asset}/${item}`, 'kind:program', `content:1:${digest}`],
      programVersion: 'blackstart 0.1.0',
      summary: { files_new: 3, files_unmodified: 2, total_files_processed: 5, total_bytes_processed: 120_000 + number },
    })
    const { name, bytes } = sealUnpacked(repository.key, json)
    await writeFile(path.join(folder, layoutPath('snapshot', name)), bytes, { mode: 0o400 })
  }
}
