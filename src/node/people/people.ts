import type { JournalEvent } from '../../archive/journal-event.ts'
import { sitePaths } from '../../archive/site-paths.ts'
import { BlackstartError } from '../../errors.ts'
import { isDiskFull, openReserve, type Reserve, withReserve } from '../reserve.ts'
import { type AccountsStore, accountsStore } from './accounts-store.ts'
import { Attempts } from './attempts.ts'
import { type PasswordCost, type PasswordHashes, passwordCost, passwordHashes } from './password-hash.ts'
import { type Waiting, waiting } from './pending.ts'
import { openPeopleState, type PeopleState } from './people-state.ts'
import { type PersonEvent, RefusalLog } from './refusal-log.ts'
import { type SessionLimits, Sessions, sessionLimits } from './sessions.ts'

/** Under which names and addresses browsers reach this node: a passkey belongs to one of the names. */
export interface RelyingParty {
  /** What people read: the site. */
  readonly name: string
  /** DNS names; `localhost` counts, addresses do not (WebAuthn, 5.1.2). */
  readonly hosts: readonly string[]
  /** `https://node.plant.example:8470` */
  readonly origins: readonly string[]
}

export interface PeopleOptions {
  /** The site folder. */
  readonly folder: string
  /** 32 bytes, derived from the repository's master key; null where the repository is out of reach: then no seed can be opened. */
  readonly key: Uint8Array | null
  readonly now: () => Date
  readonly random: (n: number) => Uint8Array
  /** Writes events durably, in order. What it throws fails the call that it belongs to. */
  readonly record: (events: readonly JournalEvent[]) => Promise<void>
  readonly relyingParty: RelyingParty | null
  readonly limits?: SessionLimits
  readonly cost?: PasswordCost
}

/** The accounts of a site, and all that belongs to them. Other processes may work on the same files. */
export interface People extends Disposable {
  /** The site folder. */
  readonly folder: string
  readonly accounts: AccountsStore
  readonly state: PeopleState
  readonly sessions: Sessions
  readonly attempts: Attempts
  readonly hashes: PasswordHashes
  readonly refusals: RefusalLog
  readonly pending: Waiting
  readonly reserve: Reserve
  readonly key: Uint8Array | null
  readonly relyingParty: RelyingParty | null
  readonly now: () => Date
  readonly random: (n: number) => Uint8Array
  record(events: readonly JournalEvent[]): Promise<void>
  /** Records what anybody can cause: without the reserve, and later where the disk takes nothing now. */
  recordRefusals(events: readonly PersonEvent[]): Promise<void>
  /** What was done in an emergency and the journal cannot be told yet, the oldest first. */
  readonly owed: OwedEvent[]
}

/** With when it was done. */
export type OwedEvent = Extract<JournalEvent, { type: 'request' }> & { readonly at: string }

/** With what the keys of the accounts are derived from the repository's master key. */
export const identityPurpose = 'blackstart identity 1'

export async function openPeople(options: PeopleOptions): Promise<People> {
  const { folder, key, now, random, relyingParty } = options
  const paths = sitePaths(folder)
  const reserve = openReserve(paths.reserve)
  const state = await openPeopleState(paths.peopleState, now(), reserve)
  const refusals = new RefusalLog(now)
  return {
    folder,
    accounts: accountsStore(paths.accounts, paths.run),
    state,
    sessions: new Sessions(state, now, random, options.limits ?? sessionLimits),
    attempts: new Attempts(state, now),
    hashes: passwordHashes(random, options.cost ?? passwordCost),
    refusals,
    pending: waiting(now),
    ...{ key, relyingParty, now, random, reserve, owed: [] },
    record: async events => {
      if (events.length > 0) await withReserve(reserve, () => options.record(events))
    },
    recordRefusals: async events => {
      if (events.length === 0) return
      await options.record(events).catch((error: unknown) => {
        if (!isDiskFull(error)) throw error
        refusals.putBack(events)
      })
    },
    [Symbol.dispose]: () => state[Symbol.dispose](),
  }
}

/** Records what is owed to the journal, and refusals that were put together: to be called each minute, and with `end` before the node stops. */
export async function tellLate(people: People, end = false): Promise<void> {
  for (const event of [...people.owed]) {
    await people.record([event])
    people.owed.splice(people.owed.indexOf(event), 1)
  }
  await people.recordRefusals([...people.refusals.due(), ...(end ? people.refusals.rest() : [])])
}

/** The key for what is sealed. Throws `refused` where it is out of reach. */
export function sealingKey({ key }: People): Uint8Array {
  if (key !== null) return key
  throw new BlackstartError(
    'refused',
    'The repository is out of reach, and with it the key of what is sealed: codes of an authenticator app cannot be checked now. Remove the code of one account with: blackstart people unlock NAME --remove-code',
  )
}
