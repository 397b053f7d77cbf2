import { createHash } from 'node:crypto'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { BlackstartError } from '../../errors.ts'
import { type Notice, severities } from './notice.ts'
import { gapAfter, type Waiting } from './pacing.ts'
import { openQueueFile, queueTrouble } from './queue-file.ts'

// A lane is a channel's queue of notices, or its way through the journal. All times are milliseconds since 1970.

export interface LaneRecord {
  readonly name: string
  /** In a row. */
  readonly failures: number
  readonly nextTry: number | null
  readonly lastSuccess: number | null
  readonly lastError: string | null
  readonly lastErrorAt: number | null
  readonly lastSent: number | null
  readonly gap: number
  /** Notices that were given up and not told of yet, since when, and all there ever were. */
  readonly givenUp: number
  readonly givenUpSince: number | null
  readonly givenUpTotal: number
  /** Messages that were taken. */
  readonly sent: number
  /** Where in the journal the lane has got to, as JSON; null at its beginning. */
  readonly position: string | null
}

export interface Placed {
  readonly notice: Notice
  /** When it is due: null for at once, else the moment of the digest. */
  readonly to: readonly { readonly lane: string; readonly digest: number | null }[]
}

export interface Taken {
  /** 32 hexadecimal digits; the same for the same notices. */
  readonly id: string
  readonly digest: boolean
  readonly notices: readonly Notice[]
  /** How many given-up notices it tells of. */
  readonly givenUp: number
}

export interface QueueLimits {
  /** Notices that wait in one lane. */
  readonly most: number
  /** Bytes of notices that wait in one lane. */
  readonly bytes: number
}

/** Ids of notices that are remembered, so that none is told twice. */
const remembered = 100_000

export class NoticeQueue implements Disposable {
  readonly replaced: boolean
  /** As `QueueFile` has it. */
  readonly inMemory: string | null
  readonly #file: string
  readonly #database: DatabaseSync
  readonly #limits: QueueLimits
  /** By their text: there are some dozens of them. */
  readonly #statements = new Map<string, StatementSync>()

  constructor(file: string, limits: QueueLimits) {
    const { database, replaced, inMemory } = openQueueFile(file)
    this.replaced = replaced
    this.inMemory = inMemory
    this.#file = file
    this.#database = database
    this.#limits = limits
  }

  /** Durable when it returns. One whose id was seen before is passed over. Returns how many were given up for want of room, by lane. */
  add(placed: readonly Placed[], now: number): ReadonlyMap<string, number> {
    return this.#transaction(() => {
      const lanes = new Set<string>()
      for (const { notice, to } of placed) {
        const fresh = this.#run('insert or ignore into seen (id) values (?)', notice.id) > 0
        if (!fresh || to.length === 0) continue
        const json = JSON.stringify(notice)
        this.#run('insert into notice (id, json) values (?, ?)', notice.id, json)
        const seq = Number(this.#row('select max(seq) as seq from notice')?.seq)
        const urgent = severities.indexOf(notice.severity) <= severities.indexOf('critical') ? 1 : 0
        for (const { lane, digest } of to) {
          lanes.add(lane)
          this.#run(
            'insert into delivery (lane, notice, digest, due, size, urgent) values (?, ?, ?, ?, ?, ?)',
            ...[lane, seq, digest === null ? 0 : 1, digest ?? now, json.length, urgent],
          )
        }
      }
      this.#run('delete from seen where seq <= (select max(seq) from seen) - ?', remembered)
      const dropped = [...lanes].map((lane): [string, number] => [lane, this.#keepBounds(lane, now)])
      return new Map(dropped.filter(([, count]) => count > 0))
    })
  }

