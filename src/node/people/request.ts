import { z } from 'zod'
import { BlackstartError } from '../../errors.ts'
import type { People } from './people.ts'

/** What is to be done, once a second person agrees. */
export interface Wanted {
  readonly kind: 'write-to-device'
  /** `asset/item` */
  readonly item: string
  readonly version: string
  /** Where the asset is. */
  readonly zone: string
  /** A mark of where the device is, and of how it is written to: the site file may say another tomorrow. */
  readonly target: string
  readonly reason: string
  /** Goes on where the device cannot be read first: what it holds may be lost. */
  readonly withoutSafety: boolean
}

export interface Request extends Wanted {
  readonly id: string
  readonly asker: string
  /** ISO 8601, as all times here. */
  readonly asked: string
  readonly expires: string
  readonly state: 'waiting' | 'approved' | 'refused' | 'withdrawn' | 'used' | 'expired'
  readonly decider: string | null
  readonly decided: string | null
  readonly note: string | null
}

const requestRow = z.object({
  ...{ id: z.string(), kind: z.literal('write-to-device'), item: z.string(), version: z.string(), zone: z.string() },
  ...{ reason: z.string(), asked: z.number(), expires: z.number(), asker: z.string(), asker_id: z.string() },
  decision: z.enum(['approved', 'refused', 'withdrawn']).nullable(),
  ...{ decided: z.number().nullable(), decider: z.string().nullable(), note: z.string().nullable() },
  without_safety: z.union([z.literal(0), z.literal(1)]),
  /** Null: asked for in a release before. */
  target: z.string().nullable(),
  ...{ used: z.number().nullable(), decider_id: z.string().nullable(), decider_stamp: z.string().nullable() },
})
export type RequestRow = z.infer<typeof requestRow>

export function rowNamed(people: People, id: string): RequestRow {
  const row = people.state.database.prepare('select * from requests where id = ?').get(id)
  if (row === undefined) throw new BlackstartError('not-found', 'There is no such request.')
  return requestRow.parse(row)
}

export function requestNamed(people: People, id: string): Request {
  return requestOf(people, rowNamed(people, id))
}

export function needsWaiting(people: People, row: RequestRow): void {
  const { state } = requestOf(people, row)
  if (state !== 'waiting') throw new BlackstartError('refused', `This request is ${state} already.`)
}

export function requestOf(people: People, held: unknown): Request {
  const row = requestRow.parse(held)
  const { id, kind, item, version, zone, reason, asker, decider, note } = row
  const time = (at: number) => new Date(at).toISOString()
  return {
    ...{ id, kind, item, version, zone, target: row.target ?? '', reason, asker, decider, note },
    withoutSafety: row.without_safety === 1,
    asked: time(row.asked),
    expires: time(expiryOf(row)),
    decided: row.decided === null ? null : time(row.decided),
    state: stateOf(row, people.now().getTime()),
  }
}

/** What was approved is good for as long again as the request was. */
function expiryOf({ asked, expires, decided, decision }: RequestRow): number {
  return decision === 'approved' && decided !== null ? decided + (expires - asked) : expires
}

function stateOf(row: RequestRow, time: number): Request['state'] {
  if (row.used !== null) return 'used'
  if (row.decision === 'refused' || row.decision === 'withdrawn') return row.decision
  // also where the clock was set back to before it was asked for
  if (time >= expiryOf(row) || time < row.asked - 5 * 60_000) return 'expired'
  return row.decision ?? 'waiting'
}
