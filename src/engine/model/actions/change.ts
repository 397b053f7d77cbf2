import { rewriteSnapshots } from '../../edit/rewrite-snapshots.ts'
import { tagSnapshots } from '../../edit/tag-snapshots.ts'
import type { KnownSnapshot } from '../known-snapshot.ts'
import { picked, type Scene } from '../scene.ts'

/** Adds a tag, or takes it away where it is there. */
export async function tag({ here, signal }: Scene, number: number, word: string): Promise<void> {
  const { repository, changes } = here
  await using lock = await repository.lock('exclusive', signal)
  const [id, before] = picked(here, number) ?? []
  if (id === undefined || before === undefined) return
  const has = before.tags.includes(word)
  const tags = has ? before.tags.filter(each => each !== word) : [...before.tags, word]
  const after = { ...before, tags, original: before.original ?? id }
  changes.replacing(id, after)
  const change = has ? { remove: [word] } : { add: [word] }
  const snapshots = [await repository.snapshot(id, signal)]
  for await (const changed of tagSnapshots(repository, lock, snapshots, change, signal)) {
    changes.replaced(id, after, changed.after)
  }
}

/** Leaves the files of that name out of every snapshot. */
export async function rewrite({ here, signal }: Scene, name: string, forget: boolean): Promise<void> {
  const { repository, changes, expected } = here
  await using lock = await repository.lock(forget ? 'exclusive' : 'shared', signal)
  const isExcluded = (path: string): boolean => path.endsWith(`/${name}`)
  const rewritten = new Map<string, KnownSnapshot>()
  for (const [id, before] of expected) {
    const after = without(id, before, isExcluded, forget)
    if (after === null) continue
    rewritten.set(id, after)
    if (forget) changes.replacing(id, after)
    else changes.coming(after)
  }
  const snapshots = await repository.snapshots(signal)
  for await (const { before, after } of rewriteSnapshots(repository, lock, snapshots, { isExcluded, forget }, signal)) {
    const known = rewritten.get(before.id)
    if (known === undefined) throw new Error(`${before.id} was rewritten, and has no ${name}`)
    if (forget) changes.replaced(before.id, known, after ?? '')
    else changes.came(known, after ?? '')
  }
}

/** Null where nothing of it is left out. */
function without(
  id: string,
  before: KnownSnapshot,
  isExcluded: (path: string) => boolean,
  forget: boolean,
): KnownSnapshot | null {
  const all = Object.entries(before.files)
  const left = all.filter(([path]) => !isExcluded(`/${path}`))
  if (left.length === all.length) return null
  const tags = forget || before.tags.includes('rewrite') ? before.tags : [...before.tags, 'rewrite']
  return { ...before, tags, files: Object.fromEntries(left), original: id }
}
