import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { restic } from '../../../../lab/peers/restic.ts'
import { type Ran, type RunOptions, runBlackstart, startBlackstart } from '../../../../lab/run-blackstart.ts'
import { initRepository } from '../../../engine/repository.ts'
import type { Snapshot } from '../../../engine/snapshot/snapshot.ts'
import { localBackend } from '../../../storage/local/local-backend.ts'

interface Saved {
  readonly snapshot: string
  readonly files: number
  readonly unchanged: number
  readonly isSkipped: boolean
  readonly snapshot_id?: string
  readonly dry_run?: boolean
  readonly data_added: number
  readonly total_files_processed: number
}

describe('repo backup', () => {
  let folder: string
  let stock: (...words: string[]) => string
  const at = (...names: string[]) => path.join(folder, ...names)
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-backup-'))
    await writeFile(at('password'), 'secret\n')
    await mkdir(at('source', 'plc'), { recursive: true })
    await writeFile(at('source', 'plc', 'MAIN.st'), 'IF bStart THEN\n')
    await writeFile(at('source', 'boot.app'), Buffer.alloc(100_000, 7))
    const options = { scrypt: { N: 1024, r: 8, p: 1 } }
    await initRepository(localBackend(at('repository')), 'secret', options, AbortSignal.timeout(60_000))
    stock = restic(at('repository'), at('password'))
  })
  after(() => rm(folder, { recursive: true }))

  const run = (words: readonly string[], options: RunOptions = {}): Promise<Ran> =>
    runBlackstart(['repo', 'backup', '-r', at('repository'), '-p', at('password'), '--json', ...words], options)
  async function save(words: readonly string[], options: RunOptions = {}): Promise<Saved> {
    const ran = await run(words, options)
    assert.equal(ran.code, 0, ran.err)
    return ran.json() as Saved
  }
  /** With relative paths, which have no folders above them that others change. */
  async function inSource<Result>(action: () => Promise<Result>): Promise<Result> {
    const before = process.cwd()
    process.chdir(at('source'))
    try {
      return await action()
    } finally {
      process.chdir(before)
    }
  }
  /** As stock restic reads it. */
  const read = ({ snapshot }: Saved) => JSON.parse(stock('cat', 'snapshot', snapshot)) as Snapshot

  it('takes host, tags and time as restic does, and the host from RESTIC_HOST', async () => {
    const given = ['-H', 'line-3', '--tag', 'a,b', '--tag', 'c', '--time', '2020-01-02 03:04:05 Z']
    const named = read(await save([at('source'), ...given]))
    assert.deepEqual([named.hostname, named.tags], ['line-3', ['a', 'b', 'c']])
    assert.equal(Date.parse(named.time), Date.UTC(2020, 0, 2, 3, 4, 5))
    assert.ok(Date.parse(String(named.summary?.backup_start)) > Date.UTC(2026, 0))
    const env = { RESTIC_HOST: 'line-4' }
    assert.equal(read(await save([at('source')], { env })).hostname, 'line-4')
    assert.equal(read(await save([at('source'), '--host', 'line-5'], { env })).hostname, 'line-5')
    assert.equal((await run([at('source'), '--time', 'yesterday'])).code, 2)
  })

  it('compares with the latest of the group that is not newer, with the parent that is named, or with none', async () => {
    const first = await save([at('source'), '-H', 'group', '--time', '2021-01-01'])
    const later = await save([at('source'), '-H', 'group', '--time', '2023-01-01'])
    assert.deepEqual([read(later).parent, later.unchanged], [first.snapshot, 2])
    assert.equal(read(await save([at('source'), '-H', 'group', '--time', '2022-01-01'])).parent, first.snapshot)
    const other = await save([at('source', 'plc'), '-H', 'else', '--parent', later.snapshot.slice(0, 12)])
    assert.deepEqual([read(other).parent, other.unchanged], [later.snapshot, 1])
    const forced = await save([at('source'), '-H', 'group', '--parent', later.snapshot, '-f'])
    assert.deepEqual([read(forced).parent, forced.unchanged], [undefined, 0])
    const tagged = await save([at('source'), '-H', 'third', '--tag', 'x'])
    const grouped = await save([at('source', 'plc'), '-H', 'fourth', '--tag', 'x', '--group-by', 'tags'])
    assert.equal(read(grouped).parent, tagged.snapshot)
    assert.equal((await run([at('source'), '--parent', 'nope'])).code, 1)
  })

  it('backs up what files list: patterns, paths as they are, and paths that end in a zero byte', async () => {
    const odd = at('source', ' a[b]*')
    await writeFile(odd, 'x')
    await writeFile(
      at('patterns'),
      `# a comment\n\n  ${at('source', 'b*')}\r\n${at('source', '?lc')}\n${at('source', 'no*')}\n`,
    )
    await writeFile(at('verbatim'), `${odd}\n\n`)
    await writeFile(at('raw'), Buffer.from(`${at('source', 'plc')}\0${at('source', 'n\n')}\0`))
    await writeFile(at('source', 'n\n'), 'x')
    const paths = async (words: readonly string[], options: RunOptions = {}) => {
      const ran = await run(words, options)
      assert.equal(ran.code, 0, ran.err)
      const found = read(ran.json() as Saved).paths
      return { paths: found.map(each => path.relative(at('source'), each)), err: ran.err }
    }
    const globbed = await paths(['--files-from', at('patterns'), odd])
    assert.deepEqual(globbed.paths, ['boot.app', 'plc', ' a[b]*'])
    assert.match(globbed.err, /there is nothing at .*no\*/)
    assert.deepEqual((await paths(['--files-from-verbatim', at('verbatim')])).paths, [' a[b]*'])
    assert.deepEqual((await paths(['--files-from-raw', at('raw')])).paths, ['plc', 'n\n'])
    const input = `${at('source', 'boot.app')}\n`
    assert.deepEqual((await paths(['--files-from', '-'], { input })).paths, ['boot.app'])
    for (const cut of ['/a\0/b', '/a\0\0']) {
      assert.equal((await run(['--files-from-raw', '-'], { input: cut })).code, 2)
    }
    assert.equal((await run([])).code, 2)
    assert.equal((await run(['--files-from', at('nowhere')])).code, 1)
    await rm(odd)
    await rm(at('source', 'n\n'))
  })

  it('backs up standard input as one file that stock restic dumps', async () => {
    const input = 'motor;speed\n'.repeat(300_000)
    const saved = await save(['--stdin', '--stdin-filename', 'db/dump.csv', '--tag', 'db'], { input })
    const { paths, tags, parent } = read(saved)
    assert.deepEqual([paths, tags, parent], [['/db/dump.csv'], ['db'], undefined])
    assert.ok(stock('dump', saved.snapshot, '/db/dump.csv') === input)
    assert.deepEqual(read(await save(['--stdin'], { input: '' })).paths, ['/stdin'])
    assert.match(stock('check'), /no errors were found/)
    for (const words of [[at('source')], ['--files-from', at('patterns')], ['--stdin-filename', '/']]) {
      assert.equal((await run(['--stdin', ...words])).code, 2)
    }
  })

  it('backs up what a program says, and writes no snapshot where it fails, whose arguments it tells nobody', async () => {
    const saved = await save(['--stdin-from-command', '--', 'sh', '-c', 'printf abc'])
    assert.equal(stock('dump', saved.snapshot, '/stdin'), 'abc')
    const count = () => (JSON.parse(stock('snapshots', '--json')) as unknown[]).length
    const before = count()
    for (const words of [
      ['sh', '-c', 'printf abc; : hush; exit 4'],
      ['sh', '-c', 'printf abc; : hush; kill -9 $$'],
      ['no-such-program', 'hush'],
    ]) {
      const ran = await run(['--stdin-from-command', '--', ...words])
      assert.equal(ran.code, 1)
      assert.match(ran.err, /^sh ended with (4|SIGKILL)\. No snapshot was written\.$|no program no-such-program/m)
      assert.doesNotMatch(ran.err + ran.out, /hush|Unexpected/)
    }
    assert.equal((await run(['--stdin-from-command'])).code, 2)
    assert.equal(count(), before)
  })

  it('writes nothing in a dry run, beside any lock, and tells what it would add as the run itself then does', async () => {
    await writeFile(at('source', 'new'), Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) % 251)))
    const listed = async () => (await readdir(at('repository'), { recursive: true })).sort()
    await writeFile(at('repository', 'locks', 'ab'.repeat(32)), 'a lock of somebody')
    const files = await listed()
    const times = await Promise.all(['locks', 'snapshots', 'index', 'data'].map(name => stat(at('repository', name))))
    const dry = await inSource(() => save(['.', '-n']))
    assert.equal(dry.dry_run, true)
    assert.deepEqual(await listed(), files)
    const after = await Promise.all(['locks', 'snapshots', 'index', 'data'].map(name => stat(at('repository', name))))
    assert.deepEqual(
      after.map(({ mtimeMs }) => mtimeMs),
      times.map(({ mtimeMs }) => mtimeMs),
    )
    assert.equal((await save(['-n', '--stdin'], { input: 'x' })).dry_run, true)
    assert.deepEqual(await listed(), files)
    await rm(at('repository', 'locks', 'ab'.repeat(32)))
    const done = await inSource(() => save(['.']))
    assert.deepEqual([dry.data_added, dry.files], [done.data_added, done.files])
    assert.ok(done.data_added > 0)
    const text = await runBlackstart(['repo', 'backup', '-nr', at('repository'), '-p', at('password'), at('source')])
    assert.match(text.out, /would add .*Nothing was written/)
  })

  it('writes no snapshot where the parent has all as it is, if that is asked for', async () => {
    const words = [at('source', 'plc', 'MAIN.st'), '-H', 'skip', '--skip-if-unchanged']
    const first = await save(words)
    assert.equal(first.snapshot_id, first.snapshot)
    const count = () => (JSON.parse(stock('snapshots', '--json')) as unknown[]).length
    const before = count()
    await inSource(async () => {
      const relative = ['plc', '-H', 'skip', '--skip-if-unchanged']
      const saved = await save(relative)
      const again = await save(relative)
      assert.deepEqual([again.isSkipped, again.snapshot, again.snapshot_id], [true, saved.snapshot, undefined])
      assert.equal(count(), before + 1)
      await writeFile(at('source', 'plc', 'more'), 'x')
      assert.equal((await save(relative)).isSkipped, false)
    })
    assert.match(stock('check'), /no errors were found/)
  })

  it('says in a sentence what is not there, and backs up the rest', async () => {
    const ran = await run([at('source', 'nowhere'), at('source', 'plc')])
    assert.equal(ran.code, 3)
    assert.match(ran.err, /^not backed up: \/\S+\/nowhere: there is no such file or folder$/m)
    assert.deepEqual(read(ran.json() as Saved).paths, [at('source', 'plc')])
    assert.match((await run([at('nowhere')])).err, /^There is nothing to back up at /)
  })

  it('leaves out what options and files say, and tells the files of it in restic’s summary', async () => {
    for (const name of ['a.bak', 'B.TMP', 'c.log', 'D.Log', 'keep', 'big']) await writeFile(at('source', name), name)
    await writeFile(at('source', 'big'), Buffer.alloc(5000))
    await mkdir(at('source', 'cache'))
    await writeFile(at('source', 'cache', 'CACHEDIR.TAG'), 'Signature: 8a477f597d28d172789f06886806bc55')
    await writeFile(at('source', 'cache', 'cached'), 'x')
    await writeFile(at('excludes'), '# logs\n*.log\n')
    await writeFile(at('iexcludes'), '*.tmp\n')
    const words = [
      ...['-e', '*.bak', '--exclude-file', at('excludes'), '--iexclude', 'd.lOG', '--iexclude-file', at('iexcludes')],
      ...['--exclude-larger-than', '4K', '--exclude-caches', '--exclude-if-present', '.nobackup', '-x', '-f'],
    ]
    const saved = await save([at('source'), ...words])
    const listed = (id: string) =>
      stock('ls', '--recursive', id, at('source'))
        .trim()
        .split('\n')
        .filter(line => line.startsWith('/'))
        .map(line => path.relative(at('source'), line))
    assert.deepEqual(listed(saved.snapshot), [
      '',
      'cache',
      'cache/CACHEDIR.TAG',
      'keep',
      'plc',
      'plc/MAIN.st',
      'plc/more',
    ])
    assert.deepEqual(read(saved).excludes, ['*.bak', '*.log'])
    const theirs = JSON.parse(
      stock('backup', '--json', at('source'), ...words)
        .trim()
        .split('\n')
        .at(-1) ?? '',
    ) as Saved
    assert.equal(saved.total_files_processed, theirs.total_files_processed)
    assert.deepEqual(
      Object.keys(theirs).filter(field => !(field in saved)),
      ['backup_start', 'backup_end'],
    )
    for (const wrong of [
      ['-e', '[a'],
      ['--exclude-larger-than', 'much'],
    ]) {
      assert.equal((await run([at('source'), ...wrong])).code, 2)
    }
  })

  it('stops at Ctrl-C while it waits for standard input, and leaves neither snapshot nor lock', async () => {
    const words = ['repo', 'backup', '--stdin', '-H', 'stopped', '-r', at('repository'), '-p', at('password')]
    const child = startBlackstart(words)
    const locks = () => readdir(at('repository', 'locks'))
    while ((await locks()).length === 0) await sleep(20)
    child.stdin?.write('half')
    await sleep(400)
    child.kill('SIGINT')
    assert.deepEqual(await once(child, 'close'), [130, null])
    assert.deepEqual(await locks(), [])
    assert.deepEqual(JSON.parse(stock('snapshots', '--host', 'stopped', '--json')), [])
  })
})
