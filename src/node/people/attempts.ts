import { createHash, randomBytes } from 'node:crypto'
import { BlackstartError } from '../../errors.ts'
import { isDiskFull } from '../reserve.ts'
import type { PeopleState } from './people-state.ts'

interface Rule {
  /** So many failures cost nothing. */
  readonly free: number
  /** Milliseconds without a failure after which all of them are forgotten. */
  readonly forget: number
}

const minute = 60_000
/** The first delay, doubled with each further failure, up to the longest: nobody is locked out for ever. */
const firstDelay = 15_000
export const longestDelay = 15 * minute

const ofAccount: Rule = { free: 5, forget: 24 * 60 * minute }
/** Rows that are held in memory while the disk is full; the oldest is forgotten for one more. */
const mostUnsaved = 10_000
/** People share a control room's address. */
const ofSource: Rule = { free: 10, forget: 60 * minute }
/** Milliseconds for which an address from which somebody signed in is known as theirs. */
const knownFor = 90 * 24 * 60 * minute

/** An attempt that was let through; it counts as failed until it is said otherwise, so that a thousand at once are counted. */
export interface Attempt {
  /** The name was locked by this attempt, for so many milliseconds; null where it was not. */
  readonly locks: number | null
  succeeded(): void
  /** It was neither right nor wrong. */
  withdrawn(): void
}

interface Row {
  readonly key: string
  readonly account: string | null
  readonly failures: number
  readonly last: number
  readonly until: number
}

/**
 * Counts failed sign-ins by account and by source address, durably. A name that is no account is counted like one. An
 * account's failures from an address that it is known from are counted apart: who guesses elsewhere locks nobody out there.
 */
export class Attempts {
  readonly #state: PeopleState
  readonly #now: () => Date
  readonly #salt: Uint8Array
  /** Rows that a full disk did not take. */
  readonly #unsaved = new Map<string, Row>()
  #isFull = false

  constructor(state: PeopleState, now: () => Date) {
    this.#state = state
    this.#now = now
    this.#salt = saltOf(state)
  }

  /** `name`: null for what names no account, such as a token. Throws `refused` (retry), with `wait` in ms, while it is locked. */
  begin(name: string | null, source: string): Attempt {
    const begun = this.#noting(() => this.#begin(name, source))
    if (typeof begun === 'number') throw tooMany(begun)
    return begun
  }

