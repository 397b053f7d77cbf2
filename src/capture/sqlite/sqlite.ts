import type { BigIntStats } from 'node:fs'
import { type FileHandle, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { BlackstartError } from '../../errors.ts'
import type { Connector, Entry, EntryStat, Reading, Target } from '../connector.ts'
import { copyDatabase } from './copy-database.ts'
import { fileFingerprint } from './file-fingerprint.ts'
import { replaceDatabase } from './replace-database.ts'
import { sqliteFailure } from './sqlite-failure.ts'

const options = z.strictObject({
  path: z.string().min(1).describe('the database file on this machine; relative to the site folder'),
})
export type SqliteOptions = z.infer<typeof options>

const chunkSize = 256 * 1024

/** A live SQLite database of this machine, as one file that is one state of it. */
export const sqlite: Connector<SqliteOptions> = {
  kind: 'sqlite',
  options,
  impact: { capture: 'reads', restore: 'stops' },
  device: () => null,
  connections: () => [],
  fingerprint: async (target, signal) => fileFingerprint(target, placeOf(target), signal),
  capture,
  restore,
}

async function* capture(target: Target<SqliteOptions>, signal: AbortSignal): AsyncGenerator<Entry> {
  signal.throwIfAborted()
  const file = placeOf(target)
  const name = path.basename(file)
  await guarded(target, file, signal, () => stat(file))
  if (target.excluded(name)) return
  await using open = new AsyncDisposableStack()
  yield {
    type: 'file',
    path: name,
    read: reading =>
      guarded(target, file, reading, async () => {
        await target.pace.pause(reading)
        const found = entryStat(await stat(file, { bigint: true }))
        const copy = await copyDatabase(target.item, file, target.timeouts.connect, reading)
        open.use(copy)
        return { stat: found, chunks: chunksOf(target, file, copy, reading) } satisfies Reading
      }),
  }
}

async function* chunksOf(
  target: Target<SqliteOptions>,
  file: string,
  copy: FileHandle,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  await using _ = copy
  try {
    for (;;) {
      signal.throwIfAborted()
      const { bytesRead, buffer } = await copy.read(Buffer.allocUnsafe(chunkSize), 0, chunkSize, null)
      if (bytesRead === 0) return
      await target.pace.bytes(bytesRead, signal)
      yield buffer.subarray(0, bytesRead)
    }
  } catch (error) {
    signal.throwIfAborted()
    throw sqliteFailure(target.item, file, error)
  }
}

async function restore(
  target: Target<SqliteOptions>,
  entries: AsyncIterable<Entry>,
  signal: AbortSignal,
): Promise<void> {
  const file = placeOf(target)
  for await (const entry of entries) {
    if (entry.type !== 'file' || entry.path !== path.basename(file)) {
      throw new BlackstartError(
        'mismatch',
        `${target.item}: the version holds ${entry.path}, the site file names the database ${file}. Correct options.path.`,
      )
    }
    await guarded(target, file, signal, () => replaceDatabase(target, file, entry, signal))
  }
}

async function guarded<T>(
  { item }: Target<SqliteOptions>,
  file: string,
  signal: AbortSignal,
  action: () => Promise<T>,
): Promise<T> {
  try {
    signal.throwIfAborted()
    return await action()
  } catch (error) {
    signal.throwIfAborted()
    throw sqliteFailure(item, file, error)
  }
}

function entryStat(found: BigIntStats): EntryStat {
  if (process.platform === 'win32') return { mtime: found.mtimeNs }
  return {
    mode: Number(found.mode & 0o7777n),
    uid: Number(found.uid),
    gid: Number(found.gid),
    mtime: found.mtimeNs,
  }
}

function placeOf({ folder, options }: Target<SqliteOptions>): string {
  return path.resolve(folder, options.path)
}
