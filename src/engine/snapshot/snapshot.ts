import type { Backend } from '../../storage/backend.ts'
import { damaged } from '../damage.ts'
import { Fields, isId, isText, isTextList, isUserId } from '../fields.ts'
import { isRecord } from '../tree/exact-json.ts'
import { goValue } from '../tree/go-json.ts'
import { isTime } from '../tree/go-time.ts'

const known: ReadonlySet<string> = new Set([
  ...(['time', 'parent', 'tree', 'paths', 'hostname', 'username', 'uid', 'gid', 'excludes', 'tags'] as const),
  ...(['original', 'program_version', 'summary'] as const),
])

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
  try {
    return snapshotOf(name, value)
  } catch (error) {
    throw damaged(backend, 'snapshot', name, 'is no snapshot', error)
  }
}

function snapshotOf(id: string, value: unknown): Snapshot {
  const fields = new Fields(value)
  const text = (field: string): string => fields.nullable(field, isText) ?? ''
  const list = (field: string): readonly string[] => fields.nullable(field, isTextList) ?? []
  const [uid, gid] = [fields.nullable('uid', isUserId), fields.nullable('gid', isUserId)]
  const [parent, original] = [fields.nullable('parent', isId), fields.nullable('original', isId)]
  const [excludes, programVersion] = [list('excludes'), text('program_version')]
  const summary = fields.nullable('summary', isRecord)
  const unknown = Object.entries(value as object).filter(([field]) => !known.has(field))
  return {
    ...{ id, time: fields.required('time', isTime), tree: fields.required('tree', isId), paths: list('paths') },
    ...{ hostname: text('hostname'), username: text('username'), tags: list('tags') },
    ...(uid ? { uid } : {}),
    ...(gid ? { gid } : {}),
    ...(parent ? { parent } : {}),
    ...(original ? { original } : {}),
    ...(excludes.length > 0 ? { excludes } : {}),
    ...(programVersion ? { programVersion } : {}),
    ...(summary ? { summary } : {}),
    ...(unknown.length === 0 ? {} : { unknown: Object.fromEntries(unknown) }),
  }
}

/** Oldest first; of the same instant by id. */
export function compareSnapshots(a: Snapshot, b: Snapshot): number {
  return Temporal.Instant.compare(a.time, b.time) || (a.id < b.id ? -1 : 1)
}
