import { mkdir } from 'node:fs/promises'
import { type Catalog, openCatalog } from '../catalog/catalog.ts'
import { isOfDisk } from '../errors.ts'
import { type Journal, openJournal, type ReadLine } from './journal.ts'
import type { JournalEvent } from './journal-event.ts'
import { projection } from './projection.ts'
import { sitePaths } from './site-paths.ts'

export interface RecordOptions {
  /** The site folder. */
  readonly folder: string
  /** Who acts: a user and a host. */
  readonly actor: string
  readonly now: () => Date
}

/** The journal, and the catalog that follows it. */
export interface SiteRecord extends AsyncDisposable {
  readonly catalog: Catalog
  readonly journal: Journal
  readonly now: () => Date
  readonly actor: string
  /** The disk takes nothing: the catalog is held in memory, made from the whole journal, and forgotten at the end. */
  readonly inMemory: boolean
  /**
   * Writes events to the journal, durably, then into the catalog. What the journal holds is done: a catalog that cannot be written
   * now follows later. Throws `disk-full` or `storage` where the journal cannot be written.
   */
  add(events: readonly JournalEvent[], signal: AbortSignal): Promise<void>
  /** Takes into the catalog what the journal holds beyond it. */
  follow(): Promise<void>
}

const batchLines = 5_000

/**
 * Opens the record of a site, with the catalog brought up to the journal's end. Where the catalog's disk takes nothing it is made in
 * memory: it is a cache, and what is in the repository can be restored without it. Throws `integrity` for a broken journal.
 */
export async function openRecord(options: RecordOptions): Promise<SiteRecord> {
  const paths = sitePaths(options.folder)
  await mkdir(paths.data, { recursive: true, mode: 0o700 })
  try {
    return await followed(paths.catalog, options)
  } catch (error) {
    if (!isOfDisk(error)) throw error
    return followed(inMemory, options)
  }
}

const inMemory = ':memory:'

async function followed(file: string, options: RecordOptions): Promise<SiteRecord> {
  const catalog = await openCatalog(file)
  const record = recordOf(catalog, journalOf(options), { ...options, inMemory: file === inMemory })
  try {
    await record.follow()
  } catch (error) {
    await catalog[Symbol.asyncDispose]()
    throw error
  }
  return record
}

/** The same record, written to as somebody else; closed with the one that it was made from. */
export function recordAs(record: SiteRecord, folder: string, actor: string): SiteRecord {
  return recordOf(record.catalog, journalOf({ folder, actor, now: record.now }), { ...record, actor })
}

function journalOf({ folder, actor, now }: RecordOptions): Journal {
  const { journal: file, run: locks } = sitePaths(folder)
  return openJournal({ file, actor, locks, now })
}

function recordOf(catalog: Catalog, journal: Journal, of: Pick<SiteRecord, 'now' | 'actor' | 'inMemory'>): SiteRecord {
  return {
    ...{ catalog, journal, now: of.now, actor: of.actor, inMemory: of.inMemory },
    async add(events, signal) {
      const lines = await journal.append(events, signal)
      const first = lines[0]
      if (first === undefined) return
      try {
        // another process may have appended in between: then everything since is taken from the file
        if (!(await catalog.record(projection(lines), first.line.seq - 1))) await follow(catalog, journal)
      } catch (error) {
        if (!isOfDisk(error)) throw error
      }
    },
    follow: () => follow(catalog, journal),
    [Symbol.asyncDispose]: () => catalog[Symbol.asyncDispose](),
  }
}

/** Empties the catalog of a site, so that the next opening of the record fills it from the journal. */
export async function emptyCatalog(folder: string): Promise<void> {
  await using catalog = await openCatalog(sitePaths(folder).catalog)
  await catalog.clear()
}

async function follow(catalog: Catalog, journal: Journal): Promise<void> {
  // anew where another process has recorded the same lines meanwhile
  while (!(await followOnce(catalog, journal)));
}

async function followOnce(catalog: Catalog, journal: Journal): Promise<boolean> {
  const position = await catalog.position()
  let after = position?.seq ?? 0
  let lines: ReadLine[] = []
  const record = async () => {
    const recorded = lines.length === 0 || (await catalog.record(projection(lines), after))
    after = lines.at(-1)?.line.seq ?? after
    lines = []
    return recorded
  }
  for await (const line of journal.lines(position)) {
    lines.push(line)
    if (lines.length >= batchLines && !(await record())) return false
  }
  return record()
}
