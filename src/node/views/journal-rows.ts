import { open } from 'node:fs/promises'
import type { Archive } from '../../archive/archive.ts'
import { type JournalEvent, type JournalLine, journalLine } from '../../archive/journal-event.ts'
import type { LinePlace } from '../../catalog/histories.ts'
import { BlackstartError } from '../../errors.ts'
import { actorParts } from './actor-parts.ts'
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
  const { histories } = archive.record.catalog
  const filter = { types: what ?? [], item: item ?? null }
  if (who !== undefined) return rowsOf(archive, who, filter, before, limit)
  const found = await histories.lines({ ...filter, actors: [] }, before, limit + 1)
  const page = found.slice(0, limit)
  const last = page.at(-1)
  const lines = await readLines(archive.paths.journal, page)
  return {
    rows: lines.map(journalRow),
    next: found.length > limit && last !== undefined ? opaqueCursor('journal', last.seq) : null,
  }
}

/** What the node writes down in its own name of what people do; each says by whom. */
const told = ['person', 'request'] as const satisfies readonly JournalEvent['type'][]
/** Of those so many are looked through for a page; `next` goes on behind them. */
const mostLooked = 2_000

/** Lines of somebody: those that they wrote, and those that say that it was they. */
async function rowsOf(
  archive: Archive,
  who: string,
  { types, item }: { readonly types: readonly string[]; readonly item: string | null },
  before: number | null,
  limit: number,
) {
  const { histories } = archive.record.catalog
  const file = archive.paths.journal
  const own = await histories.lines({ actors: await histories.actorsNamed(who), types, item }, before, limit + 1)
  const asked = told.filter(type => types.length === 0 || types.includes(type))
  const looked = asked.length === 0 ? [] : await histories.lines({ actors: [], types: asked, item }, before, mostLooked)
  const places = new Map([...looked, ...own].map(place => [place.seq, place]))
  // below it there may be more that was not looked at
  const floor = Math.max(endOf(own, limit + 1), endOf(looked, mostLooked))
  const lines = await readLines(
    file,
    [...places.values()].filter(({ seq }) => seq >= floor),
  )
  const written = new Set(own.map(({ seq }) => seq))
  const found = lines.filter(line => (authorOf(line) ?? (written.has(line.seq) ? who : null)) === who)
  const page = found.sort((a, b) => b.seq - a.seq).slice(0, limit)
  const next = found.length > limit ? (page.at(-1)?.seq ?? 0) : floor
  return { rows: page.map(journalRow), next: next === 0 ? null : opaqueCursor('journal', next) }
}

/** 0 where there are no more than were asked for. */
function endOf(places: readonly LinePlace[], asked: number): number {
  return places.length < asked ? 0 : (places.at(-1)?.seq ?? 0)
}

/** Null where it is whoever wrote the line. */
function authorOf({ event }: JournalLine): string | null {
  const author = event.type === 'person' || event.type === 'request' ? event.by : ''
  return author === '' ? null : author
}

function lineCursor(cursor: string): number {
  const seq = openCursor('journal', cursor)
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq)) throw badCursor()
  return seq
}

/** Throws `integrity` where one is not where it was. */
export async function readLines(file: string, places: readonly LinePlace[]): Promise<readonly JournalLine[]> {
  if (places.length === 0) return []
  await using handle = await open(file)
  const lines: JournalLine[] = []
  for (const { seq, start, behind } of places) {
    const { buffer } = await handle.read(Buffer.alloc(behind - start), 0, behind - start, start)
    lines.push(parsed(file, seq, buffer))
  }
  return lines
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
export function journalRow(line: JournalLine) {
  const { seq, time, event } = line
  const { name, from } = actorParts(line.actor)
  const author = authorOf(line)
  const { type, ...fields } = event
  const shown = event.type === 'confirmed' ? confirmed(event) : fields
  return {
    ...{ seq, time, what: type },
    actor: author ?? name,
    from: 'from' in event ? event.from : from,
    item: 'item' in event && event.item !== '' ? event.item : null,
    sentence: journalSentence(event),
    event: shown as Readonly<Record<string, unknown>>,
  }
}
