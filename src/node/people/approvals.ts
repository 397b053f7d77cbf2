import type { JournalEvent } from '../../archive/journal-event.ts'
import { BlackstartError, isOfDisk } from '../../errors.ts'
import type { AccountsFile, Person } from './account.ts'
import { directoryStamp } from './directory/directory.ts'
import { localId, random } from './manage-people.ts'
import { may } from './may.ts'
import type { OwedEvent, People } from './people.ts'
import {
  needsWaiting,
  type Request,
  type RequestRow,
  requestNamed,
  requestOf,
  rowNamed,
  type Wanted,
} from './request.ts'

type RequestEvent = Extract<JournalEvent, { type: 'request' }>

/** Milliseconds for which a request waits; what was approved is to be used within the same time. */
export const usualExpiry = 3_600_000
/** Milliseconds for which what was decided stays in the list. */
const keptFor = 30 * 24 * 3_600_000
const waitingPerPerson = 20

/** Asks for a second person. Throws `refused` where the person could not do it with their approval either. */
export async function askApproval(
  people: People,
  person: Person,
  wanted: Wanted,
  from: string,
  expiry = usualExpiry,
): Promise<Request> {
  needsRight(person, wanted.kind, wanted.zone)
  const reason = reasonGiven(wanted.reason)
  const id = random(people, 9)
  const now = people.now().getTime()
  const { kind, item, version, zone, target, withoutSafety } = wanted
  people.state.transaction(() => {
    const { database } = people.state
    database.prepare('delete from requests where expires < ?').run(now - keptFor)
    const count = database
      .prepare('select count(*) as n from requests where asker_id = ? and decision is null and expires > ?')
      .get(person.id, now)
    if (Number(count?.n) >= waitingPerPerson) {
      throw new BlackstartError('refused', `${waitingPerPerson} requests of yours wait already. Withdraw one of them.`)
    }
    const insert = `insert into requests (id, kind, item, version, zone, reason, asked, expires, asker, asker_id, without_safety, target)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
    const by = [person.name, person.id] as const
    const how = [withoutSafety ? 1 : 0, target] as const
    database.prepare(insert).run(id, kind, item, version, zone, reason, now, now + expiry, ...by, ...how)
  })
  await recordOr(
    people,
    () => record(people, 'asked', { id, ...wanted }, person, from, reason),
    'delete from requests where id = ?',
    id,
  )
  return requestNamed(people, id)
}

/** What waits and what was decided lately, the newest first. */
export function listRequests(people: People): readonly Request[] {
  const rows = people.state.database.prepare('select * from requests order by asked desc, rowid desc limit 500').all()
  return rows.map(row => requestOf(people, row))
}

/**
 * Approves or refuses, as another person than the one who asked; a token is no person. Throws `refused` where it may not
 * be, or was decided or is over already.
 */
export async function decideRequest(
  people: People,
  person: Person,
  decision: { readonly id: string; readonly approve: boolean; readonly note: string },
  from: string,
): Promise<Request> {
  const request = requestNamed(people, decision.id)
  needsRight(person, 'approve-write', request.zone)
  if (person.kind === 'token') throw new BlackstartError('refused', 'A second person decides, not a token.')
  const outcome = decision.approve ? 'approved' : 'refused'
  const directory = directoryStamp((await people.accounts.read()).directory)
  const note = plainText(decision.note)
  const decided = people.state.transaction(() => {
    const row = rowNamed(people, decision.id)
    // two accounts of one name cannot be; the same name in a directory is taken for the same person
    const same = row.asker_id === person.id || row.asker.toLowerCase() === person.name.toLowerCase()
    if (same) throw new BlackstartError('refused', 'Another person than the one who asked must decide.')
    needsWaiting(people, row)
    const update = `update requests set decision = ?, decided = ?, decider = ?, note = ?, decider_id = ?, decider_stamp = ?
      where id = ?`
    const stamp = person.kind === 'directory' ? directory : null
    people.state.database.prepare(update).run(outcome, now(people), person.name, note, person.id, stamp, row.id)
    return requestOf(people, rowNamed(people, decision.id))
  })
  const undo = `update requests set decision = null, decided = null, decider = null, note = null, decider_id = null, decider_stamp = null where id = ?`
  await recordOr(people, () => record(people, outcome, decided, person, from, note), undo, decision.id)
  return decided
}

/** Takes one's own request back. */
export async function withdrawRequest(people: People, person: Person, id: string, from: string): Promise<void> {
  const request = people.state.transaction(() => {
    const row = rowNamed(people, id)
    if (row.asker_id !== person.id) throw new BlackstartError('refused', 'Only the one who asked can withdraw it.')
    needsWaiting(people, row)
    people.state.database
      .prepare("update requests set decision = 'withdrawn', decided = ? where id = ?")
      .run(now(people), id)
    return requestOf(people, rowNamed(people, id))
  })
  await record(people, 'withdrawn', request, person, from, '')
}

/**
 * Uses an approval up: for this item and version, once, by the one who asked, who must still have the right. To be called
 * right before it is done, as the request that is returned says (`withoutSafety`): as it was agreed, or more carefully where that is
 * wanted. What fails afterwards takes another approval. Throws `refused` where there is none that is good, or where the one who agreed
 * may not agree any more.
 */
export async function useApproval(
  people: People,
  person: Person,
  wanted: Omit<Wanted, 'reason'> & { readonly id: string },
  from: string,
): Promise<Request> {
  needsRight(person, wanted.kind, wanted.zone)
  const held = await people.accounts.read()
  const agreed = people.state.transaction(() => {
    const row = rowNamed(people, wanted.id)
    const isIt = row.kind === wanted.kind && row.item === wanted.item && row.version === wanted.version
    if (!isIt || row.zone !== wanted.zone || row.asker_id !== person.id) {
      throw new BlackstartError('refused', 'This approval is for something else, or for somebody else.')
    }
    if (row.target !== null && row.target !== wanted.target) throw otherTarget(wanted.item)
    if (wanted.withoutSafety && row.without_safety === 0) throw safetyAgreed()
    const { state } = requestOf(people, row)
    if (state !== 'approved') throw new BlackstartError('refused', `This request is ${state}: ask for approval again.`)
    needsDecider(held, row)
    people.state.database.prepare('update requests set used = ? where id = ?').run(now(people), row.id)
    return requestOf(people, rowNamed(people, wanted.id))
  })
  const request = { ...agreed, withoutSafety: wanted.withoutSafety }
  await record(people, 'used', request, person, from, '')
  return request
}

/**
 * Goes on without the second person, in an emergency: it is never refused to whoever has the right to the action itself, and it
 * is recorded: later, where the disk can take nothing now. Returns what the journal is owed then; null where it was told. Throws
 * `refused` for a token.
 */
export async function breakGlass(
  people: People,
  person: Person,
  wanted: Wanted,
  from: string,
): Promise<OwedEvent | null> {
  needsRight(person, wanted.kind, wanted.zone)
  if (person.kind === 'token') throw new BlackstartError('refused', 'The glass is broken by a person, not by a token.')
  const reason = reasonGiven(wanted.reason)
  const event = eventOf('broke-glass', { id: random(people, 9), ...wanted }, person, from, reason)
  try {
    await people.record([event])
    return null
  } catch (error) {
    if (!isOfDisk(error)) throw error
    const owed = { ...event, at: people.now().toISOString() }
    people.owed.push(owed)
    return owed
  }
}

/** Nothing is asked or agreed that the journal does not say: where it cannot, it is undone. */
async function recordOr(people: People, recording: () => Promise<unknown>, undo: string, id: string): Promise<void> {
  try {
    await recording()
  } catch (error) {
    people.state.transaction(() => people.state.database.prepare(undo).run(id))
    throw error
  }
}

function record(people: People, ...of: Parameters<typeof eventOf>): Promise<void> {
  return people.record([eventOf(...of)])
}

function eventOf(
  action: RequestEvent['action'],
  { id, kind, item, version, withoutSafety }: Omit<Wanted, 'reason' | 'zone' | 'target'> & { readonly id: string },
  { name: by }: Person,
  from: string,
  reason: string,
): RequestEvent {
  const terms = withoutSafety ? { withoutSafety } : {}
  return { type: 'request', action, id, kind, item, version, by, from, reason, ...terms }
}

function needsRight(person: Person, action: 'write-to-device' | 'approve-write', zone: string): void {
  if (may(person, action, zone)) return
  throw new BlackstartError(
    'refused',
    `${person.name} may not do this in the zone ${zone}: it takes an engineer of it.`,
    {
      facts: { action, zone },
    },
  )
}

/**
 * Of a directory it is not known who lost what: an approval of one of its people is good while the way to it is the same.
 * Throws `refused`.
 */
function needsDecider(held: AccountsFile, { decider, decider_id: id, decider_stamp: stamp, zone }: RequestRow): void {
  const account = held.accounts.find(one => one.id === id)
  const isGood =
    stamp === null
      ? id === localId || (account !== undefined && may(account, 'approve-write', zone))
      : stamp === directoryStamp(held.directory)
  if (isGood) return
  throw new BlackstartError(
    'refused',
    `${decider ?? 'Whoever agreed'} may not approve writes in the zone ${zone} any more: ask for approval again.`,
  )
}

function safetyAgreed(): BlackstartError {
  return new BlackstartError(
    'refused',
    'It was agreed that what the device holds is captured first. Ask for approval of a write without that.',
  )
}

function otherTarget(item: string): BlackstartError {
  return new BlackstartError(
    'refused',
    `The site file says otherwise than when this was agreed where ${item} is written to: ask for approval again.`,
  )
}

function reasonGiven(reason: string): string {
  const given = plainText(reason)
  if (given === '') throw new BlackstartError('usage', 'Say why.')
  return given
}

/** As it goes into the journal and onto pages: without what would act on them. */
function plainText(text: string): string {
  return text
    .replaceAll(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, 1000)
}

function now(people: People): number {
  return people.now().getTime()
}