  /** The oldest digests go first, then the oldest notices; what is being sent stays. */
  #keepBounds(lane: string, now: number): number {
    const { count = 0, bytes = 0 } = this.#row(
      'select count(*) as count, coalesce(sum(size), 0) as bytes from delivery where lane = ?',
      lane,
    ) ?? { count: 0, bytes: 0 }
    let [over, tooMuch] = [Number(count) - this.#limits.most, Number(bytes) - this.#limits.bytes]
    if (over <= 0 && tooMuch <= 0) return 0
    const doomed: number[] = []
    const oldest = this.#rows(
      'select seq, size from delivery where lane = ? and message is null order by digest desc, seq',
      lane,
    )
    for (const { seq, size } of oldest) {
      if (over <= 0 && tooMuch <= 0) break
      doomed.push(Number(seq))
      over -= 1
      tooMuch -= Number(size)
    }
    return this.#giveUp(lane, doomed, now)
  }

  /** A lane that nothing was written of yet has the values of a new one. */
  lane(name: string): LaneRecord {
    const row = this.#row('select * from lane where name = ?', name) ?? {}
    const number = (key: string) => (typeof row[key] === 'number' ? row[key] : null)
    const text = (key: string) => (typeof row[key] === 'string' ? row[key] : null)
    return {
      ...{ name, failures: number('failures') ?? 0, nextTry: number('nextTry'), lastSuccess: number('lastSuccess') },
      ...{ lastError: text('lastError'), lastErrorAt: number('lastErrorAt'), lastSent: number('lastSent') },
      ...{ gap: number('gap') ?? 0, givenUp: number('givenUp') ?? 0, givenUpSince: number('givenUpSince') },
      ...{ givenUpTotal: number('givenUpTotal') ?? 0, sent: number('sent') ?? 0, position: text('position') },
    }
  }

  waiting(
    lane: string,
  ): Waiting & { readonly notices: number; readonly digests: number; readonly oldest: number | null } {
    const row = this.#row(
      `select count(message) as begun, count(*) - sum(digest) as atOnce, sum(digest) as digests, max(urgent and not digest) as urgent,
        min(case when digest then due end) as digestDue, min(notice) as first from delivery where lane = ?`,
      lane,
    )
    const first = this.#row('select json from notice where seq = ?', Number(row?.first ?? 0))
    return {
      begun: Number(row?.begun ?? 0) > 0,
      // that notices were given up is told too
      atOnce: Number(row?.atOnce ?? 0) + (this.lane(lane).givenUp > 0 ? 1 : 0),
      urgent: row?.urgent === 1,
      digestDue: typeof row?.digestDue === 'number' ? row.digestDue : null,
      notices: Number(row?.atOnce ?? 0) + Number(row?.digests ?? 0),
      digests: Number(row?.digests ?? 0),
      oldest: first === undefined ? null : Date.parse(noticeOf(first).time),
    }
  }

  /**
   * The next message of a lane: the one that was begun, as it was; else the oldest notices, `most` at most, which are
   * from now on that message. `digest` chooses what is begun.
   */
  take(lane: string, digest: boolean, most: number, now: number): Taken | null {
    return this.#transaction(() => {
      const select = 'select delivery.seq, digest, message, json from delivery join notice on notice.seq = notice where'
      const begun = this.#rows(`${select} lane = ? and message is not null order by delivery.seq`, lane)
      const fresh = () =>
        digest
          ? this.#rows(
              `${select} lane = ? and digest = 1 and due <= ? order by due, delivery.seq limit ?`,
              lane,
              now,
              most,
            )
          : this.#rows(`${select} lane = ? and digest = 0 order by delivery.seq limit ?`, lane, most)
      const rows = begun.length > 0 ? begun : fresh()
      const { givenUp, givenUpTotal } = this.lane(lane)
      if (rows.length === 0 && givenUp === 0) return null
      const notices = rows.map(noticeOf)
      const stored = rows[0]?.message
      const id = typeof stored === 'string' ? stored : messageId(lane, notices, givenUpTotal)
      for (const { seq, message } of rows) {
        if (message === null) this.#run('update delivery set message = ? where seq = ?', id, Number(seq))
      }
      return { id, digest: rows[0]?.digest === 1, notices, givenUp }
    })
  }

  /** The message arrived; `complaint` is what the receiver said of it all the same. */
  done(lane: string, { id, digest, givenUp }: Taken, complaint: string | null, now: number): void {
    this.#transaction(() => {
      const seqs = this.#rows('select seq from delivery where lane = ? and message = ?', lane, id)
      this.#remove(seqs.map(({ seq }) => Number(seq)))
      this.succeeded(lane, complaint, now)
      this.#run('update lane set givenUp = givenUp - ? where name = ?', givenUp, lane)
      this.#run('update lane set givenUpSince = null where name = ? and givenUp = 0', lane)
      if (digest) return
      this.#run('update lane set lastSent = ?, gap = ? where name = ?', now, gapAfter(this.lane(lane), now), lane)
    })
  }

  succeeded(lane: string, complaint: string | null, now: number): void {
    this.#lane(lane, 'failures = 0, nextTry = null, sent = sent + 1, lastSuccess = ?', now)
    if (complaint !== null) this.#lane(lane, 'lastError = ?, lastErrorAt = ?', complaint, now)
  }

  failed(lane: string, sentence: string, nextTry: number, now: number): void {
    this.#lane(lane, 'failures = failures + 1, nextTry = ?, lastError = ?, lastErrorAt = ?', nextTry, sentence, now)
  }

  /** Gives up everything that became due before `limit`, and tells how many they were. */
  expire(lane: string, limit: number, now: number): number {
    return this.#transaction(() => {
      const old = this.#rows('select seq from delivery where lane = ? and due < ?', lane, limit)
      // what is left of a message is another one
      if (old.length > 0) this.#run('update delivery set message = null where lane = ?', lane)
      return this.#giveUp(
        lane,
        old.map(({ seq }) => Number(seq)),
        now,
      )
    })
  }

  /** Gives up the message that was begun, which its receiver will never take. */
  discard(lane: string, now: number): number {
    return this.#transaction(() => {
      const begun = this.#rows('select seq from delivery where lane = ? and message is not null', lane)
      this.#lane(lane, 'failures = 0, nextTry = null')
      return this.#giveUp(
        lane,
        begun.map(({ seq }) => Number(seq)),
        now,
      )
    })
  }

  /** What waits for channels that are no more is dropped. */
  retain(lanes: readonly string[]): void {
    this.#transaction(() => {
      for (const { lane } of this.#rows('select distinct lane from delivery')) {
        if (lanes.includes(String(lane))) continue
        const seqs = this.#rows('select seq from delivery where lane = ?', String(lane))
        this.#remove(seqs.map(({ seq }) => Number(seq)))
      }
    })
  }

  setPosition(lane: string, position: string | null): void {
    this.#lane(lane, 'position = ?', position)
  }

  #giveUp(lane: string, seqs: readonly number[], now: number): number {
    if (seqs.length === 0) return 0
    this.#remove(seqs)
    const change = 'givenUp = givenUp + ?, givenUpTotal = givenUpTotal + ?, givenUpSince = coalesce(givenUpSince, ?)'
    this.#lane(lane, change, seqs.length, seqs.length, now)
    return seqs.length
  }

  #remove(seqs: readonly number[]): void {
    for (const seq of seqs) {
      const notice = Number(this.#row('select notice from delivery where seq = ?', seq)?.notice)
      this.#run('delete from delivery where seq = ?', seq)
      this.#run(
        'delete from notice where seq = ? and not exists (select 1 from delivery where notice = ?)',
        notice,
        notice,
      )
    }
  }

  #lane(name: string, change: string, ...values: readonly SQLInputValue[]): void {
    this.#run('insert or ignore into lane (name) values (?)', name)
    this.#run(`update lane set ${change} where name = ?`, ...values, name)
  }

  #run(sql: string, ...values: readonly SQLInputValue[]): number {
    return this.#guarded(() => Number(this.#statement(sql).run(...values).changes))
  }

  #row(sql: string, ...values: readonly SQLInputValue[]): Record<string, unknown> | undefined {
    return this.#guarded(() => this.#statement(sql).get(...values))
  }

  #rows(sql: string, ...values: readonly SQLInputValue[]): Record<string, unknown>[] {
    return this.#guarded(() => this.#statement(sql).all(...values))
  }

  #statement(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  #transaction<Result>(action: () => Result): Result {
    this.#guarded(() => this.#database.exec('begin immediate'))
    try {
      const result = action()
      this.#guarded(() => this.#database.exec('commit'))
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('rollback')
      throw error
    }
  }

  #guarded<Result>(action: () => Result): Result {
    try {
      return action()
    } catch (error) {
      throw queueTrouble(this.#file, error)
    }
  }

  [Symbol.dispose](): void {
    this.#statements.clear()
    if (this.#database.isOpen) this.#database.close()
  }
}

/** What is stored was written by this program, from a tidy notice. */
function noticeOf({ json }: Record<string, unknown>): Notice {
  try {
    return JSON.parse(String(json))
  } catch (error) {
    throw new BlackstartError('integrity', 'a notice that waits to be sent is damaged', { cause: error })
  }
}

function messageId(lane: string, notices: readonly Notice[], givenUpTotal: number): string {
  const ids = notices.length === 0 ? [`given-up ${givenUpTotal}`] : notices.map(({ id }) => id)
  return createHash('sha256')
    .update(JSON.stringify([lane, ...ids]))
    .digest('hex')
    .slice(0, 32)
}
