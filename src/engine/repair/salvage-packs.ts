import { type BlackstartError, isUnreadable } from '../../errors.ts'
import { isDamage } from '../check/problem.ts'
import { type BlobRead, type BlobSource, byPlace, readBlobs } from '../copy/read-blobs.ts'
import type { BlobIndex, BlobLocation } from '../index/blob-index.ts'
import type { SealedBlob } from '../pack/blob-sealing.ts'
import type { BlobType } from '../pack/pack-header.ts'
import { EntrySet } from '../prune/entry-set.ts'
import { readPackHeader } from './read-pack-header.ts'

export interface LostBlob {
  readonly type: BlobType
  readonly id: string
}

export interface SalvagedPack {
  readonly pack: string
  /** Blobs that were read and verified. */
  readonly salvaged: number
  /** Blobs that neither this pack nor another one gives back. */
  readonly lost: readonly LostBlob[]
  /** No index names the pack, and its header cannot be read: nobody knows what is in it, and it must stay. */
  readonly isUnknown: boolean
  /** Something of it could not be read by its disk. */
  readonly isUnreadable: boolean
}

export interface Salvage {
  readonly repository: BlobSource
  readonly index: BlobIndex
  readonly packs: ReadonlySet<string>
  /** Takes an intact blob, each once. */
  readonly store: (type: BlobType, id: string, sealed: SealedBlob) => Promise<void>
  /** Where a blob may be had that its pack does not give back; null where it cannot. */
  readonly substitute: (blob: LostBlob) => Promise<SealedBlob | null>
}

/** Hands over the intact blobs of damaged packs, by what the index says of them and what their headers do. */
export async function* salvagePacks(salvage: Salvage, signal: AbortSignal): AsyncGenerator<SalvagedPack> {
  const { repository, index } = salvage
  const stored = new StoredBlobs(index)
  const take = async ({ type, id }: LostBlob, sealed: SealedBlob | null): Promise<boolean> => {
    if (stored.has(type, id)) return true
    if (sealed === null) return false
    await salvage.store(type, id, sealed)
    stored.add(type, id)
    return true
  }
  for (const pack of salvage.packs) {
    const missing: BlobLocation[] = []
    let salvaged = 0
    const { blobs, headerError } = await blobsOf(repository, index, pack, signal)
    let failed = headerError !== null && isUnreadable(headerError)
    for await (const read of readBlobs(repository, blobs, signal)) {
      if ('error' in read && isUnreadable(read.error)) failed = true
      if (await take(read.blob, sealedOf(read))) salvaged += 1
      else missing.push(read.blob)
    }
    const lost: LostBlob[] = []
    for (const { type, id } of missing) {
      const other = (await elsewhere(salvage, pack, { type, id }, signal)) ?? (await salvage.substitute({ type, id }))
      if (!(await take({ type, id }, other))) lost.push({ type, id })
    }
    const isUnknown = blobs.length === 0 && (await holdsBytes(repository, pack, signal))
    yield { pack, salvaged, lost, isUnknown, isUnreadable: failed }
  }
}

/** Something is lost that the disk may give back another time. */
export function mayComeBack({ lost, isUnreadable }: SalvagedPack): boolean {
  return isUnreadable && lost.length > 0
}

async function holdsBytes({ backend }: BlobSource, pack: string, signal: AbortSignal): Promise<boolean> {
  return ((await backend.stat('pack', pack, signal))?.bytes ?? 0) > 0
}

/** In memory of its own: what was read together is not held together. */
function sealedOf(read: BlobRead): SealedBlob | null {
  return 'plain' in read ? { bytes: Uint8Array.from(read.sealed), plainLength: read.blob.plainLength } : null
}

async function elsewhere(
  { repository, index }: Salvage,
  pack: string,
  { type, id }: LostBlob,
  signal: AbortSignal,
): Promise<SealedBlob | null> {
  const others = index.all(type, id).filter(place => place.pack !== pack)
  for await (const read of readBlobs(repository, others, signal)) {
    const sealed = sealedOf(read)
    if (sealed !== null) return sealed
  }
  return null
}

/** A bit for each that the index knows. */
class StoredBlobs {
  readonly #index: BlobIndex
  readonly #entries = new EntrySet()
  readonly #unknown = new Set<string>()

  constructor(index: BlobIndex) {
    this.#index = index
  }

  has(type: BlobType, id: string): boolean {
    const entry = this.#index.numberOf(type, id)
    return entry === -1 ? this.#unknown.has(`${type} ${id}`) : this.#entries.has(entry)
  }

  add(type: BlobType, id: string): void {
    const entry = this.#index.numberOf(type, id)
    if (entry === -1) this.#unknown.add(`${type} ${id}`)
    else this.#entries.add(entry)
  }
}

/** By the index, and by the header where that can be read. */
async function blobsOf(
  repository: BlobSource,
  index: BlobIndex,
  pack: string,
  signal: AbortSignal,
): Promise<{ readonly blobs: readonly BlobLocation[]; readonly headerError: BlackstartError | null }> {
  let headerError: BlackstartError | null = null
  const places = new Map<string, BlobLocation>()
  const take = (blob: BlobLocation) => places.set(`${blob.type} ${blob.id} ${blob.offset} ${blob.length}`, blob)
  for (const blob of index.packs.get(pack)?.blobs ?? []) take(blob)
  try {
    const bytes = (await repository.backend.stat('pack', pack, signal))?.bytes ?? 0
    for (const blob of bytes === 0 ? [] : await readPackHeader(repository, pack, bytes, signal)) take({ ...blob, pack })
  } catch (error) {
    if (!isDamage(error)) throw error
    headerError = error
  }
  return { blobs: [...places.values()].sort(byPlace), headerError }
}
