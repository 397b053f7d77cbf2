import { open } from 'node:fs/promises'
import type { Archive } from '../../archive/archive.ts'
import { type JournalLine, journalLine } from '../../archive/journal-event.ts'
import type { LinePlace } from '../../catalog/histories.ts'
import { BlackstartError } from '../../errors.ts'
import { badCursor, opaqueCursor, openCursor } from './find-rows.ts'
import { journalSentence } from './journal-sentence.ts'

export interface JournalPage {
  readonly who?: string | undefined
  readonly what?: readonly string[] | undefined
  readonly item?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** Lines of the journal, newest first, read where the catalog says that they are. Throws `integrity` where they are not. */
export async function journalRows(archive: Archive, { who, what, item, cursor, limit }: JournalPage) {
  const before = cursor === undefined ? null : lineCursor(cursor)
  const filter = { actor: who ?? null, types: what ?? [], item: item ?? null }
  const found = await archive.record.catalog.histories.lines(filter, before, limit + 1)
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    rows: await readLines(archive.paths.journal, page),
    next: found.length > limit && last !== undefined ? opaqueCursor(last.seq) : null,
  }
}

function lineCursor(cursor: string): number {
  const seq = openCursor(cursor)
  if (typeof seq !== 'number') throw badCursor()
  return seq
}

async function readLines(file: string, places: readonly LinePlace[]) {
  if (places.length === 0) return []
  await using handle = await open(file)
  const rows: ReturnType<typeof journalRow>[] = []
  for (const { seq, start, behind } of places) {
    const { buffer } = await handle.read(Buffer.alloc(behind - start), 0, behind - start, start)
    rows.push(journalRow(parsed(file, seq, buffer)))
  }
  return rows
}

function parsed(file: string, seq: number, bytes: Buffer): JournalLine {
  try {
    const line = journalLine.parse(JSON.parse(bytes.toString('utf8')))
    if (line.seq === seq) return line
  } catch {
    // told below
  }
  throw new BlackstartError(
    'integrity',
    `The journal ${file} was damaged or tampered with: line ${seq} is not where it was. See: blackstart journal`,
    { facts: { file, line: seq } },
  )
}

function confirmed({ at, items }: Extract<JournalLine['event'], { type: 'confirmed' }>) {
  const names = Object.keys(items)
  return { at, items: names.length, ...(names.length === 1 ? { item: names[0] } : {}) }
}

/** A confirmation of thousands of items is cut down to how many they were; of one it names it. */
export function journalRow({ seq, time, actor, event }: JournalLine) {
  const { type, ...fields } = event
  const shown = event.type === 'confirmed' ? confirmed(event) : fields
  return {
    ...{ seq, time, actor, what: type },
    from: 'from' in event ? event.from : null,
    item: 'item' in event && event.item !== '' ? event.item : null,
    sentence: journalSentence(event),
    event: shown as Readonly<Record<string, unknown>>,
  }
}
