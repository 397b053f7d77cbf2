import { BlackstartError } from '../errors.ts'
import type { Backend, FileKind, Range, StoredFile, Upload } from './backend.ts'
import { bufferedUpload } from './buffered-upload.ts'
import { type Clock, systemClock } from './clock.ts'

export interface RetryPolicy {
  /** Milliseconds before the first repetition; doubled for each further one. */
  readonly firstPause: number
  readonly longestPause: number
  /** Milliseconds for which a call may go on failing before its error is thrown. */
  readonly giveUpAfter: number
  /**
   * Of a backend that resumes no uploads. True: they are kept in memory until they are finished, so that they can be sent again.
   * False: their failure is thrown.
   */
  readonly keepUploads: boolean
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  /** Told before each pause, which is in milliseconds. */
  readonly onRetry?: (error: BlackstartError, pause: number) => void
}

/** For storage behind a network: a quarter of an hour, as restic. */
export const networkRetries: RetryPolicy = {
  ...{ firstPause: 500, longestPause: 60_000, giveUpAfter: 900_000, keepUploads: true },
  ...{ clock: systemClock, random: Math.random },
}

/**
 * The same storage, whose calls are repeated while they throw errors with `retry`, and others not. A stream goes on from the byte
 * where it broke, a listing names each file once, and a long file is read on piece by piece.
 */
export function retrying(backend: Backend, policy: RetryPolicy): Backend {
  const again = <Result>(signal: AbortSignal, call: () => Promise<Result>): Promise<Result> =>
    repeat(new Attempts(policy, signal), call)
  const write: Backend['write'] = (kind, name, parts, signal) =>
    again(signal, () => backend.write(kind, name, parts, signal))
  return {
    location: backend.location,
    atOnce: backend.atOnce,
    holdsUploads: backend.holdsUploads || (policy.keepUploads && !backend.resumesUploads),
    ...(backend.resumesUploads && { resumesUploads: true }),
    create: signal => again(signal, () => backend.create(signal)),
    list: (kind, signal) => listOnce(backend, policy, kind, signal),
    stat: (kind, name, signal) => again(signal, () => backend.stat(kind, name, signal)),
    read: (kind, name, range, signal) => readOn(backend, policy, { kind, name, range }, signal),
    stream: (kind, name, from, signal) => streamOn(backend, policy, { kind, name, from }, signal),
    write,
    async upload(kind, signal) {
      if (policy.keepUploads && !backend.resumesUploads) {
        signal.throwIfAborted()
        return bufferedUpload((name, parts) => write(kind, name, parts, signal))
      }
      const upload = await again(signal, () => backend.upload(kind, signal))
      return backend.resumesUploads ? resuming(upload, call => again(signal, call)) : upload
    },
    remove: (kind, name, signal) => again(signal, () => backend.remove(kind, name, signal)),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  }
}

/** Bytes that are moved at a time once a longer read has failed, and of an upload: on a line that breaks often, only small steps get on. */
const step = 1024 * 1024

async function repeat<Result>(attempts: Attempts, call: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      await attempts.pauseAfter(error)
    }
  }
}

/** The failures of one call since it last got on. */
class Attempts {
  readonly #policy: RetryPolicy
  readonly #signal: AbortSignal
  #failures = 0
  #firstFailure = 0

  constructor(policy: RetryPolicy, signal: AbortSignal) {
    this.#policy = policy
    this.#signal = signal
  }

  /** Something came through: pauses and the time to give up begin anew. */
  gotOn(): void {
    this.#failures = 0
  }

  /** Resolves when the call may be made again; throws the error where it may not. */
  async pauseAfter(error: unknown): Promise<void> {
    this.#signal.throwIfAborted()
    if (!(error instanceof BlackstartError) || !error.retry) throw error
    const { clock, giveUpAfter, onRetry } = this.#policy
    if (this.#failures === 0) this.#firstFailure = clock.now()
    this.#failures += 1
    const pause = this.#pause(error)
    if (clock.now() + pause - this.#firstFailure > giveUpAfter) throw this.#givenUp(error)
    onRetry?.(error, pause)
    await clock.sleep(pause, this.#signal)
  }

  /** Between half and the whole of it is random, so that those that failed together do not come back together. */
  #pause(error: BlackstartError): number {
    const { firstPause, longestPause, random } = this.#policy
    const wanted = typeof error.facts.retryAfter === 'number' ? error.facts.retryAfter : 0
    const pause = firstPause * 2 ** (this.#failures - 1) * (0.5 + random() / 2)
    return Math.min(longestPause, Math.max(wanted, pause))
  }

  #givenUp(error: BlackstartError): BlackstartError {
    if (this.#failures === 1) return error
    const seconds = Math.round((this.#policy.clock.now() - this.#firstFailure) / 1000)
    return new BlackstartError(error.code, `${error.message} It was tried ${this.#failures} times in ${seconds} s.`, {
      facts: { ...error.facts, tries: this.#failures, seconds },
      retry: true,
      cause: error,
    })
  }
}

function resuming(upload: Upload, again: <Result>(call: () => Promise<Result>) => Promise<Result>): Upload {
  return {
    async append(bytes) {
      for (let at = 0; at < bytes.byteLength; at += step) {
        await again(() => upload.append(bytes.subarray(at, at + step)))
      }
    },
    finish: name => again(() => upload.finish(name)),
    discard: () => upload.discard(),
  }
}

async function* listOnce(
  backend: Backend,
  policy: RetryPolicy,
  kind: FileKind,
  signal: AbortSignal,
): AsyncGenerator<StoredFile> {
  const attempts = new Attempts(policy, signal)
  const listed = new Set<string>()
  for (;;) {
    try {
      for await (const file of backend.list(kind, signal)) {
        if (listed.has(file.name)) continue
        listed.add(file.name)
        attempts.gotOn()
        yield file
      }
      return
    } catch (error) {
      await attempts.pauseAfter(error)
    }
  }
}

async function* streamOn(
  backend: Backend,
  policy: RetryPolicy,
  { kind, name, from }: { readonly kind: FileKind; readonly name: string; readonly from: number },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const attempts = new Attempts(policy, signal)
  for (let at = from; ; ) {
    try {
      for await (const piece of backend.stream(kind, name, at, signal)) {
        at += piece.byteLength
        attempts.gotOn()
        yield piece
      }
      return
    } catch (error) {
      await attempts.pauseAfter(error)
    }
  }
}

async function readOn(
  backend: Backend,
  policy: RetryPolicy,
  { kind, name, range }: { readonly kind: FileKind; readonly name: string; readonly range: Range | null },
  signal: AbortSignal,
): Promise<Uint8Array> {
  const attempts = new Attempts(policy, signal)
  try {
    return await backend.read(kind, name, range, signal)
  } catch (error) {
    await attempts.pauseAfter(error)
  }
  const read = (part: Range | null) => repeat(attempts, () => backend.read(kind, name, part, signal))
  const whole = range ?? (await repeat(attempts, () => wholeRange(backend, kind, name, signal)))
  if (whole === null || whole.length <= step) return await read(range)
  const bytes = Buffer.allocUnsafeSlow(whole.length)
  for (let at = 0; at < whole.length; at += step) {
    bytes.set(await read({ offset: whole.offset + at, length: Math.min(step, whole.length - at) }), at)
    attempts.gotOn()
  }
  return bytes
}

async function wholeRange(backend: Backend, kind: FileKind, name: string, signal: AbortSignal): Promise<Range | null> {
  const file = await backend.stat(kind, name, signal)
  return file === null ? null : { offset: 0, length: file.bytes }
}
