import { type BigIntStats, constants, existsSync } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, readdir } from 'node:fs/promises'

/**
 * A folder that is held open, so that what is reached through it is inside it, even if somebody renames the folder or
 * puts a link in its place meanwhile. Linux only (`/proc/self/fd`); elsewhere the path is checked and then trusted.
 */
export interface HeldFolder extends AsyncDisposable {
  /** The path of a name inside it, for the functions of node:fs. */
  at(name: Uint8Array): Buffer
  stat(): Promise<BigIntStats>
  /** The names in it, in the order of their bytes. */
  names(): Promise<Buffer[]>
  /** Opens a folder in it. Throws `ENOTDIR` or `ELOOP` where something else, or a link, bears that name. */
  folder(name: Uint8Array): Promise<HeldFolder>
  /** The same, and makes it (mode 0700) where it is missing. */
  made(name: Uint8Array): Promise<HeldFolder>
  /** Makes the names in it durable. */
  sync(): Promise<void>
}

const holding = process.platform === 'linux' && existsSync('/proc/self/fd')

/** Opens the folder; the caller disposes it. A link as the last name is refused. */
export async function holdFolder(path: Buffer): Promise<HeldFolder> {
  if (!holding) return pathFolder(path)
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  return heldFolder(handle)
}

function heldFolder(handle: FileHandle): HeldFolder {
  const base = Buffer.from(`/proc/self/fd/${handle.fd}/`)
  const at = (name: Uint8Array) => Buffer.concat([base, name])
  return {
    ...common(at),
    names: () => sortedNames(base),
    stat: () => handle.stat({ bigint: true }),
    sync: () => handle.sync(),
    [Symbol.asyncDispose]: () => handle.close(),
  }
}

async function pathFolder(path: Buffer): Promise<HeldFolder> {
  const stat = await lstat(path, { bigint: true })
  if (!stat.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
  const at = (name: Uint8Array) => Buffer.concat([path, Buffer.from('/'), name])
  return {
    ...common(at),
    names: () => sortedNames(path),
    stat: () => lstat(path, { bigint: true }),
    sync: () => Promise.resolve(), // no handle of a folder to be had on Windows
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

function common(at: HeldFolder['at']): Pick<HeldFolder, 'at' | 'folder' | 'made'> {
  return {
    at,
    folder: name => holdFolder(at(name)),
    async made(name) {
      try {
        await mkdir(at(name), { mode: 0o700 })
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      }
      return holdFolder(at(name))
    },
  }
}

async function sortedNames(path: Buffer): Promise<Buffer[]> {
  const names = await readdir(path, { encoding: 'buffer' })
  return names.map(name => Buffer.from(name)).sort(Buffer.compare)
}
