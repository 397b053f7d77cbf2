// A thread of BlobWorkers: does one job at a time, from beginning to end.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { ChunkBuffer } from '../chunker/chunk-buffer.ts'
import { SealingKey } from '../crypto/sealing-key.ts'
import { exclusion } from '../files/exclusion.ts'
import { readUserNames } from '../files/user-names.ts'
import { BlobTable } from '../index/blob-table.ts'
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
const setup = workerData as WorkerSetup
const tell = (message: FromWorker): void => port.postMessage(message)
const ring = new PieceRing(setup.ring)
const tables: BlobTables = { known: new BlobTable(setup.known), claims: new BlobTable(setup.claims) }
const sink: PackSink = {
  append: bytes => ring.write(bytes, piece => tell({ kind: 'piece', piece })),
  finish({ name, bytes, blobs }: FinishedPack) {
    ring.flush(piece => tell({ kind: 'piece', piece }))
    tell({ kind: 'pack', name, bytes, header: encodeHeader(blobs) })
  },
}
const store = new BlobStore(SealingKey.fromJson(setup.key), tables, { data: sink, tree: sink })
const buffer = new ChunkBuffer(setup.polynomial, windowBytes)
const source: Source = {
  store,
  tables,
  buffer,
  names: await readUserNames(new AbortController().signal),
  isExcluded: exclusion(setup.excludes),
}

function run(number: number, job: Job): unknown {
  switch (job.kind) {
    case 'blob':
      return store.add(job.type, job.plain)
    case 'folder':
      return storeFolder(job, source)
    case 'part':
      return storePart(job, source, next => tell({ kind: 'next', job: number, next }))
    case 'flush':
      return store.flush()
  }
}

port.on('message', (message: ToWorker) => {
  if (message.kind === 'known') {
    tables.known = new BlobTable(message.known)
    return
  }
  const { number, job } = message
  try {
    const result = run(number, job)
    tell({ kind: 'done', job: number, result, stored: { newBlobs: store.newBlobs, newBytes: store.newBytes } })
  } catch (error) {
    tell({ kind: 'failed', job: number, failure: failureOf(error) })
  }
})
