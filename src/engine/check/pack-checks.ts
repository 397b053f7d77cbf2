import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import type { BlobSource } from '../copy/read-blobs.ts'
import type { KnownPack } from '../index/blob-index.ts'
import { encodeHeader, type PackedBlob } from '../pack/pack-header.ts'
import { errorOf } from '../workers/failure.ts'
import type { Failure } from '../workers/messages.ts'
import { startWorker } from '../workers/start-worker.ts'
import { checkPackData } from './check-pack-data.ts'
import { isDamage, type Report } from './problem.ts'

export interface PackCheckSetup {
  readonly key: string
  readonly location: string
}

export interface PackToCheck {
  readonly number: number
  readonly name: string
  readonly bytes: Uint8Array
  /** The blobs that the index says, as in a pack's header. */
  readonly header: Uint8Array
}

export interface CheckedPack {
  readonly number: number
  readonly failures: readonly Failure[]
}

/** Bytes of a pack that is held whole; a larger one is verified piece by piece in this thread. */
const mostWhole = 32 * 1024 * 1024
/** Bytes of packs from which on threads are worth their beginning. */
const threadsFrom = 64 * 1024 * 1024

interface Thread {
  readonly worker: Worker
  readonly running: Map<number, PromiseWithResolvers<readonly Failure[]>>
  /** Why it takes nothing more. */
  failure: { readonly error: unknown } | null
}

/** Verifies packs, in one thread for each core where there are enough of them. What is read here is handed over, not copied. */
export class PackChecks implements AsyncDisposable {
  readonly #source: BlobSource
  readonly #report: Report
  readonly #threads: Thread[]
  #number = 0

  /** `totalBytes` are those of all packs that will be verified. */
  constructor(source: BlobSource, totalBytes: number, report: Report) {
    this.#source = source
    this.#report = report
    this.#threads =
      totalBytes < threadsFrom ? [] : Array.from({ length: Math.max(1, availableParallelism()) }, () => this.#start())
  }

  /** Packs that are worth having under way: a thread has one that it verifies, and the next one is read meanwhile. */
  get atOnce(): number {
    return Math.max(this.#source.backend.atOnce, this.#threads.length * 2)
  }

  /** Reads a pack and reports what is wrong with it; returns the bytes read. */
  async check(name: string, pack: Pick<KnownPack, 'blobs'>, bytes: number, signal: AbortSignal): Promise<number> {
    const blobs = pack.blobs.toSorted((a, b) => a.offset - b.offset)
    if (this.#threads.length === 0 || bytes > mostWhole || !isContiguous(blobs)) {
      return await checkPackData(this.#source, name, { blobs }, this.#report, signal)
    }
    const content = await this.#source.backend.read('pack', name, null, signal).catch(unlessDamaged)
    if (content === null) return await checkPackData(this.#source, name, { blobs }, this.#report, signal)
    const { byteLength } = content
    for (const failure of await this.#hand(name, content, encodeHeader(blobs))) this.#report(errorOf(failure))
    return byteLength
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
  }

  async #hand(name: string, content: Uint8Array, header: Uint8Array): Promise<readonly Failure[]> {
    const thread = this.#threads.reduce((least, each) => (each.running.size < least.running.size ? each : least))
    if (thread.failure !== null) throw thread.failure.error
    this.#number += 1
    const result = Promise.withResolvers<readonly Failure[]>()
    thread.running.set(this.#number, result)
    const bytes = ownMemory(content)
    const message = { number: this.#number, name, bytes, header } satisfies PackToCheck
    thread.worker.postMessage(message, [bytes.buffer])
    return await result.promise
  }

  #start(): Thread {
    const { key, backend } = this.#source
    const setup: PackCheckSetup = { key: key.toJson(), location: backend.location }
    const worker = startWorker('pack-check-worker', import.meta.url, setup)
    const thread: Thread = { worker, running: new Map(), failure: null }
    worker.on('message', ({ number, failures }: CheckedPack) => {
      thread.running.get(number)?.resolve(failures)
      thread.running.delete(number)
    })
    const fail = (error: unknown): void => {
      thread.failure ??= { error }
      for (const { reject } of thread.running.values()) reject(error)
      thread.running.clear()
    }
    worker.on('error', fail)
    worker.on('exit', () => fail(new Error('a thread of the check has ended')))
    return thread
  }
}

function isContiguous(blobs: readonly PackedBlob[]): boolean {
  let end = 0
  for (const { offset, length } of blobs) {
    if (offset !== end) return false
    end += length
  }
  return true
}

/** What is damaged is read again, piece by piece, as far as it goes. */
function unlessDamaged(error: unknown): null {
  if (isDamage(error)) return null
  throw error
}

/** In memory that is nobody else's, and so can be handed to another thread. */
function ownMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes
  const isOwn = buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength
  return isOwn ? new Uint8Array(buffer) : Uint8Array.from(bytes)
}
