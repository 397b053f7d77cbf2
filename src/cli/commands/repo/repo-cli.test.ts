import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { restic } from '../../../../lab/peers/restic.ts'
import { type Ran, runBlackstart } from '../../../../lab/run-blackstart.ts'
import type { CheckReport } from '../../../engine/check.ts'
import type { CopyReport } from '../../../engine/copy/copy-snapshots.ts'
import type { NeededFiles } from '../../../engine/needed-files.ts'
import type { HealReport } from '../../../engine/repair/repair-from-copy.ts'
import type { RepairIndexReport } from '../../../engine/repair/repair-index.ts'
import type { RepairPacksReport } from '../../../engine/repair/repair-packs.ts'
import type { RepairSnapshotsReport } from '../../../engine/repair/repair-snapshots.ts'
import { initRepository } from '../../../engine/repository.ts'
import type { RestoreResult } from '../../../engine/restore.ts'
import { localBackend } from '../../../storage/local/local-backend.ts'

interface Place {
  readonly folder: string
  at(...names: string[]): string
  /** Runs `blackstart repo …` on the repository of the place. */
  repo(...words: string[]): Promise<Ran>
  /** Its document, after it ended with that code. */
  json<Document>(words: readonly string[], code?: number): Promise<Document>
  restic(...words: string[]): string
}

function placeAt(folder: string): Place {
  const at = (...names: string[]) => path.join(folder, ...names)
  const options = ['-r', at('repository'), '-p', at('password')]
  const repo = (...words: string[]) => runBlackstart(['repo', ...words, ...options])
  return {
    ...{ folder, at, repo, restic: restic(at('repository'), at('password')) },
    json: async <Document>(words: readonly string[], code = 0) => {
      const ran = await repo(...words, '--json')
      assert.equal(ran.code, code, ran.err)
      return ran.json() as Document
    },
  }
}

interface Identified {
  readonly id: string
}

/** A repository with two snapshots of a folder, the second one changed. */
async function makePlace(maker: 'ours' | 'restic' = 'ours'): Promise<Place> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-repo-'))
  const place = placeAt(folder)
  await writeFile(place.at('password'), 'secret\n')
  await mkdir(place.at('source', 'plc'), { recursive: true })
  await writeFile(place.at('source', 'plc', 'MAIN.st'), 'IF bStart THEN\n')
  await writeFile(place.at('source', 'plc', 'boot.app'), Buffer.alloc(100_000, 7))
  // a key that opens faster than those that are made by default
  const options = { scrypt: { N: 1024, r: 8, p: 1 } }
  await initRepository(localBackend(place.at('repository')), 'secret', options, AbortSignal.timeout(60_000))
  const backup = async (tag: string) => {
    const words = ['backup', place.at('source'), '--tag', tag]
    if (maker === 'ours') await place.json(words)
    else place.restic(...words)
  }
  await backup('one')
  await appendFile(place.at('source', 'plc', 'MAIN.st'), 'END_IF\n')
  await writeFile(place.at('source', 'od\u001b[31md\n'), 'name')
  await backup('two')
  return place
}

