import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type JournalEvent, journalEvent } from '../src/archive/journal-event.ts'
import { addAccount, localManager } from '../src/node/people/manage-people.ts'
import type { Role } from '../src/node/people/may.ts'
import { openPeople, type People, type PeopleOptions } from '../src/node/people/people.ts'
import { type SignedIn, signedIn, signInWithPassword } from '../src/node/people/sign-in.ts'

export const caller = { from: '10.1.2.3', agent: 'test browser' }
export const anySignal = AbortSignal.timeout(120_000)

/** A clock that a test moves. */
export class TestClock {
  at: number
  constructor(at = '2026-11-29T08:00:00Z') {
    this.at = Date.parse(at)
  }
  readonly now = (): Date => new Date(this.at)
  move(seconds: number): void {
    this.at += seconds * 1000
  }
}

export interface TestPeople extends AsyncDisposable {
  readonly people: People
  readonly folder: string
  readonly clock: TestClock
  readonly events: JournalEvent[]
  /** As another process would: on the same files. */
  open(options?: Partial<PeopleOptions>): Promise<People>
  add(name: string, password: string, role?: Role, zones?: 'all' | string[]): Promise<void>
  /** Signs in, and returns the token. */
  signIn(name: string, password: string, code?: string): Promise<string>
  who(token: string): Promise<SignedIn>
}

/** A cost that a test can pay a hundred times; what people pay is tested by itself. */
export const cheap = { memory: 64, passes: 1, lanes: 1 }

export async function testPeople(options: Partial<PeopleOptions> = {}): Promise<TestPeople> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-people-'))
  const clock = new TestClock()
  const events: JournalEvent[] = []
  const usual: PeopleOptions = {
    ...{ folder, key: randomBytes(32), now: clock.now, random: randomBytes, relyingParty: null, cost: cheap },
    record: async added => {
      // as the journal would
      for (const event of added) events.push(journalEvent.parse(JSON.parse(JSON.stringify(event))))
    },
  }
  const opened: People[] = []
  const open = async (other: Partial<PeopleOptions> = {}) => {
    const people = await openPeople({ ...usual, ...options, ...other })
    opened.push(people)
    return people
  }
  const people = await open()
  const who = async (token: string) => {
    const found = await signedIn(people, token)
    if (found === null) throw new Error('the session is over')
    return found
  }
  return {
    ...{ people, folder, clock, events, open, who },
    add: (name, password, role = 'viewer', zones = 'all') =>
      addAccount(
        people,
        localManager('root@test'),
        { name, display: '', grants: [{ role, zones }], password, temporary: false },
        anySignal,
      ),
    async signIn(name, password, code) {
      const outcome = await signInWithPassword(people, { name, password, code: code ?? null }, caller, anySignal)
      if (outcome.outcome !== 'signed-in') throw new Error(outcome.outcome)
      return outcome.token
    },
    async [Symbol.asyncDispose]() {
      for (const one of opened) one[Symbol.dispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
