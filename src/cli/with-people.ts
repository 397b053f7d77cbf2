import { randomBytes } from 'node:crypto'
import type { JournalEvent } from '../archive/journal-event.ts'
import { type SitePaths, sitePaths } from '../archive/site-paths.ts'
import { reasonOf } from '../errors.ts'
import { readInForce, readSiteFile } from '../node/load-site.ts'
import { openSiteArchive, openSiteRecord } from '../node/open-site.ts'
import { localManager, type Manager } from '../node/people/manage-people.ts'
import { identityPurpose, openPeople, type People } from '../node/people/people.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { Invocation } from './invocation.ts'

export interface Answer {
  readonly document: unknown
  readonly text: string
}

/**
 * Works on the accounts' files alone: at 03:00 neither the repository nor a valid site.yaml may be needed to get in again.
 * `seals`: only what is sealed needs the repository, for its key.
 */
export async function withPeople(
  invocation: Invocation,
  work: (people: People, by: Manager) => Promise<Answer>,
  { seals = false }: { readonly seals?: boolean } = {},
): Promise<ExitCode> {
  const { folder, now, out, actor } = invocation
  await anySite(sitePaths(folder))
  const events: JournalEvent[] = []
  const record = async (added: readonly JournalEvent[]) => void events.push(...added)
  const key = seals ? await identityKey(invocation) : null
  using people = await openPeople({ folder, key, now, random: randomBytes, relyingParty: null, record })
  const { document, text } = await work(people, localManager(actor))
  const recorded = await recordOrTell(invocation, events)
  out.result(document, text)
  return recorded ? exitCodes.done : exitCodes.part
}

/** Throws where the folder is no site's. */
async function anySite(paths: SitePaths): Promise<void> {
  try {
    await readSiteFile(paths.site)
  } catch (error) {
    if ((await readInForce(paths)) === null) throw error
  }
}

async function identityKey(invocation: Invocation): Promise<Uint8Array> {
  await using archive = await openSiteArchive(invocation)
  return archive.repository.deriveKey(identityPurpose)
}

/** A journal that is broken must not keep people out: it is told, and the change stands. */
async function recordOrTell(invocation: Invocation, events: readonly JournalEvent[]): Promise<boolean> {
  if (events.length === 0) return true
  try {
    await using record = await openSiteRecord(invocation)
    await record.add(events, invocation.signal)
    return true
  } catch (error) {
    invocation.out.line(`The change was made, but it is not in the journal: ${reasonOf(error)}`)
    return false
  }
}
