import type { Backend } from '../../storage/backend.ts'
import type { SealingKey } from '../crypto/sealing-key.ts'
import { damaged, isAbsent, readExpected } from '../damage.ts'
import { eachOf } from '../each-of.ts'
import { openJson } from '../unpacked.ts'
import { BlobIndex } from './blob-index.ts'
import { decodeIndex } from './index-file.ts'

/** What an entry takes at least in an index file: the 32 bytes of its id do not compress. */
const bytesAnEntry = 40

/**
 * Every index file of the repository. `known` is filled up with what is new, or replaced when a file of it is gone
 * (somebody pruned). Throws `integrity` for a file that is damaged. One that goes away after it was listed was replaced by
 * another, so it is listed again; one that is listed still, by a storage whose listings lag behind, counts as removed.
 */
export async function loadIndexes(
  backend: Backend,
  key: SealingKey,
  known: BlobIndex | null,
  signal: AbortSignal,
  looks = 3,
): Promise<BlobIndex> {
  const names = new Set<string>()
  let total = 0
  for await (const { name, bytes } of backend.list('index', signal)) {
    names.add(name)
    total += bytes
  }
  const index = known?.files.isSubsetOf(names) ? known : new BlobIndex(Math.ceil(total / bytesAnEntry))
  const gone: string[] = []
  await eachOf(names.difference(index.files), backend.atOnce, async name => {
    if (!(await isLoaded(backend, key, index, name, signal))) gone.push(name)
  })
  if (gone.length === 0 || looks === 1) return index
  return await loadIndexes(backend, key, index, signal, looks - 1)
}

/** False where the file is listed and not there. */
async function isLoaded(
  backend: Backend,
  key: SealingKey,
  index: BlobIndex,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await loadIndex(backend, key, index, name, signal)
    return true
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}

/** Adds one index file. Throws `integrity`, and adds nothing, where it is damaged. */
export async function loadIndex(
  backend: Backend,
  key: SealingKey,
  index: BlobIndex,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const bytes = await readExpected(backend, 'index', name, signal)
  const json = openJson(backend, key, { kind: 'index', name, bytes })
  if (!index.addJson(name, json)) index.add(name, decodeIndex(backend, name, parsed(backend, name, json)))
}

function parsed(backend: Backend, name: string, json: Buffer): unknown {
  try {
    return JSON.parse(json.toString())
  } catch (error) {
    throw damaged(backend, 'index', name, 'holds no readable JSON', error)
  }
}
