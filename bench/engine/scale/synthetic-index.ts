import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { encodeIndex, type IndexedPack } from '../../../src/engine/index/index-file.ts'
import type { PackedBlob } from '../../../src/engine/pack/pack-header.ts'
import type { Repository } from '../../../src/engine/repository.ts'
import { sealUnpacked } from '../../../src/engine/unpacked.ts'
import { layoutPath } from '../../../src/storage/layout.ts'
import { type SeededRandom, seededRandom } from '../sets/seeded-random.ts'

/** As restic and we write them. */
const blobsInFile = 50_000
/** One pack in so many holds trees. */
const treePacks = 10

/** Adds index files that name `blobs` blobs in `packs` packs, none of which is there. */
export async function addSyntheticIndex(
  repository: Repository,
  folder: string,
  { blobs, packs }: { readonly blobs: number; readonly packs: number },
  signal: AbortSignal,
): Promise<void> {
  const random = seededRandom('index')
  let [portion, inPortion, done]: [IndexedPack[], number, number] = [[], 0, 0]
  for (let pack = 0; pack < packs; pack += 1) {
    signal.throwIfAborted()
    const count = Math.round(((pack + 1) * blobs) / packs) - done
    done += count
    inPortion += count
    portion.push({ id: randomId(random), blobs: packBlobs(count, pack % treePacks === 0, random) })
    if (inPortion < blobsInFile && pack + 1 < packs) continue
    const { name, bytes } = sealUnpacked(repository.key, encodeIndex(portion))
    await writeFile(path.join(folder, layoutPath('index', name)), bytes, { mode: 0o400 })
    portion = []
    inPortion = 0
  }
}

function packBlobs(count: number, trees: boolean, random: SeededRandom): PackedBlob[] {
  let offset = 0
  return Array.from({ length: count }, () => {
    const length = 200 + random.integer(300_000)
    offset += length
    const plainLength = length * 2 + random.integer(1000)
    return { type: trees ? 'tree' : 'data', id: randomId(random), offset: offset - length, length, plainLength }
  })
}

const idBytes = Buffer.alloc(32)

function randomId(random: SeededRandom): string {
  random.fill(idBytes)
  return idBytes.toString('hex')
}
