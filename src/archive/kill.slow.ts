import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { restic } from '../../lab/peers/restic.ts'
import { runBlackstart, startBlackstart } from '../../lab/run-blackstart.ts'
import { type TestSite, testSite } from '../../lab/test-site.ts'
import { findVersion } from './find-version.ts'
import { openStoredFile } from './version-entries.ts'

const kills = 60
const items = ['plc-a/program', 'plc-b/program', 'robot/backup', 'hmi/project'] as const

/** What each item held when a version of it was reported done. */
type Reported = Map<string, { readonly item: string; readonly content: Buffer }>

/** Starts a command, kills it after `wait` milliseconds, and returns what it had said by then. */
async function startAndKill(words: readonly string[], site: string | undefined, wait: number): Promise<string> {
  const child = startBlackstart(words, site === undefined ? {} : { site })
  let said = ''
  child.stdout?.on('data', (part: Buffer) => {
    said += part.toString('utf8')
  })
  child.stderr?.on('data', (part: Buffer) => {
    said += part.toString('utf8')
  })
  const ended = once(child, 'close')
  await Promise.race([sleep(wait, undefined, { ref: false }), ended])
  child.kill('SIGKILL')
  await ended
  return said
}

async function change(site: TestSite, round: number): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>()
  for (const [index, item] of items.entries()) {
    const content = Buffer.concat([Buffer.from(`round ${round} of ${item}\n`), randomBytes(200_000 * (index + 1))])
    await site.write(path.join(item, 'program.bin'), content)
    contents.set(item, content)
  }
  return contents
}

function note(reported: Reported, said: string, contents: ReadonlyMap<string, Buffer>): void {
  for (const [, item, version] of said.matchAll(/(\S+\/\S+) {2}new version {2}(\S+),/g)) {
    const content = contents.get(item ?? '')
    if (item !== undefined && version !== undefined && content !== undefined) reported.set(version, { item, content })
  }
}

test(`${kills} kills at random moments of a capture lose nothing that was reported done`, async () => {
  await using site = await testSite(items.map(id => ({ id, path: `./${id}` })))
  const reported: Reported = new Map()
  let contents = await change(site, 0)
  const started = performance.now()
  note(reported, (await site.run(['capture'])).err, contents)
  assert.equal(reported.size, items.length)
  const whole = performance.now() - started
  const stock = restic(site.at('data/repository'), site.at('data/keys/repository.key'))
  let during = 0
  for (let kill = 1; kill <= kills; kill += 1) {
    contents = await change(site, kill)
    const said = await startAndKill(['capture'], site.folder, Math.random() * whole)
    if (!/new version.*\n[\s\S]*4 new versions/.test(said)) during += 1
    note(reported, said, contents)
    stock('unlock')
    stock('check')
    const next = await site.run(['capture', '--json'])
    assert.equal(next.code, 0, next.err)
    note(reported, next.err, contents)
  }
  stock('check', '--read-data')
  await assertRestorable(site, reported)
  const verified = await site.run(['verify', '--read-data'])
  assert.equal(verified.code, 0, verified.out)
  process.stdout.write(
    `${during} of ${kills} kills hit a running capture; ${reported.size} reported versions restored\n`,
  )
  assert.ok(during > kills / 3, `only ${during} kills came while a capture ran`)
})

async function assertRestorable(site: TestSite, reported: Reported): Promise<void> {
  await using archive = await site.open()
  for (const [version, { item, content }] of reported) {
    const record = await findVersion(archive.record, item, version)
    const chunks = await Array.fromAsync(openStoredFile(archive, record, 'program.bin', new AbortController().signal))
    assert.ok(Buffer.concat(chunks).equals(content), `${item}@${version} is not what was captured`)
  }
}

test(`${kills} kills at random moments of a repo backup leave a repository that is sound`, async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-kill-'))
  try {
    const [repository, password, source] = ['repository', 'password', 'source'].map(name =>
      path.join(folder, name),
    ) as [string, string, string]
    await writeFile(password, 'secret')
    const repo = ['--repo', repository, '--password-file', password]
    assert.equal((await runBlackstart(['repo', 'init', ...repo])).code, 0)
    await mkdir(source)
    const stock = restic(repository, password)
    const done: { readonly id: string; readonly round: number }[] = []
    let whole = 3_000
    for (let kill = 0; kill <= kills; kill += 1) {
      await writeFile(path.join(source, 'round'), String(kill))
      for (let file = 0; file < 20; file += 1) await writeFile(path.join(source, `f${file}`), randomBytes(150_000))
      const started = performance.now()
      const said = await startAndKill(
        ['repo', 'backup', source, '--json', ...repo],
        undefined,
        kill === 0 ? 60_000 : Math.random() * whole,
      )
      if (kill === 0) whole = performance.now() - started
      if (said.includes('"snapshot"')) done.push({ id: /"snapshot": "(\w+)"/.exec(said)?.[1] ?? '', round: kill })
      stock('unlock')
      stock('check')
    }
    assert.ok(done.length >= 1 && done.length < kills, `${done.length} of ${kills} backups ended before their kill`)
    for (const { id, round } of done) {
      const target = path.join(folder, 'out')
      assert.equal((await runBlackstart(['repo', 'restore', `${id}:${source}`, '--target', target, ...repo])).code, 0)
      assert.equal(await readFile(path.join(target, 'round'), 'utf8'), String(round))
      await rm(target, { recursive: true })
    }
    stock('check', '--read-data')
  } finally {
    await rm(folder, { recursive: true })
  }
})
