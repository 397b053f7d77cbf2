import type { BlackstartError } from '../../errors.ts'
import type { Backend } from '../../storage/backend.ts'
import { atOnce } from '../browse/at-once.ts'
import { isDamage } from '../check/problem.ts'
import type { SealingKey } from '../crypto/sealing-key.ts'
import { damaged, missing } from '../damage.ts'
import type { BlobLocation } from '../index/blob-index.ts'
import { type OpenedBlob, openBlobParts } from '../pack/blob-sealing.ts'

/** Where blobs are read, and the key that opens them: a repository. */
export interface BlobSource {
  readonly backend: Backend
  readonly key: SealingKey
}

/** A blob that was verified by MAC and hash. */
export interface GoodBlob extends OpenedBlob {
  readonly blob: BlobLocation
  readonly sealed: Uint8Array
}

/** One that was, or what is wrong with it, naming the pack. */
export type BlobRead = GoodBlob | { readonly blob: BlobLocation; readonly error: BlackstartError }

/** Bytes between two blobs that are rather read than asked for around. */
const gap = 128 * 1024
/** Bytes that one request is for, where no single blob is larger. As many are under way as the storage is good for. */
const runBytes = 4 * 1024 * 1024

/**
 * Reads blobs in the order given, which should be that of their packs: those that lie near each other come with one request.
 * Damage is in what comes; throws where the storage fails.
 */
export async function* readBlobs(
  source: BlobSource,
  blobs: Iterable<BlobLocation>,
  signal: AbortSignal,
): AsyncGenerator<BlobRead> {
  const { backend, key } = source
  for await (const pieces of atOnce(runsOf(blobs), backend.atOnce, run => readRun(backend, run, signal))) {
    for (const { blob, bytes } of pieces) {
      signal.throwIfAborted()
      if (!(bytes instanceof Uint8Array)) {
        yield { blob, error: bytes }
        continue
      }
      const opened = openBlobParts(key, blob, bytes)
      if (typeof opened === 'string') yield { blob, error: damaged(backend, 'pack', blob.pack, opened) }
      else yield { blob, sealed: bytes, ...opened }
    }
  }
}

/** In the order of their packs, so that `readBlobs` can read them together. */
export function byPlace(a: BlobLocation, b: BlobLocation): number {
  return a.pack === b.pack ? a.offset - b.offset : a.pack < b.pack ? -1 : 1
}

function* runsOf(blobs: Iterable<BlobLocation>): Generator<BlobLocation[]> {
  let run: BlobLocation[] = []
  for (const blob of blobs) {
    const [first, last] = [run[0], run.at(-1)]
    if (first !== undefined && last !== undefined && !isNear(first, last, blob)) {
      yield run
      run = []
    }
    run.push(blob)
  }
  if (run.length > 0) yield run
}

function isNear(first: BlobLocation, last: BlobLocation, next: BlobLocation): boolean {
  const end = last.offset + last.length
  const follows = next.pack === last.pack && next.offset >= end && next.offset - end <= gap
  return follows && next.offset + next.length - first.offset <= runBytes
}

interface Piece {
  readonly blob: BlobLocation
  readonly bytes: Uint8Array | BlackstartError
}

/** One request; where that meets damage, one for each blob. */
async function readRun(backend: Backend, run: readonly BlobLocation[], signal: AbortSignal): Promise<Piece[]> {
  const [first, last] = [run[0], run.at(-1)]
  if (first === undefined || last === undefined) return []
  const range = { offset: first.offset, length: last.offset + last.length - first.offset }
  try {
    const bytes = await backend.read('pack', first.pack, range, signal)
    return run.map(blob => {
      const from = blob.offset - first.offset
      return { blob, bytes: bytes.subarray(from, from + blob.length) }
    })
  } catch (error) {
    if (!isDamage(error)) throw error
    if (run.length === 1) return [{ blob: first, bytes: namedError(backend, first.pack, error) }]
    const pieces: Piece[] = []
    for (const blob of run) pieces.push(...(await readRun(backend, [blob], signal)))
    return pieces
  }
}

function namedError(backend: Backend, pack: string, error: BlackstartError): BlackstartError {
  return error.code === 'not-found' ? missing(backend, 'pack', pack, error) : error
}
