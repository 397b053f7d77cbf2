import { z } from 'zod'
import type { Backend } from '../../storage/backend.ts'
import { damaged } from '../damage.ts'

const id = z.string().regex(/^[0-9a-f]{64}$/)
const list = z.array(z.string()).nullish()

const schema = z.looseObject({
  time: z.string().refine(isTime),
  parent: id.optional(),
  tree: id,
  paths: list,
  hostname: z.string().default(''),
  username: z.string().default(''),
  uid: z.int().optional(),
  gid: z.int().optional(),
  excludes: list,
  tags: list,
  original: id.optional(),
  program_version: z.string().optional(),
  summary: z.record(z.string(), z.unknown()).optional(),
})

/** What one backup was of, and the root of its tree. */
export interface Snapshot {
  /** Name of its file: changes when the snapshot is rewritten. */
  readonly id: string
  /** RFC 3339, up to nanoseconds, in the zone of the machine that made it. */
  readonly time: string
  readonly tree: string
  readonly paths: readonly string[]
  readonly hostname: string
  readonly username: string
  readonly tags: readonly string[]
  readonly uid?: number
  readonly gid?: number
  readonly parent?: string
  readonly original?: string
  readonly excludes?: readonly string[]
  readonly programVersion?: string
  readonly summary?: Readonly<Record<string, unknown>>
  /** Fields that this program does not know: kept when the snapshot is written again. */
  readonly unknown?: Readonly<Record<string, unknown>>
}

/** The JSON of a snapshot file. */
export function encodeSnapshot(snapshot: Omit<Snapshot, 'id'>): string {
  const { time, parent, tree, paths, hostname, username, uid, gid, excludes, tags, original } = snapshot
  const listed = (values: readonly string[] | undefined) => (values?.length ? values : undefined)
  return JSON.stringify({
    ...{ time, parent, tree, paths, hostname: hostname || undefined, username: username || undefined },
    ...{ uid: uid || undefined, gid: gid || undefined, excludes: listed(excludes), tags: listed(tags), original },
    ...{ program_version: snapshot.programVersion, summary: snapshot.summary, ...snapshot.unknown },
  })
}

/** Throws `integrity` where the value is not a snapshot. */
export function decodeSnapshot(backend: Backend, name: string, value: unknown): Snapshot {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw damaged(backend, 'snapshot', name, 'is no snapshot', parsed.error)
  const { paths, tags, excludes, program_version: programVersion, ...rest } = parsed.data
  const known = new Set(Object.keys(schema.shape))
  const unknown = Object.entries(rest).filter(([field]) => !known.has(field))
  const fields = Object.fromEntries(
    Object.entries(rest).filter(([field, field_]) => known.has(field) && field_ !== undefined),
  )
  return {
    ...(fields as Omit<typeof rest, string>),
    ...{ id: name, time: rest.time, tree: rest.tree, hostname: rest.hostname, username: rest.username },
    ...{ paths: paths ?? [], tags: tags ?? [] },
    ...(excludes ? { excludes } : {}),
    ...(programVersion === undefined ? {} : { programVersion }),
    ...(unknown.length === 0 ? {} : { unknown: Object.fromEntries(unknown) }),
  }
}

/** Oldest first; of the same instant by id. */
export function compareSnapshots(a: Snapshot, b: Snapshot): number {
  return Temporal.Instant.compare(a.time, b.time) || (a.id < b.id ? -1 : 1)
}

function isTime(text: string): boolean {
  try {
    Temporal.Instant.from(text)
    return true
  } catch {
    return false // zod says that the time is not one
  }
}
