import { constants } from 'node:fs'
import { chown, lchown, lutimes, open, rename, symlink, unlink } from 'node:fs/promises'
import { BlackstartError, systemCode } from '../../errors.ts'
import type { Entry, EntryStat, FileEntry, LinkEntry, Pace } from '../connector.ts'
import { filesFailure } from './files-failure.ts'
import { type HeldFolder, holdFolder } from './held-folder.ts'
import { bytesOfName } from './raw-name.ts'

export interface Writing {
  readonly item: string
  readonly pace: Pace
}

/** Owners can be set by root alone; for others what they write is theirs. */
const mayChown = process.getuid?.() === 0

/**
 * Writes the entries into the folder `root`, which exists. Never follows a link below it; each file is complete and
 * durable before it takes its name; folders get their mode and time when all is in them.
 */
export async function writeEntries(
  writing: Writing,
  root: Buffer,
  entries: AsyncIterable<Entry>,
  signal: AbortSignal,
): Promise<void> {
  const folders: Extract<Entry, { type: 'folder' }>[] = []
  for await (const entry of entries) {
    signal.throwIfAborted()
    if (entry.type === 'folder') folders.push(entry)
    await guarded(writing, entry.path, signal, async () => {
      const names = namesOf(writing, entry.path)
      const last = names.pop() ?? Buffer.alloc(0)
      await using parent = await folderAt(root, names)
      await write(writing, parent, last, entry, signal)
    })
  }
  for (const { path, stat } of folders.reverse()) {
    await guarded(writing, path, signal, async () => {
      const names = namesOf(writing, path)
      const last = names.pop() ?? Buffer.alloc(0)
      await using parent = await folderAt(root, names)
      await setFolderStat(parent, last, stat)
    })
  }
}

/** Writes one file under a temporary name and gives it its name when it is durable. */
export async function writeFile(
  { item, pace }: Writing,
  parent: HeldFolder,
  name: Buffer,
  entry: FileEntry,
  signal: AbortSignal,
): Promise<void> {
  await pace.pause(signal)
  const { stat, chunks } = await entry.read(signal)
  const temporary = parent.at(Buffer.from(`.blackstart-${process.pid}.tmp`))
  await removed(temporary)
  try {
    await using handle = await open(temporary, 'wx', 0o600)
    for await (const chunk of chunks) {
      signal.throwIfAborted()
      await pace.bytes(chunk.length, signal)
      for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten
    }
    if (mayChown && stat.uid !== undefined && stat.gid !== undefined) await handle.chown(stat.uid, stat.gid)
    await handle.chmod(stat.mode ?? 0o644)
    if (stat.mtime !== undefined) await handle.utimes(secondsOf(stat.mtime), secondsOf(stat.mtime))
    await handle.sync()
  } catch (error) {
    await removed(temporary)
    signal.throwIfAborted()
    throw filesFailure(item, 'write', entry.path, error)
  }
  await takeName(temporary, parent, name)
}

async function write(writing: Writing, parent: HeldFolder, name: Buffer, entry: Entry, signal: AbortSignal) {
  if (entry.type === 'file') return writeFile(writing, parent, name, entry, signal)
  if (entry.type === 'link') return writeLink(parent, name, entry)
  await using _ = await parent.made(name)
}

async function writeLink(parent: HeldFolder, name: Buffer, { target, stat }: LinkEntry): Promise<void> {
  const temporary = parent.at(Buffer.from(`.blackstart-${process.pid}.tmp`))
  await removed(temporary)
  await symlink(bytesOfName(target), temporary)
  if (mayChown && stat.uid !== undefined && stat.gid !== undefined) await lchown(temporary, stat.uid, stat.gid)
  if (stat.mtime !== undefined) await lutimes(temporary, secondsOf(stat.mtime), secondsOf(stat.mtime))
  await takeName(temporary, parent, name)
}

async function takeName(temporary: Buffer, parent: HeldFolder, name: Buffer): Promise<void> {
  try {
    await rename(temporary, parent.at(name))
  } catch (error) {
    await removed(temporary)
    throw error
  }
  await parent.sync()
}

async function setFolderStat(parent: HeldFolder, name: Buffer, stat: EntryStat): Promise<void> {
  const path = parent.at(name)
  await using folder = await open(path, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0))
  if (mayChown && stat.uid !== undefined && stat.gid !== undefined) await chown(path, stat.uid, stat.gid)
  if (stat.mode !== undefined) await folder.chmod(stat.mode)
  if (stat.mtime !== undefined) await folder.utimes(secondsOf(stat.mtime), secondsOf(stat.mtime))
  await folder.sync()
}

/** Opens, and makes where it is missing, the folder below `root`; every step refuses a link. */
async function folderAt(root: Buffer, names: readonly Buffer[]): Promise<HeldFolder> {
  let folder = await holdFolder(root)
  for (const name of names) {
    await using outer = folder
    folder = await outer.made(name)
  }
  return folder
}

function namesOf({ item }: Writing, path: string): Buffer[] {
  const names = path.split('/').map(bytesOfName)
  const wrong = names.some(
    name => ['', '.', '..'].includes(name.toString('latin1')) || name.includes(0) || name.includes(0x2f),
  )
  if (!wrong) return names
  throw new BlackstartError(
    'refused',
    `${item}: the path ${JSON.stringify(path)} leads out of the item. Nothing of it was written.`,
    {
      facts: { path },
    },
  )
}

async function removed(path: Buffer): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
  }
}

async function guarded(
  writing: Writing,
  path: string,
  signal: AbortSignal,
  action: () => Promise<void>,
): Promise<void> {
  try {
    await action()
  } catch (error) {
    signal.throwIfAborted()
    throw filesFailure(writing.item, 'write', path, error)
  }
}

/**
 * Node's functions take a double, which cannot hold nanoseconds of today. Half a microsecond is added so that the same
 * microsecond comes out again; whole seconds stay exact.
 */
function secondsOf(nanoseconds: bigint): number {
  if (nanoseconds % 1_000_000_000n === 0n) return Number(nanoseconds / 1_000_000_000n)
  return Number(nanoseconds / 1000n) / 1e6 + 5e-7
}
