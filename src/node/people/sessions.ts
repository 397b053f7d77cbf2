import { z } from 'zod'
import { BlackstartError } from '../../errors.ts'
import { grant } from './may.ts'
import type { PeopleState } from './people-state.ts'
import { hashOfToken, newSessionToken } from './session-tokens.ts'

export interface SessionLimits {
  /** Milliseconds without a request after which a session ends. */
  readonly idle: number
  /** Milliseconds after which it ends in any case. */
  readonly absolute: number
}

const hour = 3_600_000

/** A control room works in shifts; a week ends every session. */
export const sessionLimits: SessionLimits = { idle: 12 * hour, absolute: 7 * 24 * hour }

/** Milliseconds: a clock that was set back by more ends the sessions that were made in what is now the future. */
const clockSlack = 5 * 60_000
/** Milliseconds by which clocks are corrected all the time. */
const provenSlack = 10_000
/** Milliseconds: a request is noted once in so long. */
const noteEvery = 60_000
/** Milliseconds after which somebody of a directory signs in anew: their groups may have changed there. */
const directoryLimit = 12 * hour
/** So many sessions an account may have; the one that was idle longest ends. */
const perAccount = 20

const directoryPerson = z.strictObject({ name: z.string(), grants: z.array(grant) })
/** Somebody whom a directory vouched for at the sign-in. */
export type DirectoryPerson = z.infer<typeof directoryPerson>

export interface NewSession {
  /** The account's id; for a directory's people what names them there. */
  readonly account: string
  /** The session ends when this differs from the account's. */
  readonly stamp: string
  readonly directory: DirectoryPerson | null
  readonly method: SignInMethod
  readonly source: string
  readonly agent: string
}

export type SignInMethod = 'password' | 'password-and-code' | 'passkey' | 'first-administrator' | 'ldap' | 'oidc'

export interface Session extends NewSession {
  /** By which a person ends one; it opens nothing. */
  readonly id: string
  /** Milliseconds since 1970, as all times here. */
  readonly created: number
  readonly seen: number
  /** When the person last showed who they are. */
  readonly proven: number
}

/** Sessions by their tokens, of which only hashes are stored. */
export class Sessions {
  readonly #state: PeopleState
  readonly #now: () => Date
  readonly #random: (n: number) => Uint8Array
  readonly #limits: SessionLimits

  constructor(state: PeopleState, now: () => Date, random: (n: number) => Uint8Array, limits: SessionLimits) {
    this.#state = state
    this.#now = now
    this.#random = random
    this.#limits = limits
  }

  /** Always a token of its own: none that a browser brought along is taken over. */
  start(made: NewSession): { readonly token: string; readonly session: Session } {
    const now = this.#now().getTime()
    const token = newSessionToken(this.#random)
    const id = Buffer.from(this.#random(9)).toString('base64url')
    const agent = made.agent.replaceAll(/[\p{C}]/gu, '').slice(0, 200)
    const session: Session = { ...made, agent, id, created: now, seen: now, proven: now }
    this.#state.transaction(() => {
      this.#insert(hashOfToken(token), session)
      this.#endOver(now, made.account)
    })
    return { token, session }
  }

  /** As `find`, of whoever asks for nothing: it is no use of the session. */
  look(token: string): Session | null {
    const session = this.#named(hashOfToken(token))
    return session === null || this.#isOver(session, this.#now().getTime()) ? null : session
  }

  /** Null for one that is unknown, ended or over. Notes that it was seen. */
  find(token: string): Session | null {
    const { database } = this.#state
    const hash = hashOfToken(token)
    const session = this.#named(hash)
    if (session === null) return null
    const now = this.#now().getTime()
    if (this.#isOver(session, now)) {
      database.prepare('delete from sessions where hash = ?').run(hash)
      return null
    }
    if (Math.abs(now - session.seen) < noteEvery) return session
    this.#noteSeen(hash, now)
    return { ...session, seen: now }
  }

  /** Where that cannot be written the session goes on: it may only end too early. */
  #noteSeen(hash: string, now: number): void {
    const { database, transaction } = this.#state
    try {
      transaction(() => database.prepare('update sessions set seen = ? where hash = ?').run(now, hash))
    } catch (error) {
      if (!(error instanceof BlackstartError)) throw error
    }
  }

  /** The person has shown again who they are. */
  proven(id: string): void {
    const { database, transaction } = this.#state
    const now = this.#now().getTime()
    transaction(() => database.prepare('update sessions set proven = ? where id = ?').run(now, id))
  }

  of(account: string): readonly Session[] {
    const now = this.#now().getTime()
    const rows = this.#state.database
      .prepare('select * from sessions where account = ? order by seen desc')
      .all(account)
    return rows.flatMap(row => sessionOf(row) ?? []).filter(session => !this.#isOver(session, now))
  }

  /** False where the account has no such session. */
  end(account: string, id: string): boolean {
    return (
      this.#state.database.prepare('delete from sessions where account = ? and id = ?').run(account, id).changes > 0
    )
  }

  /** Returns how many there were. `but`: the id of one that stays. */
  endAll(account: string, but: string | null): number {
    const end = 'delete from sessions where account = ? and id <> ?'
    return Number(this.#state.database.prepare(end).run(account, but ?? '').changes)
  }

  /** Milliseconds since 1970 at which a session ends, if nothing is asked for until then. */
  endOf({ created, seen, directory }: Session): number {
    const longest = directory === null ? this.#limits.absolute : Math.min(this.#limits.absolute, directoryLimit)
    return Math.min(created + longest, seen + this.#limits.idle)
  }

  #named(hash: string): Session | null {
    const row = this.#state.database.prepare('select * from sessions where hash = ?').get(hash)
    return row === undefined ? null : sessionOf(row)
  }

  #isOver(session: Session, now: number): boolean {
    return now >= this.endOf(session) || session.created > now + clockSlack || session.seen > now + clockSlack
  }

  #insert(hash: string, session: Session): void {
    const { id, account, stamp, directory, method, source, agent, created, seen, proven } = session
    const principal = directory === null ? null : JSON.stringify(directory)
    this.#state.database
      .prepare('insert into sessions values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(hash, id, account, stamp, principal, method, source, agent, created, seen, proven)
  }

  #endOver(now: number, account: string): void {
    const { database } = this.#state
    const { absolute, idle } = this.#limits
    database.prepare('delete from sessions where created <= ? or seen <= ?').run(now - absolute, now - idle)
    const tooMany = `delete from sessions where account = ? and hash not in (
      select hash from sessions where account = ? order by seen desc, created desc limit ?)`
    database.prepare(tooMany).run(account, account, perAccount)
  }
}

/**
 * Whether somebody showed within so many milliseconds who they are: what a dangerous action asks for, besides a session.
 * Not where the clock was set back since.
 */
export function recentlyProven({ proven }: Pick<Session, 'proven'>, within: number, now: Date): boolean {
  const ago = now.getTime() - proven
  return ago >= -provenSlack && ago <= within
}

const sessionRow = z.object({
  ...{ id: z.string(), account: z.string(), stamp: z.string(), principal: z.string().nullable() },
  method: z.enum(['password', 'password-and-code', 'passkey', 'first-administrator', 'ldap', 'oidc']),
  ...{ source: z.string(), agent: z.string(), created: z.number(), seen: z.number(), proven: z.number() },
})

function sessionOf(row: unknown): Session | null {
  const parsed = sessionRow.safeParse(row)
  if (!parsed.success) return null
  const { principal, ...session } = parsed.data
  return { ...session, directory: principal === null ? null : directoryPerson.parse(JSON.parse(principal)) }
}
