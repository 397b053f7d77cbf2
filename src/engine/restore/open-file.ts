import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs'
import { systemCode } from '../../errors.ts'
import { statOpened } from '../files/file-stat.ts'
import { reach } from '../files/long-path.ts'
import type { RestoredFile } from './restored-file.ts'

/**
 * The permissions of a file that is not whole: no file has these for another reason. They go when all is written, so that
 * the next run knows what a killed one left, whatever its overwrite rule; and until then nobody reads the file.
 */
export const unfinished = 0o1200

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants
/** A link is not followed, and a FIFO in a file's place does not block. */
const writing = O_WRONLY | O_NOFOLLOW | O_NONBLOCK
const making = O_WRONLY | O_NOFOLLOW | O_CREAT | O_EXCL

/** Opens a file for writing as its `begin` says; afterwards it is marked as unfinished. Throws the system's error. */
export function openForWriting({ path, begin }: Pick<RestoredFile, 'path' | 'begin'>): number {
  return reach(path, at => {
    if (begin === 'begun') return openSync(at, writing)
    if (begin === 'change') return openMarked(at)
    if (begin === 'replace') removeStanding(at)
    return openSync(at, making, unfinished)
  })
}

/** Makes the file what later jobs take for `begun`. */
export function beginFile(file: Pick<RestoredFile, 'path' | 'begin'>): void {
  closeSync(openForWriting(file))
}

/** Takes a file away that was begun, and can never be whole; one that the system does not let go stays. */
export function removeUnfinished(path: string): void {
  try {
    reach(path, at => {
      const stat = lstatSync(at)
      if (stat.isFile() && (stat.mode & 0o7777) === unfinished) unlinkSync(at)
    })
  } catch (error) {
    // Why the file is not whole was told: with a name that the system refuses, for one, none was begun.
    if (systemCode(error) === null) throw error
  }
}

/** Null where it may not be opened at all. */
export function openForMetadata(path: string): number | null {
  for (const mode of [O_RDONLY, O_WRONLY]) {
    try {
      return reach(path, at => openSync(at, mode | O_NOFOLLOW | O_NONBLOCK))
    } catch (error) {
      if (systemCode(error) !== 'EACCES') throw error
    }
  }
  return null
}

/** For who is not root, a file of his own that he may not read is made readable; its permissions are set later, or given back now. */
export function openForReading(at: string | Buffer, givesBack: boolean): number {
  const flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
  if (!givesBack) return openPermitted(at, flags)
  const { mode } = lstatSync(at)
  const opened = openPermitted(at, flags)
  if (fstatSync(opened).mode !== mode) fchmodSync(opened, mode & 0o7777)
  return opened
}

function openMarked(at: string | Buffer): number {
  const opened = openPermitted(at, writing)
  try {
    if (statOpened(opened).type !== 'file') throw Object.assign(new Error('it is no file any more'), { code: 'EEXIST' })
    fchmodSync(opened, unfinished)
    return opened
  } catch (error) {
    closeSync(opened)
    throw error
  }
}

function openPermitted(at: string | Buffer, flags: number): number {
  try {
    return openSync(at, flags)
  } catch (error) {
    if (systemCode(error) !== 'EACCES' || !lstatSync(at).isFile()) throw error
    chmodSync(at, 0o600)
    return openSync(at, flags)
  }
}

/** Takes away what is no folder with something in it. */
export function removeStanding(at: string | Buffer): void {
  if (lstatSync(at).isDirectory()) rmdirSync(at)
  else unlinkSync(at)
}
