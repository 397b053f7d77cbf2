import type { BlackstartError } from '../../errors.ts'
import { type BlobSource, byPlace, readBlobs } from '../copy/read-blobs.ts'
import type { BlobIndex, BlobLocation } from '../index/blob-index.ts'
import { readBlob } from '../index/read-blob.ts'
import type { EntrySet } from '../prune/entry-set.ts'

/** A tree, and where it was met. */
export interface TreePlace {
  readonly id: string
  /** Of the folder in its snapshot: `/` or `/a/b`. */
  readonly path: string
  /** Id of the snapshot, or `''`. */
  readonly snapshot: string
}

/** Plain content, the first place's error where no place gives it back, or null where no index knows the tree. */
export type TreeRead = Buffer | BlackstartError | null

/** Trees that are read together, in the order of their packs. */
const batchTrees = 512

/**
 * Reads the trees below `roots`, each once: those in `seen` are passed by, those that were read are added to it. `visit` gets
 * a tree and returns those to go on with. The order is no special one. Memory: what is met and not yet read.
 */
export async function walkTrees(
  source: BlobSource,
  index: BlobIndex,
  roots: AsyncIterable<TreePlace> | Iterable<TreePlace>,
  seen: EntrySet,
  visit: (place: TreePlace, tree: TreeRead) => Iterable<TreePlace>,
  signal: AbortSignal,
): Promise<void> {
  const queue: TreePlace[] = []
  const unknown = new Set<string>()
  const isNew = ({ id }: TreePlace) => !seen.has(index.numberOf('tree', id)) && !unknown.has(id)
  const take = (place: TreePlace, tree: TreeRead): void => {
    for (const next of visit(place, tree)) if (isNew(next)) queue.push(next)
  }
  const readQueued = async (most: number): Promise<void> => {
    while (queue.length > most) {
      const { batch, lost } = takeBatch(queue, index, seen)
      for (const place of lost) {
        if (isNew(place)) take(place, null)
        unknown.add(place.id)
      }
      for await (const { place, tree } of readTrees(source, index, batch, signal)) take(place, tree)
    }
  }
  for await (const root of roots) {
    if (isNew(root)) queue.push(root)
    await readQueued(batchTrees)
  }
  await readQueued(0)
}

type Batch = Map<string, { readonly place: TreePlace; readonly at: BlobLocation }>

/** Takes the newest out of the queue; `lost` are those that no index knows. */
function takeBatch(queue: TreePlace[], index: BlobIndex, seen: EntrySet): { batch: Batch; lost: TreePlace[] } {
  const batch: Batch = new Map()
  const lost: TreePlace[] = []
  for (const place of queue.splice(-batchTrees)) {
    const at = index.find('tree', place.id)
    if (at === null) lost.push(place)
    else if (seen.add(index.numberOf('tree', place.id))) batch.set(place.id, { place, at })
  }
  return { batch, lost }
}

async function* readTrees(
  source: BlobSource,
  index: BlobIndex,
  batch: Batch,
  signal: AbortSignal,
): AsyncGenerator<{ place: TreePlace; tree: TreeRead }> {
  const places = [...batch.values()].map(({ at }) => at).sort(byPlace)
  for await (const read of readBlobs(source, places, signal)) {
    const { id } = read.blob
    const place = batch.get(id)?.place
    if (place === undefined) continue
    // another pack may have it in good order
    const tree =
      'plain' in read ? read.plain : await readBlob(source.backend, source.key, index.all('tree', id), signal)
    yield { place, tree }
  }
}