  /** Milliseconds to wait, where it is locked. */
  #begin(name: string | null, source: string): Attempt | number {
    const now = this.#now().getTime()
    const address = this.#hash(`source ${networkOf(source)}`)
    const account = name === null ? null : this.#hash(`account ${name.toLowerCase()}`)
    const rows = [{ row: this.#row(`source ${address}`, null, ofSource, now), rule: ofSource }]
    if (account !== null) {
      const key = this.#isKnown(account, address, now) ? `account ${account} ${address}` : `account ${account}`
      rows.push({ row: this.#row(key, account, ofAccount, now), rule: ofAccount })
    }
    const wait = Math.max(...rows.map(({ row }) => row.until - now))
    if (wait > 0) return wait
    const counted = rows.map(({ row, rule }) => failed(row, rule, now))
    for (const row of counted) this.#save(row)
    const after = (counted.find(row => row.account !== null)?.until ?? 0) - now
    return {
      locks: after > 0 ? after : null,
      succeeded: () => this.#state.transaction(() => this.#succeeded(counted, account, address)),
      withdrawn: () => this.#noting(() => counted.forEach(row => void this.#oneLess(row))),
    }
  }

  /** Where the disk is full they are counted in memory: whoever guesses is neither let in nor given the room that is left. */
  #noting<Result>(work: () => Result): Result {
    try {
      return this.#state.transactionOfStranger(work)
    } catch (error) {
      if (!isDiskFull(error)) throw error
    }
    this.#isFull = true
    try {
      return work()
    } finally {
      this.#isFull = false
    }
  }

  /** Ends the lock of an account, wherever from. */
  unlock(name: string): void {
    const account = this.#hash(`account ${name.toLowerCase()}`)
    for (const [key, row] of this.#unsaved) if (row.account === account) this.#unsaved.delete(key)
    this.#state.database.prepare('delete from attempts where account = ?').run(account)
  }

  /** Milliseconds for which an account is locked now; 0 where it is not. */
  lockedFor(name: string): number {
    const account = this.#hash(`account ${name.toLowerCase()}`)
    const now = this.#now().getTime()
    const row = this.#row(`account ${account}`, account, ofAccount, now)
    return Math.max(0, row.until - now)
  }

  #succeeded(counted: readonly Row[], account: string | null, address: string): void {
    for (const row of counted) {
      if (row.account !== null) this.#unsaved.delete(row.key)
      if (row.account !== null) this.#state.database.prepare('delete from attempts where key = ?').run(row.key)
      // not all of them: whoever has an account could begin anew after each tenth guess at another
      else this.#oneLess(row)
    }
    if (account === null) return
    const now = this.#now().getTime()
    this.#state.database.prepare('delete from known_sources where last < ?').run(now - knownFor)
    const known = 'insert or replace into known_sources (account, source, last) values (?, ?, ?)'
    this.#state.database.prepare(known).run(account, address, now)
  }

  /** Takes one attempt back, and the lock that it set, but none that another set meanwhile. */
  #oneLess({ key, until }: Row): void {
    const unsaved = this.#unsaved.get(key)
    if (unsaved !== undefined) {
      const failures = Math.max(0, unsaved.failures - 1)
      this.#unsaved.set(key, { ...unsaved, failures, until: unsaved.until === until ? 0 : unsaved.until })
    }
    if (this.#isFull) return
    const less = `update attempts set failures = max(0, failures - 1), until = case when until = ? then 0 else until end
      where key = ?`
    this.#state.database.prepare(less).run(until, key)
  }

  /** As it counts now: what is old enough is forgotten, and a clock that was set back prolongs no lock. */
  #row(key: string, account: string | null, rule: Rule, now: number): Row {
    const none = { key, account, failures: 0, last: now, until: 0 }
    const saved = this.#state.database.prepare('select failures, last, until from attempts where key = ?').get(key)
    const unsaved = this.#unsaved.get(key)
    const held = unsaved !== undefined && unsaved.last >= Number(saved?.last ?? 0) ? unsaved : saved
    if (held === undefined || now - Number(held.last) > rule.forget) return none
    const row = { key, account, failures: Number(held.failures), last: Number(held.last), until: Number(held.until) }
    if (row.last <= now && row.until <= now + longestDelay) return row
    const mended = { ...row, last: Math.min(row.last, now), until: Math.min(row.until, now + longestDelay) }
    this.#save(mended)
    return mended
  }

  #save(row: Row): void {
    const { database } = this.#state
    const { key, account, failures, last, until } = row
    if (this.#isFull) {
      this.#unsaved.set(key, row)
      const [oldestKey = ''] = this.#unsaved.size > mostUnsaved ? this.#unsaved.keys() : []
      return void this.#unsaved.delete(oldestKey)
    }
    const oldest = last - ofAccount.forget
    database.prepare('delete from attempts where last < ? and key <> ?').run(oldest, key)
    const save = 'insert or replace into attempts (key, account, failures, last, until) values (?, ?, ?, ?, ?)'
    database.prepare(save).run(key, account, failures, last, until)
  }

  #isKnown(account: string, address: string, now: number): boolean {
    const known = 'select 1 from known_sources where account = ? and source = ? and last > ?'
    return this.#state.database.prepare(known).get(account, address, now - knownFor) !== undefined
  }

  /** Names that were typed are kept as hashes: people type passwords into the wrong field. */
  #hash(text: string): string {
    return createHash('sha256').update(this.#salt).update(text).digest('hex').slice(0, 32)
  }
}

function failed(row: Row, { free }: Rule, now: number): Row {
  const failures = row.failures + 1
  const over = failures - free
  const delay = over <= 0 ? 0 : Math.min(longestDelay, firstDelay * 2 ** Math.min(over - 1, 20))
  return { ...row, failures, last: now, until: delay === 0 ? 0 : now + delay }
}

function saltOf({ database, transaction }: PeopleState): Uint8Array {
  return transaction(() => {
    database.prepare('insert or ignore into salt (one, bytes) values (1, ?)').run(randomBytes(32))
    const row = database.prepare('select bytes from salt').get()
    if (!(row?.bytes instanceof Uint8Array)) throw new BlackstartError('integrity', 'The state of sign-ins is damaged.')
    return row.bytes
  })
}

/** An IPv6 host has a whole /64 to itself. */
export function networkOf(source: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(source)
  if (mapped?.[1] !== undefined) return mapped[1]
  if (!source.includes(':')) return source
  const [address = ''] = source.toLowerCase().split('%')
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  const groups = [...left, ...zeros, ...right].slice(0, 4)
  return `${groups.map(group => group.replace(/^0+(?=.)/, '')).join(':')}::/64`
}

function tooMany(wait: number): BlackstartError {
  const seconds = Math.ceil(wait / 1000)
  const words = seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
  return new BlackstartError(
    'refused',
    `Too many failed attempts. Wait ${words}, or let someone with access to the site folder run "blackstart people unlock NAME".`,
    { retry: true, facts: { wait } },
  )
}
