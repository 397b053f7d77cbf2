import assert from 'node:assert/strict'
import type { Backend } from '../../../storage/backend.ts'
import { soundSnapshots } from '../../check/check-files.ts'
import { repairFromCopy } from '../../repair/repair-from-copy.ts'
import { repairIndex } from '../../repair/repair-index.ts'
import { repairPacks } from '../../repair/repair-packs.ts'
import { repairSnapshots } from '../../repair/repair-snapshots.ts'
import type { Repository } from '../../repository.ts'
import { options, password } from '../../test-repository.ts'
import type { Changes } from '../changes.ts'
import { copyOf, isAmong, type KnownSnapshot, textOf } from '../known-snapshot.ts'
import type { Loss } from '../loss.ts'
import type { Repair } from '../operation.ts'
import type { Scene, Side } from '../scene.ts'

type Known = ReadonlyMap<string, KnownSnapshot>

const lockWait = { atMost: 60 }

/** Tells what a repair will do with what is damaged. */
export function announceRepair(
  { from, bringBack }: Repair,
  { changed, unreadable }: Loss,
  [here, there]: readonly [Known, Known],
  changes: Changes,
): void {
  for (const [id, after] of changed) {
    if (after === null) changes.going(id)
    else changes.replacing(id, after)
  }
  const own = new Map([...here].filter(([id]) => !unreadable.has(id)))
  const others = from === 'second' ? [...there].filter(([id, known]) => !isAmong(id, known, own)) : []
  let copies = others.map(([id, known]) => copyOf(id, known))
  for (const id of unreadable) {
    const [only, ...more] = copies.filter(copy => isCopyOf(copy, id))
    if (only !== undefined && more.every(copy => textOf(copy) === textOf(only))) {
      changes.replacing(id, only)
      copies = copies.filter(copy => copy !== only && !more.includes(copy))
    } else changes.going(id)
  }
  if (bringBack) for (const copy of copies) changes.coming(copy)
}

/** Nothing was left out when it was made of that. */
function isCopyOf({ original, tags }: KnownSnapshot, id: string): boolean {
  return original === id && !tags.includes('rewrite') && !tags.includes('repaired')
}

/** Heals what can be healed, and then writes snapshots anew without what is lost. */
export async function repair(scene: Scene, action: Repair): Promise<void> {
  const { here, loss, signal } = scene
  assert.ok(loss !== null)
  const { repository, changes } = here
  if (action.from === 'itself') await repairByItself(repository, action, signal)
  else await repairByCopy(scene, action, loss)
  const { changed } = await repairSnapshots(repository, { forget: true, lockWait }, signal)
  for (const { before, after } of changed) {
    const left = loss.changed.get(before)
    assert.ok(left !== undefined, `${before} was changed, and nothing of it is lost`)
    assert.equal(after === null, left === null)
    if (left === null || after === null) changes.gone(before)
    else changes.replaced(before, left, after)
  }
}

async function repairByItself(repository: Repository, { readAllPacks }: Repair, signal: AbortSignal): Promise<void> {
  await repairIndex(repository, { readAllPacks, lockWait }, signal)
  await repairPacks(repository, { packs: 'damaged', lockWait }, signal)
}

async function repairByCopy(scene: Scene, { bringBack }: Repair, loss: Loss): Promise<void> {
  const { here, signal } = scene
  const { backend, now } = here.repository
  const side = loss.mirror === null ? await scene.there() : null
  const copy = side?.repository ?? (await scene.open(loss.mirror as Exclude<Loss['mirror'], null>))
  const damaged = { backend, password, open: { ...options, now, lockWait } }
  const healing = { bringBack: { snapshots: bringBack }, lockWait }
  const unreadable = await presentOf(loss.unreadable, backend, signal)
  const { problems, absent } = await repairFromCopy(damaged, copy, healing, signal)
  if (loss.isWhole && loss.unreadable.size === 0) assert.deepEqual(problems, [])
  if (!loss.isWhole && !scene.isAgain) assert.ok(problems.length > 0)
  if (side !== null) await assertProven(side, here.repository, unreadable, signal)
  if (bringBack && side !== null) {
    assert.deepEqual(absent, [])
    await assertBrought(side, here.repository, signal)
  }
}

/** A damaged snapshot is gone only where the second repository has a copy of that very one. */
async function assertProven(
  { expected }: Side,
  { backend }: Repository,
  unreadable: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const left = new Set(await presentOf(unreadable, backend, signal))
  for (const id of unreadable.filter(each => !left.has(each))) {
    assert.ok(
      [...expected.values()].some(known => isCopyOf(known, id)),
      `${id} was removed, and the second repository has no copy of it`,
    )
  }
}

async function presentOf(ids: Iterable<string>, { list }: Backend, signal: AbortSignal): Promise<string[]> {
  const names = new Set(await Array.fromAsync(list('snapshot', signal), ({ name }) => name))
  return [...ids].filter(id => names.has(id))
}

/** Nothing that the second repository has is missing. */
async function assertBrought({ expected }: Side, repository: Repository, signal: AbortSignal): Promise<void> {
  const names = await Array.fromAsync(repository.backend.list('snapshot', signal), ({ name }) => name)
  const ids = new Set<string | undefined>()
  const ignoreDamaged = (): void => undefined
  for await (const { id, original } of soundSnapshots(repository, names, ignoreDamaged, signal)) {
    ids.add(id).add(original)
  }
  for (const [id, { original }] of expected) {
    assert.ok(ids.has(id) || (original !== null && ids.has(original)), `${id} of the second repository was not brought`)
  }
}
