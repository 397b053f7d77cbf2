import { createHash } from 'node:crypto'
import { BlackstartError, reasonOf } from '../errors.ts'
import type { Backend, FileKind } from '../storage/backend.ts'
import { layoutPath } from '../storage/layout.ts'
import type { BlobSource } from './copy/read-blobs.ts'
import type { SealingKey } from './crypto/sealing-key.ts'
import { cutSpans } from './pack/cut-spans.ts'
import type { FinishedPack } from './pack/pack-builder.ts'

/** Milliseconds. */
const removeWithin = 60_000

/**
 * Reads a file that was just written, whole, and holds it against its name, the SHA-256 of its content. Throws
 * `integrity` where it is something else or cannot be read, and takes the file away first: a bad index or snapshot would
 * stand in the way of every later run.
 *
 * Where the system still holds the file in its cache, this reads the cache and not the disk: it finds what memory, the
 * system, a network share or its server did wrong. Node offers no way round the cache that works on every file system;
 * what the medium made of the file is for `verify --read-data` to find.
 */
export async function readBack(backend: Backend, kind: FileKind, name: string, writing: AbortSignal): Promise<void> {
  let cause: unknown
  try {
    const hash = createHash('sha256')
    for await (const piece of backend.stream(kind, name, 0, writing)) hash.update(piece)
    if (hash.digest('hex') === name) return
  } catch (error) {
    if (writing.aborted) throw error
    cause = error
  }
  throw notAsWritten(backend, { kind, name, removed: await takenAway(backend, kind, name, writing), cause })
}

/**
 * As `readBack`, of a pack: instead of the hash of the file, whose name it is, every byte of it is held against the seal of
 * its blob or of the header, which takes a fifth of the time.
 */
export async function readBackPack(
  { backend, key }: BlobSource,
  pack: FinishedPack,
  writing: AbortSignal,
): Promise<void> {
  let cause: unknown
  try {
    if (await isAuthentic(backend.stream('pack', pack.name, 0, writing), pack, key)) return
  } catch (error) {
    if (writing.aborted) throw error
    cause = error
  }
  const { name } = pack
  throw notAsWritten(backend, { kind: 'pack', name, removed: await takenAway(backend, 'pack', name, writing), cause })
}

async function isAuthentic(
  pieces: AsyncIterable<Uint8Array>,
  { blobs, bytes }: FinishedPack,
  key: SealingKey,
): Promise<boolean> {
  const last = blobs.at(-1)
  const endBytes = bytes - (last === undefined ? 0 : last.offset + last.length)
  for await (const { span, content } of cutSpans(pieces, blobs, endBytes)) {
    if (content === null) return false
    if (span !== null && !key.isAuthentic(content)) return false
    if (span === null && !isHeader(Buffer.from(content), endBytes, key)) return false
  }
  return true
}

/** The sealed header, and its length in four bytes. */
function isHeader(end: Buffer, bytes: number, key: SealingKey): boolean {
  if (end.byteLength !== bytes || end.readUInt32LE(bytes - 4) !== bytes - 4) return false
  return key.isAuthentic(end.subarray(0, bytes - 4))
}

async function takenAway(backend: Backend, kind: FileKind, name: string, writing: AbortSignal): Promise<boolean> {
  try {
    await backend.remove(kind, name, AbortSignal.any([writing, AbortSignal.timeout(removeWithin)]))
    return true
  } catch {
    return false // the error that follows says that it is still there
  }
}

interface BadFile {
  readonly kind: FileKind
  readonly name: string
  readonly removed: boolean
  readonly cause: unknown
}

function notAsWritten(backend: Backend, { kind, name, removed, cause }: BadFile): BlackstartError {
  const file = layoutPath(kind, name)
  const found = cause === undefined ? 'what was read back is something else' : `cannot be read back: ${reasonOf(cause)}`
  const left = removed ? '' : ' The file could not be removed: remove it before the next run.'
  return new BlackstartError(
    'integrity',
    `${backend.location}: ${file} was written, and ${found}. What was to be stored with it does not count.${left} Have the disk, its controller and cable, and the memory of this machine tested, and run again.`,
    { facts: { file, kind, name, removed }, cause },
  )
}
