import { chmod, lstat, mkdir, mkdtemp, readdir, realpath, rm, statfs } from 'node:fs/promises'
import path from 'node:path'
import { BlackstartError, reasonOf, systemCode } from '../errors.ts'

/** A fresh folder that nobody else can look into. Disposing removes it with all that lies in it, unless it is kept. */
export interface Sandbox extends AsyncDisposable {
  readonly folder: string
  /** Where the version is restored to. */
  readonly content: string
  /** An empty folder beside it. */
  readonly scratch: string
}

/** Room that is left on the disk besides what is restored, in bytes. */
const spare = 16 * 1024 * 1024

/** Of the folders' names; the process that removes it at the end follows. */
const prefix = 'blackstart-drill-'

/**
 * Removes what drills have left in `parent` whose process was killed: what they had restored is not to lie there in clear. Of this
 * user alone, and never what was to be kept.
 */
export async function removeLeftSandboxes(parent: string): Promise<void> {
  for (const { name } of await readdir(parent, { withFileTypes: true }).catch(() => [])) {
    const [, owner] = /^blackstart-drill-(\d{1,10})-/.exec(name) ?? []
    const folder = path.join(parent, name)
    if (owner !== undefined && !isRunning(Number(owner)) && (await isOurs(folder))) await removeWhole(folder)
  }
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0)
  } catch (error) {
    // one that may not be asked runs
    return systemCode(error) !== 'ESRCH'
  }
}

async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => null)
  return found?.isDirectory() === true && (process.getuid === undefined || found.uid === process.getuid())
}

/** Makes a sandbox for `bytes` inside `parent`. Throws `disk-full` where they have no room, `storage` where none can be made. */
export async function makeSandbox(parent: string, bytes: number, keep: boolean): Promise<Sandbox> {
  await removeLeftSandboxes(parent)
  const folder = await freshFolder(parent, keep ? prefix : `${prefix}${process.pid}-`)
  const dispose = keep ? async () => undefined : () => removeWhole(folder)
  try {
    const { bavail, bsize } = await statfs(folder)
    if (bavail * bsize < bytes + spare) throw noRoom(parent, bytes, bavail * bsize)
    const [content, scratch] = [path.join(folder, 'content'), path.join(folder, 'scratch')]
    await mkdir(content, { mode: 0o700 })
    await mkdir(scratch, { mode: 0o700 })
    return { folder, content, scratch, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await removeWhole(folder)
    throw error
  }
}

async function freshFolder(parent: string, begins: string): Promise<string> {
  try {
    await mkdir(parent).catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error
    })
    // mkdtemp makes it 0700
    return await mkdtemp(path.join(await realpath(parent), begins))
  } catch (error) {
    throw new BlackstartError(
      'storage',
      `No sandbox can be made in ${parent}: ${reasonOf(error)}. Choose another folder: --sandbox DIR`,
      { cause: error },
    )
  }
}

/** Restored modes may forbid removing: folders are opened to their owner first. Links are never followed. */
async function removeWhole(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) await openFolders(folder)
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
}

async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(path.join(folder, entry.name))
  }
}

function noRoom(parent: string, bytes: number, free: number): BlackstartError {
  const megabytes = (value: number) => `${Math.ceil(value / 1e6)} MB`
  return new BlackstartError(
    'disk-full',
    `${parent} has ${megabytes(free)} free, the version needs ${megabytes(bytes)}. Choose a larger disk: --sandbox DIR`,
    { facts: { parent, bytes, free } },
  )
}
