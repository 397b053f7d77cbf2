import { hash } from 'node:crypto'
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs'
import { systemCode } from '../../errors.ts'
import { zeroId } from '../files/data-ranges.ts'
import { reach } from '../files/long-path.ts'
import { type SystemCalls, systemCalls } from '../files/system-calls.ts'
import { openForReading } from './open-file.ts'

/** A part of a file that is to be held against the blobs that it should consist of. */
export interface Comparison {
  readonly kind: 'compare'
  readonly path: string
  /** Where the first blob begins. */
  readonly offset: number
  readonly ids: readonly string[]
  /** Bytes of each. */
  readonly lengths: Float64Array
  /** True to read what the disk has, and not what the system still holds in memory. */
  readonly fromDisk: boolean
  /**
   * What becomes of a file of one's own that one may not read: it is opened up, for its permissions are set later · it gets them
   * back · it stays as it is, and counts as different.
   */
  readonly access: 'open up' | 'give back' | 'leave'
}

export interface ComparisonResult {
  /** 1 for each blob that is there as it should be. */
  readonly equal: Uint8Array
  /** Of the whole file. */
  readonly size: number
}

/** A read does not change the time of the last one, where the system allows that. */
const noAccessTime = process.platform === 'linux' ? constants.O_NOATIME : 0

/** Throws the system's error where the file cannot be read. */
export function compareFile(job: Comparison): ComparisonResult {
  let opened: number
  try {
    opened = openToCompare(job)
  } catch (error) {
    if (job.access !== 'leave' || systemCode(error) !== 'EACCES') throw error
    return { size: reach(job.path, at => lstatSync(at)).size, equal: new Uint8Array(job.ids.length) }
  }
  try {
    const { size, blocks } = fstatSync(opened)
    const calls = systemCalls()
    if (job.fromDisk && typeof calls !== 'string') calls.forgetCached(opened)
    const sparse = blocks * 512 < size && typeof calls !== 'string' ? calls : null
    return { size, equal: equalBlobs(opened, job, sparse) }
  } finally {
    closeSync(opened)
  }
}

/** A FIFO that has taken the file's place does not block. */
const reading = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

function openToCompare({ path, access }: Comparison): number {
  try {
    return reach(path, at => openSync(at, reading | noAccessTime))
  } catch {
    // a file of somebody else, or one that may not be read
    return reach(path, at => (access === 'leave' ? openSync(at, reading) : openForReading(at, access === 'give back')))
  }
}

function equalBlobs(opened: number, { offset, ids, lengths }: Comparison, sparse: SystemCalls | null): Uint8Array {
  const equal = new Uint8Array(ids.length)
  let at = offset
  for (const [i, id] of ids.entries()) {
    const length = lengths[i] as number
    const found = isHole(opened, at, length, sparse) ? zeroId(length) : idOf(opened, at, length)
    if (found === id) equal[i] = 1
    at += length
  }
  return equal
}

function isHole(opened: number, offset: number, length: number, calls: SystemCalls | null): boolean {
  if (calls === null) return false
  const data = calls.seekData(opened, offset)
  return data === null ? fstatSync(opened).size >= offset + length : data >= offset + length
}

/** Grows to the largest blob. */
let space = Buffer.alloc(0)

/** Null where the file ends before. */
function idOf(opened: number, offset: number, length: number): string | null {
  if (space.byteLength < length) space = Buffer.allocUnsafeSlow(Math.max(length, 1024 * 1024))
  for (let read = 0; read < length; ) {
    const more = readSync(opened, space, read, length - read, offset + read)
    if (more === 0) return null
    read += more
  }
  return hash('sha256', space.subarray(0, length), 'hex')
}
