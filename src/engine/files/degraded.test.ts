import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { it } from 'node:test'
import { backup } from '../backup.ts'
import { lacksRoot, setTime } from '../restore/test-folders.ts'
import { newRepository, password, scratchFolder } from '../test-repository.ts'

const signal = AbortSignal.timeout(60_000)

/** A restore in a process that takes itself for one on another system: what is under test is that it needs no call of Linux. */
const program = `
  const [engine, folder, source, target] = process.argv.slice(1)
  await import(engine + '/crypto/sealing-key.ts') // whose own library is that of this system
  Object.defineProperty(process, 'platform', { value: 'darwin' })
  const { localBackend } = await import(engine + '/../storage/local/local-backend.ts')
  const { openRepository } = await import(engine + '/repository.ts')
  const { restore } = await import(engine + '/restore.ts')
  const { systemCalls } = await import(engine + '/files/system-calls.ts')
  const signal = AbortSignal.timeout(60000)
  const repository = await openRepository(localBackend(folder), ${JSON.stringify(password)}, {}, signal)
  const [snapshot] = await repository.snapshots(signal)
  const errors = []
  const onError = (file, error) => errors.push(error.code + ': ' + error.message)
  const options = { target, path: source, onError, verify: true }
  const results = [await restore(repository, snapshot, options, signal), await restore(repository, snapshot, options, signal)]
  console.log(JSON.stringify({ calls: systemCalls(), results, errors }))
`

it('does without the calls of Linux, and says what is missing then', { skip: lacksRoot }, async () => {
  await using scratch = await scratchFolder()
  const [source, target] = [scratch.path('source'), scratch.path('target')]
  await mkdir(path.join(source, 'folder'), { recursive: true })
  for (const name of ['folder/fine', 'attributes', 'whole']) await writeFile(path.join(source, name), name)
  execFileSync('setfattr', ['-n', 'user.a', '-v', 'x', path.join(source, 'attributes')])
  execFileSync('mkfifo', [path.join(source, 'fifo')])
  setTime(path.join(source, 'folder', 'fine'), 1000n, 123_456_789n)
  setTime(path.join(source, 'attributes'), 1000n, 1000n)
  await utimes(path.join(source, 'whole'), 2000, 2000)
  await utimes(path.join(source, 'folder'), 3000, 3000)
  const { repository } = await newRepository(scratch.path('r'), signal)
  await backup(repository, [source], {}, signal)
  const words = [path.resolve(import.meta.dirname, '..'), scratch.path('r'), source, target]
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program, ...words], { encoding: 'utf8' })
  assert.equal(run.stderr, '')
  const { calls, results, errors } = JSON.parse(run.stdout)
  assert.equal(calls, 'the calls are known for Linux only, and this is darwin')
  assert.deepEqual([results[0].files, results[0].verified, results[1].unchanged], [3, 3, 3])
  assert.deepEqual(
    results[0].limits.map(({ part, entries }: { part: string; entries: number }) => `${part} ${entries}`).sort(),
    ['attributes 1', 'times 1'],
  )
  assert.match(errors[0], /^unsupported: .*\/fifo is a device or a FIFO, which cannot be made here.*on a Linux machine/)
  assert.equal(errors.length, 2)
  for (const name of ['folder/fine', 'attributes', 'whole']) {
    assert.equal(await readFile(path.join(target, name), 'utf8'), name)
  }
  const times = await Promise.all(
    ['folder/fine', 'attributes', 'whole'].map(name => stat(path.join(target, name), { bigint: true })),
  )
  assert.deepEqual(
    times.map(({ mtimeNs }) => mtimeNs / 1000n),
    [1_000_123_456n, 1_000_000_001n, 2_000_000_000n],
  )
})
