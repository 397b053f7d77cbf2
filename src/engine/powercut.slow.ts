import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { disk } from '../../lab/power-disk.ts'
import { localBackend } from '../storage/local/local-backend.ts'
import { prune } from './prune/prune.ts'
import { assertClean, assertHolds, contentsOf, names } from './prune/test-snapshots.ts'
import { repairIndex } from './repair/repair-index.ts'
import { openRepository, type Repository } from './repository.ts'
import { type Operation, run } from './test-processes.ts'
import { newRepository, options, password, stockRestic } from './test-repository.ts'

const signal = AbortSignal.timeout(3_000_000)
const cuts = 50
const skip = process.getuid?.() === 0 ? false : 'loop mounts need root'
const operations: readonly Operation[] = ['capture', 'prune', 'copy', 'repair']

async function open(folder: string): Promise<Repository> {
  return await openRepository(localBackend(folder), password, options, signal)
}

/** Snapshots that were reported and not forgotten since: the number of what they hold, by their ids. */
type Held = ReadonlyMap<string, number>

/** Forgets all but the newest few: there is something to prune. */
async function forget(repository: Repository, held: Map<string, number>): Promise<void> {
  await using _lock = await repository.lock('exclusive', signal)
  for (const id of [...held.keys()].slice(0, -6)) {
    await repository.backend.remove('snapshot', id, signal)
    held.delete(id)
  }
}

/** After the cut everything that was reported is there, and what comes next runs by itself. */
async function assertSound(repository: Repository, held: Held, isCopied: boolean): Promise<void> {
  const snapshots = await repository.snapshots(signal)
  const ids = new Map(snapshots.map(({ id, original }) => [isCopied ? original : id, id]))
  await repository.unlock(signal)
  for (const isPruned of [false, true]) {
    await assertClean(await open(repository.backend.location), isPruned ? 0 : 100)
    for (const [id, number] of held) await assertHolds(repository, ids.get(id) ?? '', contentsOf(number))
    if (!isPruned) await prune(await open(repository.backend.location), { maxUnused: { bytes: 0 } }, signal)
  }
}

function reportedIn(lines: readonly string[]): [id: string, number: number][] {
  const words = lines.filter(line => line !== 'done').map(line => line.split(' '))
  return words.map(([id = '', number]) => [id, Number(number)])
}

it(`${cuts} power cuts while it stores, prunes, copies and repairs lose nothing that was reported`, {
  skip,
}, async t => {
  const work = await mkdtemp(path.join(os.tmpdir(), 'blackstart-engine-power-'))
  try {
    await using power = await disk(work)
    const [folder, second] = [path.join(power.folder, 'r'), path.join(power.folder, 'second')]
    const { repository } = await newRepository(folder, signal)
    await newRepository(second, signal)
    const restic = await stockRestic()
    const held = new Map<string, number>()
    const took = new Map(operations.map(operation => [operation, 1500]))
    let [running, survived] = [0, 0]
    for (let cut = 0; cut < cuts; cut += 1) {
      const operation = operations[cut % operations.length] ?? 'capture'
      if (operation === 'prune') await forget(repository, held)
      if (operation === 'repair') {
        const [lost = ''] = await names(repository.backend, 'index')
        await repository.backend.remove('index', lost, signal)
      }
      const [to, from] = operation === 'copy' ? [second, folder] : [folder, '']
      const started = performance.now()
      const { said, ended } = run(operation, to, from, cut * 4)
      await Promise.race([ended, sleep(Math.random() * 1.1 * (took.get(operation) ?? 0), undefined, { signal })])
      const before = said() // what is said after this moment need not have reached the disk's copy
      const expected = new Map([...held, ...reportedIn(before)])
      await using copy = await power.cut()
      const lines = await ended
      assert.equal(lines.at(-1), 'done')
      took.set(operation, performance.now() - started)
      for (const [id, number] of reportedIn(lines)) held.set(id, number)
      if (before.at(-1) !== 'done') running += 1

      const survivor = path.join(copy.folder, 'r')
      if (operation === 'repair') await repairIndex(await open(survivor), {}, signal)
      await assertSound(await open(survivor), expected, false)
      const isCopied = operation === 'copy' && before.at(-1) === 'done'
      await assertSound(await open(path.join(copy.folder, 'second')), isCopied ? expected : new Map(), true)
      survived += expected.size
      if (cut % 10 === 9 && typeof restic !== 'string') {
        assert.match(await restic(survivor, 'check', '--read-data'), /no errors were found/)
      }
    }
    t.diagnostic(
      `${running} of ${cuts} cuts met a running operation; ${survived} times a reported snapshot was read after one`,
    )
    assert.ok(running > cuts / 4)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
})
