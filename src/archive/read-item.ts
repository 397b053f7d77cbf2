import { setTimeout as sleep } from 'node:timers/promises'
import type { Connector, Entry, EntryStat, FileEntry, Target } from '../capture/connector.ts'
import type { Writer } from '../engine/writer.ts'
import { BlackstartError } from '../errors.ts'
import { ContentDigest, type FileDigests } from './content-digest.ts'
import { itemDigest } from './item-digest.ts'

/** Metadata with every field: what a device does not tell is filled in, the same way each time. */
export interface FullStat {
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly user: string
  readonly group: string
  /** Nanoseconds since 1970; null where the device does not tell. */
  readonly mtime: bigint | null
}

export type ReadEntry =
  | { readonly type: 'folder'; readonly path: string; readonly stat: FullStat }
  | { readonly type: 'link'; readonly path: string; readonly stat: FullStat; readonly target: string }
  | {
      readonly type: 'file'
      readonly path: string
      readonly stat: FullStat
      readonly digests: FileDigests
      /** The blobs that hold it, in order. */
      readonly blobs: readonly string[]
    }

/** What one capture read, its file contents handed to the repository's writer. */
export interface ItemContent {
  readonly entries: readonly ReadEntry[]
  readonly bytes: number
  readonly files: number
  /** Digest of every path, permission, owner and byte. */
  readonly raw: string
  /** The same without volatile bytes. */
  readonly content: string
}

/** Bytes and files that were read so far. */
export type ReadProgress = (bytes: number, files: number) => void

export interface ReadParts {
  readonly writer: Writer
  /** What the connector has said so far that the content is. */
  readonly format: () => string | null
  readonly onRead: ReadProgress | null
}

/** Pauses before a file that did not hold still is read again, in milliseconds; then it is given up. */
const calmPauses = [100, 400, 1_000, 3_000] as const

/** Reads an item once. Throws what the connector throws, and `unstable` for a file that never holds still. */
export async function readItem<Options>(
  connector: Connector<Options>,
  target: Target<Options>,
  parts: ReadParts,
  signal: AbortSignal,
): Promise<ItemContent> {
  const entries: ReadEntry[] = []
  const count = new ReadCount(parts.onRead)
  for await (const entry of connector.capture(target, signal)) {
    signal.throwIfAborted()
    entries.push(
      entry.type === 'file' ? await readFile(entry, target.item, { ...parts, count }, signal) : withoutReader(entry),
    )
  }
  const files = entries.filter(entry => entry.type === 'file')
  return {
    entries,
    files: files.length,
    bytes: files.reduce((sum, file) => sum + file.digests.bytes, 0),
    raw: itemDigest(entries, digests => digests.raw),
    content: itemDigest(entries, digests => digests.normalised),
  }
}

class ReadCount {
  readonly #tell: ReadProgress | null
  #bytes = 0
  #files = 0

  constructor(tell: ReadProgress | null) {
    this.#tell = tell
  }

  async *pass(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    this.#files += 1
    for await (const chunk of chunks) {
      this.#bytes += chunk.length
      this.#tell?.(this.#bytes, this.#files)
      yield chunk
    }
  }
}

function withoutReader(entry: Exclude<Entry, FileEntry>): ReadEntry {
  return entry.type === 'folder'
    ? { type: 'folder', path: entry.path, stat: fullStat(entry.stat, 0o755) }
    : { type: 'link', path: entry.path, stat: fullStat(entry.stat, 0o777), target: entry.target }
}

function fullStat(stat: EntryStat, mode: number): FullStat {
  return {
    mode: stat.mode ?? mode,
    uid: stat.uid ?? 0,
    gid: stat.gid ?? 0,
    user: stat.user ?? '',
    group: stat.group ?? '',
    mtime: stat.mtime ?? null,
  }
}

async function readFile(
  entry: FileEntry,
  item: string,
  { writer, format, count }: Pick<ReadParts, 'writer' | 'format'> & { readonly count: ReadCount },
  signal: AbortSignal,
): Promise<ReadEntry> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const reading = await entry.read(signal)
      const digest = new ContentDigest(entry.path, format)
      const { content } = await writer.addFile(digest.pass(count.pass(reading.chunks)), signal)
      return {
        type: 'file',
        path: entry.path,
        stat: fullStat(reading.stat, 0o644),
        digests: digest.end(),
        blobs: content,
      }
    } catch (error) {
      if (!(error instanceof BlackstartError) || error.code !== 'changed-while-read') throw error
      const pause = calmPauses[attempt]
      if (pause === undefined) throw unstable(item, entry.path, error)
      await sleep(pause, undefined, { signal })
    }
  }
}

function unstable(item: string, path: string, cause: BlackstartError): BlackstartError {
  return new BlackstartError(
    'unstable',
    `${item}: ${path} changed each of the ${calmPauses.length + 1} times that it was read, so no reading of it can be trusted. Capture it when nothing writes to it (quiet windows), or exclude it.`,
    { cause, retry: true, facts: { path } },
  )
}
