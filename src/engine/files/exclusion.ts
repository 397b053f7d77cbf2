import { closeSync, openSync, readSync } from 'node:fs'
import path from 'node:path'
import { systemCode } from '../../errors.ts'
import { selection } from '../restore/selection.ts'
import { type FileStat, statFile } from './file-stat.ts'
import { reach } from './long-path.ts'

/** What a backup leaves out, by restic's rules. Threads hand it to each other. */
export interface ExclusionRules {
  /** restic's patterns, of absolute paths: see `pathPattern`; one that begins with `!` takes back what those before it leave out. */
  readonly patterns: readonly string[]
  /** The same, whatever the case of letters. */
  readonly insensitivePatterns: readonly string[]
  /** Bytes: larger files. Null for no limit. */
  readonly largerThan: number | null
  /** `NAME` or `NAME:BEGINNING`: all that lies beside a file of that name, which begins so. */
  readonly ifPresent: readonly string[]
  /** The paths that are backed up, each with its file system: what lies below on another is left out. Null: all is taken. */
  readonly devices: readonly (readonly [path: string, device: FileStat['device']])[] | null
}

export const noExclusion: ExclusionRules = {
  ...{ patterns: [], insensitivePatterns: [], largerThan: null, ifPresent: [], devices: null },
}

/** A folder that is marked so holds nothing but a cache: https://bford.info/cachedir/ */
export const cacheTag = 'CACHEDIR.TAG:Signature: 8a477f597d28d172789f06886806bc55'

/** Each says what is left out; null where it would leave out nothing. */
export interface Exclusion {
  /** Asked first, for that takes no look at the file. */
  readonly byPath: ((path: string) => boolean) | null
  readonly byStat: ((path: string, stat: FileStat) => boolean) | null
}

/** Throws `usage` for a pattern that cannot be read. */
export function exclusion(rules: ExclusionRules): Exclusion {
  const { patterns, insensitivePatterns, largerThan, devices } = rules
  const tags = rules.ifPresent.map(markedBy)
  const byStat: ((path: string, stat: FileStat) => boolean)[] = [
    ...(largerThan === null ? [] : [(_: string, { type, size }: FileStat) => type !== 'dir' && size > largerThan]),
    ...(devices === null ? [] : [otherDevice(new Map(devices))]),
    ...tags,
  ]
  return {
    byPath: patterns.length + insensitivePatterns.length === 0 ? null : matching(patterns, insensitivePatterns),
    byStat: byStat.length === 0 ? null : (file, stat) => byStat.some(each => each(file, stat)),
  }
}

function matching(excludes: readonly string[], insensitiveExcludes: readonly string[]): (file: string) => boolean {
  const select = selection({ excludes, insensitiveExcludes })
  return file => {
    const slash = file.lastIndexOf('/')
    return !select({ location: file.slice(0, slash) }, file.slice(slash + 1)).itself
  }
}

/** A folder that another file system is mounted on stays, empty. */
function otherDevice(devices: ReadonlyMap<string, FileStat['device']>): (file: string, stat: FileStat) => boolean {
  const isAllowed = (file: string, device: FileStat['device']): boolean => {
    for (let at = file; ; at = path.posix.dirname(at)) {
      const allowed = devices.get(at)
      if (allowed !== undefined) return allowed === device
      if (at === '/') return true
    }
  }
  return (file, { type, device }) => {
    if (isAllowed(file, device)) return false
    const parent = path.posix.dirname(file)
    return type !== 'dir' || !isAllowed(parent, statFile(parent).device)
  }
}

function markedBy(tag: string): (file: string) => boolean {
  const colon = tag.indexOf(':')
  const name = colon < 0 ? tag : tag.slice(0, colon)
  const beginning = Buffer.from(colon < 0 ? '' : tag.slice(colon + 1))
  // The entries of a folder come one after the other.
  let last: { readonly folder: string; readonly isMarked: boolean } | null = null
  return file => {
    const slash = file.lastIndexOf('/')
    if (file.slice(slash + 1) === name) return false
    const folder = file.slice(0, slash)
    if (last?.folder !== folder) last = { folder, isMarked: begins(`${folder}/${name}`, beginning) }
    return last.isMarked
  }
}

/** False where there is no such file, or it cannot be read. */
function begins(file: string, beginning: Buffer): boolean {
  try {
    const { type } = statFile(file)
    if (beginning.byteLength === 0) return true
    if (type !== 'file') return false
    const descriptor = reach(file, at => openSync(at, 'r'))
    try {
      const found = Buffer.alloc(beginning.byteLength)
      return readSync(descriptor, found, 0, found.byteLength, 0) === found.byteLength && found.equals(beginning)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    if (systemCode(error) === null) throw error
    return false
  }
}
