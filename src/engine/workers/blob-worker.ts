// A thread of BlobWorkers: loads, waits for its setup, then does one job at a time, from beginning to end.
import { type MessagePort, parentPort } from 'node:worker_threads'
import { ChunkBuffer } from '../chunker/chunk-buffer.ts'
import { SealingKey } from '../crypto/sealing-key.ts'
import { exclusion } from '../files/exclusion.ts'
import { readUserNames } from '../files/user-names.ts'
import { BlobTable, type SharedBlobTable } from '../index/blob-table.ts'
import { BlobStore, type BlobTables } from '../pack/blob-store.ts'
import type { FinishedPack, PackSink } from '../pack/pack-builder.ts'
import { encodeHeader } from '../pack/pack-header.ts'
import { failureOf } from './failure.ts'
import { storeFolder } from './folder-job.ts'
import type { FromWorker, Job, ToWorker, WorkerSetup } from './messages.ts'
import { storePart } from './part-job.ts'
import { PieceRing } from './piece-ring.ts'
import type { Source } from './source.ts'

/** Bytes of a file that are cut at once. */
const windowBytes = 16 * 1024 * 1024

const port = parentPort as MessagePort
const tell = (message: FromWorker): void => port.postMessage(message)
const names = await readUserNames(new AbortController().signal)
let thread: BlobThread | null = null

class BlobThread {
  readonly #source: Source
  readonly #tables: BlobTables

  constructor(setup: WorkerSetup) {
    const ring = new PieceRing(setup.ring)
    const sink: PackSink = {
      append: bytes => ring.write(bytes, piece => tell({ kind: 'piece', piece })),
      finish({ name, bytes, blobs }: FinishedPack) {
        ring.flush(piece => tell({ kind: 'piece', piece }))
        tell({ kind: 'pack', name, bytes, header: encodeHeader(blobs) })
      },
    }
    this.#tables = { known: new BlobTable(setup.known), claims: new BlobTable(setup.claims) }
    this.#source = {
      ...{ tables: this.#tables, names, rules: setup.rules },
      exclusion: exclusion(setup.rules.exclusion),
      store: new BlobStore(SealingKey.fromJson(setup.key), this.#tables, { data: sink, tree: sink }),
      buffer: new ChunkBuffer(setup.polynomial, windowBytes),
    }
  }

  useKnown(known: SharedBlobTable): void {
    this.#tables.known = new BlobTable(known)
  }

  do(number: number, job: Job): void {
    try {
      const result = this.#run(number, job)
      tell({ kind: 'done', job: number, result, stored: this.#source.store.stored })
    } catch (error) {
      tell({ kind: 'failed', job: number, failure: failureOf(error) })
    }
  }

  #run(number: number, job: Job): unknown {
    switch (job.kind) {
      case 'blob':
        return this.#source.store.add(job.type, job.plain)
      case 'folder':
        return storeFolder(job, this.#source)
      case 'part':
        return storePart(job, this.#source, next => tell({ kind: 'next', job: number, next }))
      case 'flush':
        return this.#source.store.flush()
    }
  }
}

port.on('message', (message: ToWorker) => {
  if (message.kind === 'setup') thread = new BlobThread(message.setup)
  else if (message.kind === 'known') thread?.useKnown(message.known)
  else thread?.do(message.number, message.job)
})