describe('repo, on one repository', () => {
  let place: Place
  let source: string
  before(async () => {
    place = await makePlace('restic')
    source = place.at('source')
  })
  after(() => rm(place.folder, { recursive: true }))

  it('gives the JSON that restic gives, of snapshots, groups, files, finds, differences, counts and keys', async () => {
    const same = async (...words: string[]) =>
      assert.deepEqual(await place.json(words), JSON.parse(place.restic(...words, '--json')), words.join(' '))
    const sameLines = async (...words: string[]) => {
      const theirs = place
        .restic(...words, '--json')
        .trim()
        .split('\n')
      assert.deepEqual(
        await place.json(words),
        theirs.map(line => JSON.parse(line)),
        words.join(' '),
      )
    }
    await same('snapshots')
    await same('snapshots', '--latest', '1')
    await same('snapshots', '--group-by', 'host')
    await same('snapshots', '--tag', 'two')
    await same('find', 'MAIN.st')
    await same('find', '--reverse', 'nothing-like-it')
    await same('forget', '--keep-last', '1', '--dry-run')
    await same('forget', '--keep-daily', '2', '--group-by', 'tags', '--tag', 'two', '--dry-run')
    for (const mode of ['restore-size', 'files-by-contents', 'raw-data', 'blobs-per-file']) {
      await same('stats', '--mode', mode)
    }
    await same('key', 'list')
    await same('cat', 'config')
    const [first, second] = (await place.json<Identified[]>(['snapshots'])).map(({ id }) => id) as [string, string]
    await same('cat', 'snapshot', first)
    await sameLines('ls', 'latest')
    await sameLines('ls', first, path.join(source, 'plc'))
    await sameLines('diff', first, second)
    await sameLines('diff', '--metadata', first, second)
    assert.equal(
      (await place.repo('cat', 'tree', `latest:${source}`)).out,
      place.restic('cat', 'tree', `${second}:${source}`),
    )
  })

  it('shows nothing that would act on the terminal', async () => {
    const listed = await place.repo('ls', 'latest', '-l', source)
    assert.match(listed.out, /od\\x1b\[31md\\n$/m)
    assert.ok(!listed.out.includes('\u001b'))
    assert.match(listed.out, /^drwx[^\n]*\/plc$/m)
    const odd = '/no\u001b[31mx'
    for (const words of [['dump', 'latest', odd], ['backup', odd], [`--${odd}`]]) {
      const failed = await place.repo(...words)
      assert.ok(failed.code !== 0 && !failed.err.includes('\u001b'), failed.err)
      assert.ok(failed.err.includes('/no\\x1b[31mx'), failed.err)
    }
    const { error } = await place.json<{ error: { message: string } }>(['ls', `latest:${odd}`], 1)
    assert.ok(error.message.includes(odd))
  })

  it('lists the folders that are there, and says which are not', async () => {
    const plc = path.join(source, 'plc')
    for (const more of [[], ['--sort', 'size'], ['--ncdu']]) {
      const ran = await place.repo('ls', 'latest', '/nope', plc, `${source}/`, '/no/way', ...more)
      assert.equal(ran.code, 1)
      assert.match(ran.out, /MAIN\.st/)
      assert.match(ran.err, /Snapshot [0-9a-f]{8} has no \/nope, \/no\/way\.$/m)
    }
    const listed = await place.json<{ error?: { code: string } }[]>(['ls', 'latest', '/nope', plc], 1)
    assert.equal(listed.at(-1)?.error?.code, 'not-found')
    assert.equal(listed.length, 5)
    for (const folder of ['/', plc, path.join(plc, 'MAIN.st')]) {
      assert.equal((await place.repo('ls', 'latest', folder)).code, 0)
    }
  })

  it('refuses the repository’s own key, and gives it where that is asked for', async () => {
    const refused = await place.repo('cat', 'masterkey')
    assert.equal(refused.code, 4)
    assert.match(refused.err, /--show-secret/)
    assert.deepEqual(Object.keys((await place.json<{ mac: object }>(['cat', 'masterkey', '--show-secret'])).mac), [
      'k',
      'r',
    ])
  })

  it('says what is wrong with words that mean nothing, before it touches anything', async () => {
    const wrong: readonly (readonly [string, ...string[]])[] = [
      ['cat', 'pack', 'ab', '--json'],
      ['forget'],
      ['forget', '--unsafe-allow-remove-all'],
      ['forget', '--keep-last', 'many'],
      ['forget', '--keep-last', '-1'],
      ['forget', '--keep-daily', '-1'],
      ['forget', '--keep-last', '1', '--no-lock'],
      ['tag', '--set', 'a', '--add', 'b'],
      ['rewrite'],
      ['find', '--blob', '--tree', 'ab'],
      ['snapshots', '--latest', '0'],
      ['check', '--read-data-subset', '0/5'],
      ['dump', 'latest', '/', '--json'],
      ['repair', 'packs'],
      ['copy'],
    ]
    for (const words of wrong) assert.equal((await place.repo(...words)).code, 2, words.join(' '))
    for (const words of [
      ['ls', 'nope'],
      ['ls', 'latest:/nope'],
      ['dump', 'latest', '/nope'],
      ['key', 'remove', 'nope'],
    ]) {
      const ran = await place.repo(...words)
      assert.equal(ran.code, 1, words.join(' '))
      assert.doesNotMatch(ran.err, /Unexpected/)
    }
    assert.equal((await place.repo('forget', '--keep-tag', 'none')).code, 4)
    assert.equal((await place.json<Identified[]>(['snapshots'])).length, 2)
  })

  it('reads where and with what password from restic’s variables, and from a command', async () => {
    const env = { RESTIC_REPOSITORY: place.at('repository'), RESTIC_PASSWORD_FILE: place.at('password') }
    assert.equal((await runBlackstart(['repo', 'unlock', '--json'], { env })).code, 0)
    const words = [
      'repo',
      'unlock',
      '-r',
      place.at('repository'),
      '--password-command',
      `cat '${place.at('password')}'`,
    ]
    assert.equal((await runBlackstart(words)).code, 0)
    const nobody = await runBlackstart(['repo', 'unlock', '-r', place.at('repository')])
    assert.equal(nobody.code, 2)
    assert.match(nobody.err, /--password-file/)
    assert.equal((await runBlackstart([...words.slice(0, -1), 'exit 7'])).code, 1)
  })

  it('dumps a file and folders to standard output and into files, whole or not at all', async () => {
    const file = path.join(source, 'plc', 'boot.app')
    assert.equal((await place.repo('dump', 'latest', file)).out, (await readFile(file)).toString())
    await place.json(['dump', `latest:${source}`, '/', '--target', place.at('all.tar')])
    assert.equal((await stat(place.at('all.tar'))).mode & 0o777, 0o600)
    const listed = execFileSync('tar', ['-tf', place.at('all.tar')], { encoding: 'utf8' })
    assert.match(listed, /^plc\/MAIN\.st$/m)
    await place.json(['dump', 'latest', source, '-a', 'zip', '--target', place.at('all.zip')])
    assert.equal((await readFile(place.at('all.zip'))).subarray(0, 2).toString(), 'PK')
    assert.equal((await place.repo('dump', 'latest', source, '--target', place.at('no', 'where'))).code, 1)
    assert.ok((await readdir(place.folder)).every(name => !name.endsWith('.tmp')))
  })

  it('reads beside a restic that backs up, and removes nothing until that is done', async () => {
    const program = execFileSync(path.resolve(import.meta.dirname, '../../../../lab/peers/restic.sh'), {
      encoding: 'utf8',
    })
    const where = ['-r', place.at('repository'), '--password-file', place.at('password'), '--no-cache']
    // a backup from standard input holds its lock until the input ends
    const child = spawn(program.trim(), [...where, 'backup', '--stdin'], { stdio: ['pipe', 'ignore', 'ignore'] })
    try {
      while ((await readdir(place.at('repository', 'locks'))).length === 0) await sleep(20)
      assert.equal((await place.repo('snapshots')).code, 0)
      const refused = await place.repo('forget', '--keep-last', '1')
      assert.equal(refused.code, 4)
      assert.match(refused.err, new RegExp(`locked by process ${child.pid} `))
      const waiting = place.repo('tag', '--add', 'late', 'latest', '--retry-lock', '1m')
      await writeFile(place.at('repository', 'data', 'ab', 'ab'.repeat(32)), 'a pack that nobody needs')
      const patient = [place.repo('prune', '--json'), place.repo('repair', 'snapshots', '--json')]
      await sleep(2_000)
      child.kill('SIGINT')
      assert.match((await waiting).out, /changed 1 snapshot/)
      for (const { code, err } of await Promise.all(patient)) {
        assert.equal(code, 0, err)
        assert.match(err, /^[^\n]*is locked by [^\n]*\. Waiting\.$/m)
      }
    } finally {
      child.kill('SIGKILL')
    }
  })

  it('does not mind a reader that has seen enough', async () => {
    const words = ['dump', 'latest', path.join(source, 'plc', 'boot.app'), '-r', place.at('repository')]
    const program = path.resolve(import.meta.dirname, '../../../../bin/blackstart')
    const child = spawn(program, ['repo', ...words, '-p', place.at('password')], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.destroy()
    let said = ''
    child.stderr.on('data', (part: Buffer) => {
      said += part.toString()
    })
    const [code] = await once(child, 'close')
    assert.equal(said, '')
    assert.equal(code, 0)
  })
})

it('changes tags, passwords and snapshots, and restic finds it all in order', async () => {
  const place = await makePlace()
  try {
    const changed = await place.json<unknown[]>(['tag', '--add', 'x,y', '--remove', 'one'])
    assert.deepEqual(changed.at(-1), { message_type: 'summary', changed_snapshots: 2 })
    const tags = JSON.parse(place.restic('snapshots', '--json')).map((each: { tags: string[] }) => each.tags.join())
    assert.deepEqual(tags, ['x,y', 'two,x,y'])

    await writeFile(place.at('new'), 'another\n')
    const { id } = await place.json<Identified>([
      'key',
      'add',
      '--new-password-file',
      place.at('new'),
      '--user',
      'night shift',
    ])
    assert.match(place.restic('key', 'list'), /night shift/)
    await place.json(['key', 'remove', id.slice(0, 8)])
    await place.json(['key', 'passwd', '--new-password-file', place.at('new')])
    assert.equal((await place.repo('snapshots')).code, 1)
    await cp(place.at('new'), place.at('password'))
    assert.equal((await place.json<Identified[]>(['key', 'list'])).length, 1)
    assert.equal((await place.repo('key', 'remove', (await place.json<Identified[]>(['key', 'list']))[0]!.id)).code, 4)

    const rewritten = await place.json<unknown[]>(['rewrite', '--exclude', 'MAIN.*', '--forget'])
    assert.equal(rewritten.length, 3)
    assert.deepEqual(await place.json(['find', 'MAIN.st']), [])
    const pruned = await place.repo('forget', '--keep-last', '1', '--prune')
    assert.equal(pruned.code, 0, pruned.err)
    assert.match(pruned.out, /1 snapshot was removed/)
    assert.match(place.restic('check', '--read-data'), /no errors were found/)
    const again = await place.json<{ packs: { removed: number }; exclusive_ms: number }>(['prune'])
    assert.deepEqual([again.packs.removed, again.exclusive_ms], [0, 0])
    assert.equal((await place.json<{ num_errors: number }>(['check', '--read-data-subset', '1/1'])).num_errors, 0)
  } finally {
    await rm(place.folder, { recursive: true })
  }
})

it('copies to another repository, tells what a snapshot needs, and heals from the copy', async () => {
  const place = await makePlace()
  const copy = placeAt(place.at('elsewhere'))
  try {
    await mkdir(copy.folder)
    await writeFile(copy.at('password'), 'of the copy')
    await copy.json(['init'])
    const from = ['--from-repo', place.at('repository'), '--from-password-file', place.at('password')]
    assert.equal((await copy.json<CopyReport>(['copy', ...from])).copied.length, 2)
    assert.equal((await copy.json<CopyReport>(['copy', ...from])).skipped.length, 2)
    assert.match(copy.restic('check', '--read-data'), /no errors were found/)

    const [snapshot] = (await place.json<Identified[]>(['snapshots'])) as [Identified]
    const needed = await place.json<NeededFiles & { keys: string[] }>(['needs', snapshot.id])
    assert.deepEqual([needed.snapshots, needed.keys], [[snapshot.id], await readdir(place.at('repository', 'keys'))])
    const listed = (await place.repo('needs', snapshot.id)).out.trim().split('\n')
    assert.equal(listed.length, 3 + needed.packs.length + needed.indexes.length)
    const part = placeAt(place.at('part'))
    for (const file of listed) await cp(place.at('repository', file), part.at('repository', file))
    await mkdir(part.at('repository', 'locks'))
    await cp(place.at('password'), part.at('password'))
    part.restic('restore', snapshot.id, '--target', part.at('out'))

    const pack = needed.packs[0]!
    await rm(place.at('repository', 'data', pack.slice(0, 2), pack))
    assert.equal((await place.json<CheckReport>(['check'], 5)).problems.length > 0, true)
    const back = ['--from-repo', copy.at('repository'), '--from-password-file', copy.at('password')]
    assert.equal((await place.json<HealReport>(['repair', 'from-copy', ...back])).problems.length, 0)
    assert.match(place.restic('check', '--read-data'), /no errors were found/)

    await rm(place.at('repository', 'index'), { recursive: true })
    await mkdir(place.at('repository', 'index'))
    assert.ok((await place.json<RepairIndexReport>(['repair', 'index'])).added.length > 0)
    assert.deepEqual(
      (await place.json<RepairPacksReport>(['repair', 'packs', '--damaged', '--keep-in', place.at('kept')])).packs,
      [],
    )
    assert.deepEqual((await place.json<RepairSnapshotsReport>(['repair', 'snapshots'])).changed, [])
    assert.match(place.restic('check', '--read-data'), /no errors were found/)
  } finally {
    await rm(place.folder, { recursive: true })
  }
})

it('restores what patterns select, tells it before it does, and compares after', async () => {
  const place = await makePlace()
  try {
    const target = ['--target', place.at('out')]
    const part = `latest:${place.at('source')}`
    const dry = await place.json<RestoreResult>(['restore', part, ...target, '--dry-run'])
    assert.equal(dry.files, 3)
    await assert.rejects(stat(place.at('out')))
    const { files, verified } = await place.json<RestoreResult>([
      'restore',
      part,
      ...target,
      '--include',
      '*.st',
      '--verify',
    ])
    assert.deepEqual([files, verified], [1, 1])
    await writeFile(place.at('out', 'more'), '')
    const whole = await place.json<RestoreResult>(['restore', part, ...target, '--delete', '--overwrite', 'if-changed'])
    assert.equal(whole.removed, 1)
    execFileSync('diff', ['-r', place.at('source'), place.at('out')])
  } finally {
    await rm(place.folder, { recursive: true })
  }
})

it('loads the command that is meant, and all of them to tell what there is', async () => {
  const help = await runBlackstart(['repo', '--help'])
  for (const name of ['init', 'forget', 'needs', 'repair', 'cat'])
    assert.match(help.out, new RegExp(`^  ${name} `, 'm'))
  assert.match((await runBlackstart(['repo', 'help', 'diff'])).out, /--metadata/)
  assert.equal((await runBlackstart(['repo', 'nonsense'])).code, 2)
})
