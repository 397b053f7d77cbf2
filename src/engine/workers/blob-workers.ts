import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import type { SharedBlobTable } from '../index/blob-table.ts'
import { decodeHeader } from '../pack/pack-header.ts'
import type { PackLane, PackUploads } from '../pack/pack-uploads.ts'
import { nothingStored, type Stored, sumOfStored } from '../pack/stored.ts'
import { errorOf } from './failure.ts'
import type { FromWorker, Job, NextPart, ToWorker, WorkerSetup } from './messages.ts'
import { PieceRing } from './piece-ring.ts'
import type { SpareThreads } from './spare-threads.ts'

/** Pieces of a MiB that a worker may be ahead of the storage. */
const pieces = 4
/** Jobs that wait in a worker's queue, so that it need not wait for the next one. */
const ahead = 2

interface Running {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
  readonly onNext: ((next: NextPart) => void) | null
}

interface Waiting extends Running {
  readonly job: Job
}

interface Lane {
  readonly worker: Worker
  readonly ring: PieceRing
  readonly packs: PackLane
  readonly running: Map<number, Running>
  stored: Stored
}

/** Threads that read, cut, hash, compress, seal and pack, each into packs of its own. Their pieces go to `uploads` as they come. */
export class BlobWorkers implements AsyncDisposable {
  /** The most threads there are: one for each core that this process may use. They begin when there is work for them. */
  readonly count = Math.max(1, availableParallelism())
  readonly #start: () => Lane
  readonly #lanes: Lane[] = []
  readonly #waiting: Waiting[] = []
  #number = 0
  #failure: { readonly error: unknown } | null = null

  constructor(setup: () => Omit<WorkerSetup, 'ring'>, uploads: PackUploads, spare: SpareThreads) {
    this.#start = () => this.#lane(setup(), uploads, spare)
  }

  /** What the workers have stored so far. */
  get stored(): Stored {
    return sumOfStored(this.#lanes.map(({ stored }) => stored))
  }

  /** Does a job in the thread that is the least busy. Buffers in `transfer` are handed over. */
  run<Result>(
    job: Job,
    transfer: readonly ArrayBuffer[] = [],
    onNext: ((next: NextPart) => void) | null = null,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) throw this.#failure.error
      const waiting = { job, resolve: resolve as (result: unknown) => void, reject, onNext }
      const lane = this.#leastBusy()
      if (lane.running.size < ahead || transfer.length > 0) this.#post(lane, waiting, transfer)
      else this.#waiting.push(waiting)
    })
  }

  /** Ends the open packs; resolves when everything that was stored before has been handed to the uploads. */
  async flush(): Promise<void> {
    await Promise.all(
      this.#lanes.map(async lane => {
        await new Promise((resolve, reject) => {
          this.#post(lane, { job: { kind: 'flush' }, resolve, reject, onNext: null }, [])
        })
        await lane.packs.drained()
      }),
    )
  }

  /** Lets the threads look blobs up in another table from now on. */
  useKnown(known: SharedBlobTable): void {
    for (const { worker } of this.#lanes) worker.postMessage({ kind: 'known', known } satisfies ToWorker)
  }

  /** Ends the threads, whatever they are doing, and gives up their open packs. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#fail(new Error('the workers were ended'))
    for (const { ring } of this.#lanes) ring.close()
    await Promise.all(
      this.#lanes.map(async ({ worker, packs }) => {
        await worker.terminate()
        await packs.discard()
      }),
    )
  }

  #leastBusy(): Lane {
    const [first, ...others] = this.#lanes
    const least = others.reduce(
      (least, each) => (least && least.running.size <= each.running.size ? least : each),
      first,
    )
    if (least !== undefined && (least.running.size === 0 || this.#lanes.length === this.count)) return least
    const lane = this.#start()
    this.#lanes.push(lane)
    return lane
  }

  #lane(setup: Omit<WorkerSetup, 'ring'>, uploads: PackUploads, spare: SpareThreads): Lane {
    const ring = PieceRing.create(pieces)
    const worker = spare.take()
    worker.postMessage({ kind: 'setup', setup: { ...setup, ring: ring.shared } } satisfies ToWorker)
    const lane: Lane = {
      ...{ worker, ring, packs: uploads.lane(), running: new Map() },
      stored: nothingStored,
    }
    worker.on('message', (message: FromWorker) => this.#receive(lane, message))
    worker.on('error', error => this.#fail(error))
    worker.on('exit', () => this.#fail(new Error('a thread of the writer has ended')))
    return lane
  }

  #post(lane: Lane, { job, ...running }: Waiting, transfer: readonly ArrayBuffer[]): void {
    if (this.#failure !== null) {
      running.reject(this.#failure.error)
      return
    }
    this.#number += 1
    lane.running.set(this.#number, running)
    lane.worker.ref()
    lane.worker.postMessage({ kind: 'job', number: this.#number, job } satisfies ToWorker, [...transfer])
  }

  #receive(lane: Lane, message: FromWorker): void {
    if (message.kind === 'piece') {
      void lane.packs.append(lane.ring.view(message.piece)).then(() => lane.ring.release(message.piece))
    } else if (message.kind === 'pack') {
      const { name, bytes, header } = message
      const blobs = decodeHeader(Buffer.from(header)) ?? []
      void lane.packs.finish({ name, bytes, blobs })
    } else if (message.kind === 'next') {
      lane.running.get(message.job)?.onNext?.(message.next)
    } else {
      this.#end(lane, message)
    }
  }

  #end(lane: Lane, message: Extract<FromWorker, { kind: 'done' | 'failed' }>): void {
    const running = lane.running.get(message.job)
    lane.running.delete(message.job)
    if (message.kind === 'done') {
      lane.stored = message.stored
      running?.resolve(message.result)
    } else running?.reject(errorOf(message.failure))
    const next = this.#waiting.shift()
    if (next !== undefined) this.#post(lane, next, [])
    else if (lane.running.size === 0) lane.worker.unref()
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    for (const { running } of this.#lanes) {
      for (const { reject } of running.values()) reject(error)
      running.clear()
    }
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}
