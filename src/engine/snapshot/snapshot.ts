import { z } from 'zod'
import type { Backend } from '../../storage/backend.ts'
import { damaged } from '../damage.ts'
import { goValue } from '../tree/go-json.ts'
import { isTime } from '../tree/go-time.ts'

const id = z.string().regex(/^[0-9a-f]{64}$/)
const list = z.array(z.string()).nullish()
const text = z.string().nullish()
const user = z
  .int()
  .min(0)
  .max(2 ** 32 - 1)
  .nullish()

const schema = z.looseObject({
  time: z.string().refine(isTime),
  parent: id.nullish(),
  tree: id,
  paths: list,
  hostname: text,
  username: text,
  uid: user,
  gid: user,
  excludes: list,
  tags: list,
  original: id.nullish(),
  program_version: text,
  summary: z.record(z.string(), z.unknown()).nullish(),
})
const known: ReadonlySet<string> = new Set(Object.keys(schema.shape))

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

/** The JSON of a snapshot file, as restic writes it. */
export function encodeSnapshot(snapshot: Omit<Snapshot, 'id'>): string {
  const { time, parent, tree, paths, hostname, username, uid, gid, excludes, tags, original } = snapshot
  const listed = (values: readonly string[] | undefined) => (values?.length ? values : undefined)
  return goValue({
    ...{ time, parent, tree, paths, hostname: hostname || undefined, username: username || undefined },
    ...{ uid: uid || undefined, gid: gid || undefined, excludes: listed(excludes), tags: listed(tags), original },
    ...{ program_version: snapshot.programVersion || undefined, summary: snapshot.summary, ...snapshot.unknown },
  })
}

/** Throws `integrity` where the value is not a snapshot. As in Go, null is no value. */
export function decodeSnapshot(backend: Backend, name: string, value: unknown): Snapshot {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw damaged(backend, 'snapshot', name, 'is no snapshot', parsed.error)
  const { time, parent, tree, paths, hostname, username, uid, gid, excludes, tags, original, summary } = parsed.data
  const { program_version: programVersion } = parsed.data
  const unknown = Object.entries(parsed.data).filter(([field]) => !known.has(field))
  return {
    ...{
      id: name,
      time,
      tree,
      paths: paths ?? [],
      hostname: hostname ?? '',
      username: username ?? '',
      tags: tags ?? [],
    },
    ...(uid ? { uid } : {}),
    ...(gid ? { gid } : {}),
    ...(parent ? { parent } : {}),
    ...(original ? { original } : {}),
    ...(excludes?.length ? { excludes } : {}),
    ...(programVersion ? { programVersion } : {}),
    ...(summary ? { summary } : {}),
    ...(unknown.length === 0 ? {} : { unknown: Object.fromEntries(unknown) }),
  }
}

/** Oldest first; of the same instant by id. */
export function compareSnapshots(a: Snapshot, b: Snapshot): number {
  return Temporal.Instant.compare(a.time, b.time) || (a.id < b.id ? -1 : 1)
}
