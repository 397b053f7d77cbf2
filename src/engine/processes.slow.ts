import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { localBackend } from '../storage/local/local-backend.ts'
import { Random } from './fuzz/random.ts'
import type { PruneReport } from './prune/prune.ts'
import { openRepository } from './repository.ts'
import { restore } from './restore.ts'
import {
  describeFolder,
  newRepository,
  options,
  password,
  pseudoRandom,
  type Scratch,
  scratchFolder,
  stockRestic,
} from './test-repository.ts'

const signal = AbortSignal.timeout(1_200_000)
/** At the least; more, until the three ran beside each other in more than half of so many: a busy machine starts them late. */
const rounds = 8
const program = path.resolve(import.meta.dirname, '../../bin/blackstart')
const restic = await stockRestic()
const skip = typeof restic === 'string' ? restic : false

interface Ended {
  /** Milliseconds. */
  readonly from: number
  readonly to: number
  readonly said: Readonly<Record<string, unknown>>
}

/** `blackstart repo` in a process of its own, after so many milliseconds; it must succeed. */
async function run(folder: string, words: readonly string[], after: number): Promise<Ended> {
  await sleep(after, undefined, { signal })
  const from = performance.now()
  const all = ['repo', ...words, '-r', folder, '--retry-lock', '5m', '--json']
  const env = { ...process.env, RESTIC_PASSWORD: password }
  const { stdout } = await promisify(execFile)(program, all, { env, signal })
  return { from, to: performance.now(), said: JSON.parse(stdout) }
}

/** Some of it is new, some was there before, was forgotten and is needed again, some is of both sources. */
async function change(source: string, seed: number, round: number): Promise<void> {
  await writeFile(path.join(source, 'shared'), pseudoRandom(round % 3, 5_000_000))
  await writeFile(path.join(source, 'own'), pseudoRandom(seed * 1000 + round, 12_000_000))
  await writeFile(path.join(source, 'again'), pseudoRandom(seed * 1000 + (round % 4), 9_000_000))
  for (let i = round % 4; i < 200; i += 4) {
    await writeFile(path.join(source, 'small', `f${i}`), pseudoRandom(seed + i + 500 * (round % 5), 30_000))
  }
}

/** What each snapshot holds, by its id. */
async function backUpAndPrune(
  scratch: Scratch,
  folder: string,
): Promise<{ held: Map<string, string[]>; beside: number; freed: number }> {
  const held = new Map<string, string[]>()
  const random = new Random(1)
  let [beside, freed] = [0, 0]
  for (let round = 0; round < rounds || (beside <= rounds / 2 && round < 4 * rounds); round += 1) {
    if (round > 0) await run(folder, ['forget', '--keep-last', '2', '--group-by', 'host'], 0)
    const sources = [scratch.path('source-0'), scratch.path('source-1')]
    for (const [seed, source] of sources.entries()) await change(source, seed, round)
    const [pruned, ...backups] = await Promise.all([
      run(folder, ['prune', '--max-unused', '0'], random.below(800)),
      ...sources.map((source, i) => run(folder, ['backup', source, '--host', `host-${i}`], random.below(800))),
    ])
    for (const [i, { said }] of backups.entries()) {
      held.set(String(said.snapshot_id), await describeFolder(sources[i] ?? ''))
    }
    if (backups.every(({ from, to }) => from < pruned.to && pruned.from < to)) beside += 1
    freed += (pruned.said.bytes as PruneReport['bytes']).freed
  }
  return { held, beside, freed }
}

it(`loses nothing where two processes back up and a third prunes, ${rounds} times and more`, { skip }, async t => {
  if (typeof restic === 'string') return
  await using scratch = await scratchFolder()
  const folder = scratch.path('repository')
  await newRepository(folder, signal)
  for (const i of [0, 1]) await mkdir(scratch.path(`source-${i}`, 'small'), { recursive: true })
  const { held, beside, freed } = await backUpAndPrune(scratch, folder)
  t.diagnostic(`the three ran beside each other in ${beside} rounds, and ${freed} bytes were freed`)
  assert.ok(beside > rounds / 2 && freed > 50_000_000)
  assert.match(await restic(folder, 'check', '--read-data'), /no errors were found/)
  const repository = await openRepository(localBackend(folder), password, options, signal)
  const snapshots = await repository.snapshots(signal)
  assert.equal(snapshots.length, 6)
  for (const snapshot of snapshots) {
    const [source = ''] = snapshot.paths
    const [ours, theirs] = [scratch.path('ours'), scratch.path('theirs')]
    await restore(repository, snapshot, { target: ours, path: source }, signal)
    await restic(folder, 'restore', `${snapshot.id}:${source}`, '--target', theirs)
    for (const out of [ours, theirs]) {
      assert.deepEqual(await describeFolder(out), held.get(snapshot.id))
      await rm(out, { recursive: true })
    }
  }
})
