import { BlackstartError, reasonOf } from '../../errors.ts'
import type { SealingKey } from '../crypto/sealing-key.ts'
import { sha256 } from '../crypto/sha256.ts'
import type { BlobTable } from '../index/blob-table.ts'
import { BlobSealer } from './blob-sealer.ts'
import { PackBuilder, type PackSink } from './pack-builder.ts'
import type { BlobType } from './pack-header.ts'
import { nothingStored, type Stored } from './stored.ts'

/** The same in every thread that stores blobs for a writer. */
export interface BlobTables {
  /** What the index files name. */
  known: BlobTable
  /** What the writer's threads have taken on: each blob is stored by the thread that claimed it. */
  readonly claims: BlobTable
}

/** One thread's way from plain blobs to packs: hash, claim, compress, seal, open again, pack. */
export class BlobStore {
  readonly #sealer: BlobSealer
  readonly #tables: BlobTables
  readonly #packs: Record<BlobType, PackBuilder>
  /** So far. */
  readonly stored = { ...nothingStored } as { -readonly [Count in keyof Stored]: number }

  constructor(key: SealingKey, tables: BlobTables, sinks: Record<BlobType, PackSink>) {
    this.#sealer = new BlobSealer(key)
    this.#tables = tables
    this.#packs = { data: new PackBuilder(key, sinks.data), tree: new PackBuilder(key, sinks.tree) }
  }

  /** Stores a blob that nobody has; returns its id. After an error the writer's claims are not to be believed. */
  add(type: BlobType, plain: Uint8Array): string {
    const id = sha256(plain)
    if (this.#tables.known.find(type, id) !== -1 || !this.#tables.claims.claim(type, id)) return id
    try {
      this.#store(type, id, plain)
      return id
    } catch (error) {
      // an error of the system, of memory for instance, must not be taken for one of the file that is being read
      throw error instanceof BlackstartError ? error : notStored(type, id, error)
    }
  }

  #store(type: BlobType, id: string, plain: Uint8Array): void {
    const sealed = this.#sealer.seal(type, plain)
    this.#packs[type].put(type, id, sealed.bytes, sealed.plainLength)
    // A bit that flips in memory is found now, before the pack can end, and not at the restore.
    if (!this.#sealer.opens(id, sealed)) throw faultyMachine(type, id)
    this.#packs[type].endWhenFull()
    this.stored.newBlobs += 1
    if (type === 'tree') this.stored.newTrees += 1
    this.stored.newBytes += plain.byteLength
    this.stored.packedBytes += sealed.bytes.byteLength
  }

  /** Ends the open packs. */
  flush(): void {
    this.#packs.data.flush()
    this.#packs.tree.flush()
  }
}

function notStored(type: BlobType, id: string, cause: unknown): BlackstartError {
  const message = `${type} blob ${id} could not be stored: ${reasonOf(cause)}. Nothing of this run counts.`
  return new BlackstartError('internal', message, { facts: { blob: id }, cause })
}

function faultyMachine(type: BlobType, id: string): BlackstartError {
  return new BlackstartError(
    'integrity',
    `${type} blob ${id} could not be read back before it was written. The memory or the processor of this machine is faulty: have it tested.`,
    { facts: { blob: id } },
  )
}
