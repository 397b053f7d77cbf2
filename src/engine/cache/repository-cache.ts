import { hash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { systemCode } from '../../errors.ts'
import type { FileKind, Range } from '../../storage/backend.ts'
import { makeFolders } from '../files/make-folders.ts'
import { removeAged } from './cache-folders.ts'

/** What is kept: whole files of the first two kinds, and the parts of packs in which trees were read. */
export type CachedKind = Extract<FileKind, 'index' | 'snapshot' | 'pack'>

const digestBytes = 32
/** Milliseconds after which a file that was never finished is nobody's any more. */
const leftAfter = 24 * 3_600_000

/**
 * Files of one repository on a disk of this machine, sealed as they are there: `KIND/ab/NAME`, and of packs
 * `pack/ab/NAME-OFFSET-LENGTH`, behind which the part's digest stands. Any of it may be damaged or deleted at any time, by
 * anybody, also while several processes use it: then it is as if it had never been there. Nothing here ever throws.
 */
export class RepositoryCache {
  readonly #base: string
  readonly #folder: string
  #writes = true

  private constructor(base: string, repositoryId: string) {
    this.#base = base
    this.#folder = path.join(base, repositoryId)
  }

  /** The cache of a repository below `base`; caches there that nobody has used for long are removed. */
  static async open(base: string, repositoryId: string, now: Date): Promise<RepositoryCache> {
    const cache = new RepositoryCache(path.resolve(base), repositoryId)
    await cache.#try(() => cache.#begin(now))
    await removeAged(base, repositoryId, now)
    return cache
  }

  /** Null for what is not there, or no longer as it was kept. */
  async get(kind: CachedKind, name: string, range: Range | null): Promise<Uint8Array | null> {
    const file = this.#file(kind, name, range)
    const kept = await readFile(file).catch(() => null)
    if (kept === null) return null
    const bytes = range === null ? soundFile(kept, name) : soundPart(kept, path.basename(file), range)
    if (bytes === null) await remove(file)
    return bytes
  }

  /** Where it cannot be written, nothing is kept from then on. */
  async put(kind: CachedKind, name: string, range: Range | null, bytes: Uint8Array): Promise<void> {
    const file = this.#file(kind, name, range)
    const parts = range === null ? [bytes] : [bytes, partDigest(bytes, path.basename(file))]
    await this.#try(() => this.#writeInFolder(file, parts))
  }

  async drop(kind: CachedKind, name: string): Promise<void> {
    if (kind !== 'pack') return await remove(this.#file(kind, name, null))
    const folder = path.dirname(this.#file(kind, name, null))
    for (const part of await namesIn(folder)) if (part.startsWith(name)) await remove(path.join(folder, part))
  }

  /** Drops what the repository has no more. */
  async keepOnly(kind: CachedKind, isThere: (name: string) => boolean): Promise<void> {
    for (const two of await namesIn(path.join(this.#folder, kind))) {
      const folder = path.join(this.#folder, kind, two)
      for (const file of await namesIn(folder)) if (!isThere(file.slice(0, 64))) await remove(path.join(folder, file))
    }
  }

  async #begin(now: Date): Promise<void> {
    await this.#makeFolders(this.#unfinished)
    await writeFile(path.join(this.#base, 'CACHEDIR.TAG'), cacheMark, { flag: 'wx' }).catch(unlessThere)
    await utimes(this.#folder, now, now)
    for (const name of await namesIn(this.#unfinished)) {
      const file = path.join(this.#unfinished, name)
      const found = await stat(file).catch(() => null)
      if (found !== null && now.getTime() - found.mtimeMs > leftAfter) await remove(file)
    }
  }

  /** The folder, and those on the way to it, from the base on for nobody else. */
  async #makeFolders(folder: string): Promise<void> {
    await makeFolders(path.dirname(this.#base))
    await mkdir(this.#base, { mode: 0o700 }).catch(unlessThere)
    let at = this.#base
    for (const name of path.relative(this.#base, folder).split(path.sep)) {
      at = path.join(at, name)
      await mkdir(at, { mode: 0o700 }).catch(unlessThere)
    }
  }

  /** Files get their names when they are whole. */
  async #write(file: string, parts: readonly Uint8Array[]): Promise<void> {
    const unfinished = path.join(this.#unfinished, randomBytes(12).toString('hex'))
    try {
      await writeFile(unfinished, parts, { flag: 'wx', mode: 0o600 })
      await rename(unfinished, file)
    } catch (error) {
      await remove(unfinished)
      throw error
    }
  }

  /** Folders are missing at first, and when somebody has deleted them. */
  async #writeInFolder(file: string, parts: readonly Uint8Array[]): Promise<void> {
    try {
      await this.#write(file, parts)
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error
      await this.#makeFolders(this.#unfinished)
      await this.#makeFolders(path.dirname(file))
      await this.#write(file, parts)
    }
  }

  /** After the first failure nothing is written any more: it would cost time with each file. */
  async #try(action: () => Promise<void>): Promise<void> {
    if (!this.#writes) return
    await action().catch(() => {
      this.#writes = false
    })
  }

  #file(kind: CachedKind, name: string, range: Range | null): string {
    const part = range === null ? '' : `-${range.offset}-${range.length}`
    return path.join(this.#folder, kind, name.slice(0, 2), `${name}${part}`)
  }

  get #unfinished(): string {
    return path.join(this.#folder, 'unfinished')
  }
}

/** Tells programs that back up files to leave this out: the Cache Directory Tagging Specification. */
const cacheMark = 'Signature: 8a477f597d28d172789f06886806bc55\n# Made by blackstart: may be deleted at any time.\n'

function soundFile(bytes: Buffer, name: string): Buffer | null {
  return hash('sha256', bytes, 'hex') === name ? bytes : null
}

function soundPart(kept: Buffer, file: string, { length }: Range): Buffer | null {
  if (kept.byteLength !== length + digestBytes) return null
  const bytes = kept.subarray(0, length)
  return partDigest(bytes, file).equals(kept.subarray(length)) ? bytes : null
}

/** Of the bytes and of what they are. */
function partDigest(bytes: Uint8Array, file: string): Buffer {
  return hash('sha256', Buffer.from(`${file} ${hash('sha256', bytes, 'hex')}`), 'buffer')
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return await readdir(folder).catch(() => [])
}

async function remove(file: string): Promise<void> {
  await rm(file, { force: true }).catch(() => undefined)
}

function unlessThere(error: unknown): void {
  if (systemCode(error) !== 'EEXIST') throw error
}
