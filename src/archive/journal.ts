import { createReadStream } from 'node:fs'
import { mkdir, open, stat, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { openSession } from '../capture/session.ts'
import { BlackstartError, reasonOf, systemCode } from '../errors.ts'
import { hashOf } from './hash.ts'
import { type JournalEvent, type JournalLine, journalLine } from './journal-event.ts'

/** Where in a journal one has got to: the last line's number and hash, and the offset in bytes behind it. */
export interface JournalEnd {
  readonly seq: number
  readonly hash: string
  readonly offset: number
}

const journalStart: JournalEnd = { seq: 0, hash: '0'.repeat(64), offset: 0 }

export interface ReadLine {
  readonly line: JournalLine
  readonly end: JournalEnd
}

export interface JournalOptions {
  readonly file: string
  readonly actor: string
  /** Where the lock lies that keeps two processes from appending at once. */
  readonly locks: string
  readonly now: () => Date
}

/**
 * The append-only, hash-chained record of what people and the node did. A line's `prev` is the hash of the line before,
 * so nobody can change, drop or insert one without every later line showing it; that the end was not cut off shows
 * against the copies of the journal in the repository.
 */
export interface Journal {
  /** Appends all events in order, together, durably; returns their lines. */
  append(events: readonly JournalEvent[], signal: AbortSignal): Promise<readonly ReadLine[]>
  /**
   * Every line after `after`, or from the first: checked, without reading what lies before. Throws `integrity` at the
   * first that does not follow from the one before.
   */
  lines(after: JournalEnd | null): AsyncIterable<ReadLine>
}

export function openJournal(options: JournalOptions): Journal {
  return {
    append: (events, signal) => append(options, events, signal),
    lines: after => readJournal(options.file, after),
  }
}

/** Whether the journal in a file goes on from a copy of it that was taken earlier. */
export async function beginsWith(file: string, copy: AsyncIterable<Uint8Array>): Promise<boolean> {
  let at = 0
  await using handle = await open(file)
  for await (const chunk of copy) {
    const { buffer } = await handle.read(Buffer.alloc(chunk.length), 0, chunk.length, at)
    if (!buffer.equals(chunk)) return false
    at += chunk.length
  }
  return true
}

/**
 * Walks the chain from the first line up to `end`, without looking at what the lines say. Throws `integrity` at the first line that
 * does not follow, and where the chain has come to something else there.
 */
export async function verifyChain(file: string, end: JournalEnd, signal: AbortSignal): Promise<void> {
  let at = journalStart
  for await (const json of linesOf(file, 0)) {
    if (at.seq >= end.seq) break
    signal.throwIfAborted()
    const seq = at.seq + 1
    // what every line ends with, for it is written so
    if (!json.endsWith(`"prev":"${at.hash}"}`)) throw broken(file, seq, 'does not follow from the line before it')
    at = { seq, hash: hashOf(json), offset: at.offset + Buffer.byteLength(json) + 1 }
  }
  if (at.seq !== end.seq || at.hash !== end.hash) throw broken(file, at.seq, 'is not the one that it was')
}

async function append(
  options: JournalOptions,
  events: readonly JournalEvent[],
  signal: AbortSignal,
): Promise<readonly ReadLine[]> {
  if (events.length === 0) return []
  try {
    return await appendAlone(options, events, signal)
  } catch (error) {
    // its lock, too, is a file on that disk
    throw systemCode(error) === 'ENOSPC' ? cannotWrite(options.file, error) : error
  }
}

async function appendAlone(
  options: JournalOptions,
  events: readonly JournalEvent[],
  signal: AbortSignal,
): Promise<readonly ReadLine[]> {
  await mkdir(path.dirname(options.file), { recursive: true, mode: 0o700 })
  await using _alone = await openSession({ folder: options.locks, device: 'journal', wait: 30_000 }, signal)
  await mendTail(options.file)
  let end = (await lastLine(options.file)) ?? journalStart
  const added: ReadLine[] = []
  let text = ''
  for (const event of events) {
    const line = { seq: end.seq + 1, time: options.now().toISOString(), actor: options.actor, event, prev: end.hash }
    const json = JSON.stringify(line)
    end = { seq: line.seq, hash: hashOf(json), offset: end.offset + Buffer.byteLength(json) + 1 }
    added.push({ line, end })
    text += `${json}\n`
  }
  await appendDurably(options.file, text)
  return added
}

async function appendDurably(file: string, text: string): Promise<void> {
  try {
    const handle = await open(file, 'a', 0o600)
    try {
      await handle.writeFile(text)
      await handle.datasync()
    } finally {
      await handle.close()
    }
    const folder = await open(path.dirname(file))
    await folder.sync().finally(() => folder.close())
  } catch (error) {
    throw cannotWrite(file, error)
  }
}

function cannotWrite(file: string, error: unknown): BlackstartError {
  const full = systemCode(error) === 'ENOSPC'
  return new BlackstartError(
    full ? 'disk-full' : 'storage',
    `The journal ${file} cannot be written: ${reasonOf(error)}. ${full ? 'Make room on that disk.' : 'Check the disk and the rights on that file.'}`,
    { cause: error },
  )
}

/** A line that a power cut left unfinished was never acknowledged: it is put aside, so that the chain goes on. */
async function mendTail(file: string): Promise<void> {
  const tail = await readTail(file)
  if (tail === null || tail.text.endsWith('\n')) return
  await writeFile(`${file}.torn`, tail.text, { flag: 'a', mode: 0o600 })
  await truncate(file, tail.start)
}

/** The last line, with its end where it has one, and its offset in bytes; null where there is no file, or nothing in it. */
async function readTail(file: string): Promise<{ text: string; start: number } | null> {
  const size = await sizeOf(file)
  if (size === 0) return null
  await using handle = await open(file)
  for (let span = 65_536; ; span *= 8) {
    const length = Math.min(span, size)
    const buffer = Buffer.alloc(length)
    await handle.read(buffer, 0, length, size - length)
    const before = buffer.subarray(0, -1).lastIndexOf(0x0a)
    if (before >= 0 || length === size) {
      return { text: buffer.subarray(before + 1).toString('utf8'), start: size - length + before + 1 }
    }
  }
}

async function lastLine(file: string): Promise<JournalEnd | null> {
  const tail = await readTail(file)
  if (tail === null) return null
  const json = tail.text.slice(0, -1)
  const offset = tail.start + Buffer.byteLength(tail.text)
  return { seq: parseLine(file, json, null).seq, hash: hashOf(json), offset }
}

async function* readJournal(file: string, after: JournalEnd | null): AsyncIterable<ReadLine> {
  let end = after ?? journalStart
  if ((await sizeOf(file)) < end.offset) {
    throw broken(file, end.seq, 'is missing: the journal had reached further before')
  }
  for await (const json of linesOf(file, end.offset)) {
    const line = parseLine(file, json, end.seq + 1)
    if (line.seq !== end.seq + 1 || line.prev !== end.hash) {
      throw broken(file, end.seq + 1, 'does not follow from the line before it')
    }
    end = { seq: line.seq, hash: hashOf(json), offset: end.offset + Buffer.byteLength(json) + 1 }
    yield { line, end }
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0
    throw error
  }
}

/** Every line that has its end; what a power cut left unfinished is none. */
async function* linesOf(file: string, start: number): AsyncIterable<string> {
  let rest = ''
  try {
    for await (const text of createReadStream(file, { encoding: 'utf8', start })) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
  }
}

function parseLine(file: string, json: string, seq: number | null): JournalLine {
  try {
    return journalLine.parse(JSON.parse(json))
  } catch (error) {
    throw broken(file, seq, 'is not a journal line', error)
  }
}

function broken(file: string, seq: number | null, what: string, cause?: unknown): BlackstartError {
  return new BlackstartError(
    'integrity',
    `The journal ${file} was damaged or tampered with: line ${seq ?? 'at its end'} ${what}. Bring back the newest copy from the repository: blackstart catalog rebuild`,
    { facts: { file, line: seq }, cause },
  )
}
