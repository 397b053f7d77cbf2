import { compareFiles } from './compare-files.ts'
import type { Change, Comparison, Side } from './comparison.ts'

export type { Comparison, Side } from './comparison.ts'

export interface CompareOptions {
  /** What the connector observed of the item; see `FileHint`. */
  readonly format: string | null
  /** Unchanged lines shown around each change. */
  readonly context: number
}

/**
 * Tells two versions apart. Reads only files whose identities differ, one pair at a time. Nothing in the result shows a
 * secret, nor tells one from its fingerprint.
 */
export async function compareVersions(
  from: readonly Side[],
  to: readonly Side[],
  options: CompareOptions,
  signal: AbortSignal,
): Promise<Comparison> {
  const before = new Map(from.map(side => [side.path, side]))
  const after = new Map(to.map(side => [side.path, side]))
  const changes: Change[] = moves(before, after)
  const moved = new Set(changes.flatMap(change => [change.path, movedFrom.get(change) ?? '']))
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    signal.throwIfAborted()
    if (moved.has(path)) continue
    const [old, now] = [before.get(path), after.get(path)]
    if (old === undefined) {
      if (now !== undefined && !holdsOthers(now, after, before)) changes.push(appeared(now))
    } else if (now === undefined) {
      if (!holdsOthers(old, before, after)) changes.push(disappeared(old))
    } else changes.push(...(await compareEntries(old, now, options, signal)))
  }
  changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  const equal = changes.length === 0
  const equivalent = changes.every(change => change.kind === 'volatile')
  return { equal, equivalent, summary: summaryOf(changes), changes }
}

async function compareEntries(old: Side, now: Side, options: CompareOptions, signal: AbortSignal): Promise<Change[]> {
  const path = now.path
  if (old.type !== now.type) return [{ kind: 'type', path, what: `was a ${old.type}, is a ${now.type}` }]
  const changes: Change[] = []
  if (now.type === 'link' && old.target !== now.target)
    changes.push({
      kind: 'link',
      path,
      what: `pointed to ${old.target ?? 'nothing'}, points to ${now.target ?? 'nothing'}`,
    })
  if (now.type === 'file' && old.identity !== now.identity) changes.push(await compareFiles(old, now, options, signal))
  if (old.mode !== null && now.mode !== null && (old.mode & 0o7777) !== (now.mode & 0o7777))
    changes.push({ kind: 'mode', path, what: `permissions were ${octal(old.mode)}, are ${octal(now.mode)}` })
  return changes
}

const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(3, '0')

const movedFrom = new WeakMap<Change, string>()

/** Files that are gone under one name and here under another, where content and count leave no doubt. */
function moves(before: ReadonlyMap<string, Side>, after: ReadonlyMap<string, Side>): Change[] {
  const gone = byIdentity(before, after)
  const changes: Change[] = []
  for (const [identity, here] of byIdentity(after, before)) {
    const there = gone.get(identity) ?? []
    const [old, now] = [there[0], here[0]]
    if (there.length !== 1 || here.length !== 1 || old === undefined || now === undefined || now.bytes === 0) continue
    const change: Change = { kind: 'moved', path: now.path, what: `was ${old.path}, the content is the same` }
    movedFrom.set(change, old.path)
    changes.push(change)
  }
  return changes
}

function byIdentity(here: ReadonlyMap<string, Side>, there: ReadonlyMap<string, Side>): Map<string, Side[]> {
  const found = new Map<string, Side[]>()
  for (const side of here.values()) {
    if (side.type !== 'file' || there.has(side.path)) continue
    const same = found.get(side.identity) ?? []
    same.push(side)
    found.set(side.identity, same)
  }
  return found
}

/** A folder whose coming or going its own entries tell. */
function holdsOthers(side: Side, here: ReadonlyMap<string, Side>, there: ReadonlyMap<string, Side>): boolean {
  if (side.type !== 'folder') return false
  for (const path of here.keys()) if (path.startsWith(`${side.path}/`) && !there.has(path)) return true
  return false
}

function appeared(side: Side): Change {
  return { kind: 'added', path: side.path, what: `new ${described(side)}` }
}

function disappeared(side: Side): Change {
  return { kind: 'removed', path: side.path, what: `${described(side)} is gone` }
}

function described(side: Side): string {
  if (side.type === 'file') return `file of ${side.bytes} bytes`
  return side.type === 'link' ? `link to ${side.target ?? 'nothing'}` : 'folder'
}

const shownNames = 3

function summaryOf(changes: readonly Change[]): string {
  if (changes.length === 0) return 'identical, byte for byte'
  const real = changes.filter(change => change.kind !== 'volatile')
  const [only] = changes
  if (real.length === 0) {
    if (changes.length === 1 && only !== undefined) return `equivalent: ${only.path}: ${only.what}`
    return `equivalent: only volatile bytes differ in ${changes.length} files: ${namesOf(changes)}`
  }
  const count = (wanted: (kind: Change['kind']) => boolean): number => real.filter(one => wanted(one.kind)).length
  const added = count(kind => kind === 'added')
  const removed = count(kind => kind === 'removed')
  const moved = count(kind => kind === 'moved')
  const layout = count(kind => kind === 'layout')
  const changed = new Set(
    real.filter(one => !['added', 'removed', 'moved', 'layout'].includes(one.kind)).map(one => one.path),
  ).size
  const parts = [
    [changed, 'changed'],
    [added, 'added'],
    [removed, 'removed'],
    [moved, 'moved'],
    [layout, 'changed in layout only'],
  ] as const
  const counts = parts.filter(([number]) => number > 0)
  const words = counts.map(([number, word], at) =>
    at === 0 ? `${number} ${number === 1 ? 'file' : 'files'} ${word}` : `${number} ${word}`,
  )
  return `${words.join(', ')}: ${namesOf(real)}`
}

function namesOf(changes: readonly Change[]): string {
  const names = [...new Set(changes.map(change => change.path))]
  const rest = names.length - shownNames
  return rest > 0 ? `${names.slice(0, shownNames).join(', ')} and ${rest} more` : names.join(', ')
}
