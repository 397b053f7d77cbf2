import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { it } from 'node:test'
import { localBackend } from '../storage/local/local-backend.ts'
import { backup } from './backup.ts'
import { check } from './check.ts'
import { openRepository } from './repository.ts'
import { restore } from './restore.ts'
import {
  describeFolder,
  newRepository,
  options,
  password,
  pseudoRandom,
  scratchFolder,
  stockRestic,
} from './test-repository.ts'

const signal = AbortSignal.timeout(1_800_000)
const kills = 200

/** A backup in a process of its own; prints the snapshot's id once it is reported done. */
const program = `
  const [folder, source, password, engine] = process.argv.slice(1)
  const { localBackend } = await import(engine + '/../storage/local/local-backend.ts')
  const { openRepository } = await import(engine + '/repository.ts')
  const { backup } = await import(engine + '/backup.ts')
  const signal = AbortSignal.timeout(600_000)
  const repository = await openRepository(localBackend(folder), password, {}, signal)
  process.stdout.write((await backup(repository, [source], {}, signal)).snapshot + '\\n')
`

/** Ends the run by SIGKILL after so many milliseconds, where it is not done before; returns what it reported. */
async function killedRun(words: readonly string[], after: number): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), after)
  let reported = ''
  for await (const text of child.stdout.setEncoding('utf8')) reported += text
  clearTimeout(timer)
  return reported.trim()
}

it(`keeps everything that was reported done through ${kills} kills, and the next run succeeds by itself`, async t => {
  await using scratch = await scratchFolder()
  const [folder, source] = [scratch.path('repository'), scratch.path('source')]
  await newRepository(folder, signal)
  await mkdir(source)
  for (let i = 0; i < 300; i += 1) await writeFile(scratch.path('source', `f${i}`), pseudoRandom(i, 20_000))
  const words = [folder, source, password, import.meta.dirname]
  const reported = new Set<string>()
  let interrupted = 0
  const started = performance.now()
  await killedRun(words, 600_000)
  const whole = performance.now() - started
  for (let kill = 0; kill < kills; kill += 1) {
    await writeFile(scratch.path('source', 'large'), pseudoRandom(kill + 1000, 25_000_000))
    const id = await killedRun(words, Math.random() * whole * 1.5)
    if (id === '') interrupted += 1
    else reported.add(id)
    const repository = await openRepository(localBackend(folder), password, options, signal)
    await repository.unlock(signal)
    const { problems } = await check(repository, { readData: kill % 10 === 9 }, signal)
    assert.deepEqual(problems, [], `after kill ${kill}`)
    const present = new Set((await repository.snapshots(signal)).map(snapshot => snapshot.id))
    assert.ok(reported.isSubsetOf(present), `after kill ${kill}`)
  }
  t.diagnostic(`${interrupted} of ${kills} runs were killed before they were done`)
  assert.ok(interrupted > kills / 4)
  const repository = await openRepository(localBackend(folder), password, options, signal)
  const { snapshot } = await backup(repository, [source], {}, signal)
  await restore(
    repository,
    await repository.snapshot(snapshot, signal),
    { target: scratch.path('out'), path: source },
    signal,
  )
  assert.deepEqual(await describeFolder(scratch.path('out')), await describeFolder(source))
  const restic = await stockRestic()
  if (typeof restic !== 'string') assert.match(await restic(folder, 'check', '--read-data'), /no errors were found/)
})
