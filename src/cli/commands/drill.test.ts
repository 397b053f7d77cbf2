import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { globSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type TestSite, testSite } from '../../../lab/test-site.ts'
import { zipOf } from '../../../lab/zip-file.ts'
import { findVersion } from '../../archive/find-version.ts'
import { restoreVersion } from '../../archive/restore-version.ts'
import { openSiteArchive } from '../../node/open-site.ts'
import { verifyDisk } from '../../recover/verify-disk.ts'
import { output } from '../output.ts'

const xml = '<?xml version="1.0" encoding="utf-8"?>\n<TcPlcObject>\n  <POU Name="MAIN"/>\n</TcPlcObject>\n'

/** A PLC with one file of each kind, a historian with a database. */
async function plantSite(): Promise<TestSite> {
  const site = await testSite([
    { id: 'plc/program', path: './plc' },
    { id: 'historian/database', path: './historian' },
  ])
  await site.write('plc/MAIN.TcPOU', xml)
  await site.write('plc/boot/project.zip', zipOf({ 'MAIN.xml': xml, 'readme.txt': 'boot' }))
  await site.write('plc/boot/log.gz', gzipSync('started\n'.repeat(100)))
  await site.write('plc/boot/filler.app', randomBytes(200_000))
  await site.write('plc/notes.txt', 'valve 3 sticks\n')
  await site.write('historian/.keep', '')
  using database = new DatabaseSync(site.at('historian/tags.db'))
  database.exec("CREATE TABLE tag(name TEXT, value REAL); INSERT INTO tag VALUES ('level', 4.2)")
  return site
}

/** The largest pack is one with file contents. */
async function largestPack(site: TestSite): Promise<string> {
  const packs = globSync('data/repository/data/*/*', { cwd: site.folder }).map(name => site.at(name))
  const sized = await Promise.all(packs.map(async file => ({ file, bytes: (await stat(file)).size })))
  return sized.sort((a, b) => b.bytes - a.bytes)[0]?.file ?? ''
}

async function flipByte(file: string, at: number): Promise<void> {
  const bytes = await readFile(file)
  bytes[at] = (bytes[at] ?? 0) ^ 0x40
  await rm(file)
  await writeFile(file, bytes)
}

async function drills(site: TestSite) {
  const lines = (await readFile(site.at('data/journal.jsonl'), 'utf8')).trim().split('\n')
  return lines.map(line => JSON.parse(line).event).filter(event => event.type === 'drilled')
}

describe('drill', () => {
  test('restores, verifies, opens, measures, records, and leaves nothing behind', async () => {
    await using site = await plantSite()
    const sandboxes = site.at('sandboxes')
    await site.json(['capture'])
    const report = await site.json(['drill', 'filling', '--sandbox', sandboxes])
    assert.equal(report.passed, true)
    assert.deepEqual(
      report.results.map((result: { item: string; passed: boolean }) => [result.item, result.passed]),
      [
        ['plc/program', true],
        ['historian/database', true],
      ],
    )
    const [plc, historian] = report.results
    assert.equal(plc.choice, 'latest')
    assert.equal(plc.files, 5)
    for (const phase of ['open', 'restore', 'verify', 'openContent']) assert.ok(plc.phases[phase] >= 0, phase)
    const checks = (result: { checks: { check: string; files: number }[] }) =>
      Object.fromEntries(result.checks.map(({ check, files }) => [check, files]))
    assert.deepEqual(checks(plc), { digest: 5, xml: 1, zip: 1, gzip: 1, text: 1 })
    assert.deepEqual(checks(historian), { digest: 2, sqlite: 1 })
    assert.deepEqual(await readdir(sandboxes), [])

    const recorded = await drills(site)
    assert.deepEqual(
      recorded.map(({ item, version, passed }) => [item, version, passed]),
      report.results.map((result: { item: string; version: string }) => [result.item, result.version, true]),
    )
    assert.equal(recorded[0].details.milliseconds, plc.milliseconds)
    assert.equal(recorded[0].details.sandbox, 'folder')
    const status = await site.json(['status'])
    assert.ok(status.items.every((item: { lastDrilled: string | null }) => item.lastDrilled !== null))

    const { processes } = await site.json(['plan', 'filling'])
    assert.equal(processes[0].verdict, 'fits')
    assert.equal(processes[0].total, plc.milliseconds + historian.milliseconds)
  })

  test('takes the approved version before the latest one, and the one that is named before both', async () => {
    await using site = await plantSite()
    await site.json(['capture', 'plc/program'])
    const first = (await site.json(['versions', 'plc/program'])).versions[0].id
    await site.json(['approve', 'plc/program@latest'])
    await site.write('plc/notes.txt', 'valve 3 replaced\n')
    await site.json(['capture', 'plc/program'])
    const [approved] = (await site.json(['drill', 'plc/program'])).results
    assert.deepEqual([approved.version, approved.choice], [first, 'approved'])
    const [latest] = (await site.json(['drill', 'plc/program@latest'])).results
    assert.notEqual(latest.version, first)
    assert.match((await site.run(['drill', 'plc/program'])).out, /approved .*PASSED/)
  })

  test('a flipped byte or a missing pack is damage: exit 5, recorded, told in words', async () => {
    await using site = await plantSite()
    await site.json(['capture'])
    const pack = await largestPack(site)
    await flipByte(pack, 1000)
    const report = await site.json(['drill', 'plc'], 5)
    assert.equal(report.passed, false)
    const [problem] = report.results[0].problems
    assert.equal(problem.kind, 'integrity')
    assert.match(problem.what, new RegExp(path.basename(pack)))
    assert.equal((await drills(site)).at(-1).passed, false)
    const status = await site.json(['status'])
    assert.ok(
      status.findings.some(
        (one: { code: string; subject: string }) => one.code === 'drill-failed' && one.subject === 'plc/program',
      ),
    )

    await rm(pack)
    assert.equal((await site.json(['plan'])).processes[0].verdict, 'unproven')
    const shown = await site.run(['drill'])
    assert.equal(shown.code, 5)
    assert.match(shown.out, /FAILED/)
    assert.doesNotMatch(shown.out, /program .*PASSED/)
  })

  test('a program that was captured cut off fails, with the file, the line and the column', async () => {
    await using site = await plantSite()
    await site.write('plc/MAIN.TcPOU', xml.slice(0, -10))
    await site.json(['capture'])
    const report = await site.json(['drill'], 5)
    assert.deepEqual(
      report.results.map((result: { passed: boolean }) => result.passed),
      [false, true],
    )
    const [problem] = report.results[0].problems
    assert.deepEqual([problem.kind, problem.path], ['content', 'MAIN.TcPOU'])
    assert.match(problem.what, /line 4, column \d+: unclosed tag/)
  })

  test('an item without a version is not drilled: exit 1, or 3 when others passed', async () => {
    await using site = await plantSite()
    await site.json(['capture', 'plc'])
    const report = await site.json(['drill'], 3)
    assert.equal(report.results[1].error.code, 'not-found')
    await site.json(['drill', 'historian'], 1)
    await site.json(['drill', 'plc@latest'], 2)
    assert.equal((await drills(site)).length, 1)
  })

  test('links, empty folders and modes that shut out their owner come back; only --keep leaves them there', async () => {
    await using site = await testSite([{ id: 'plc/program', path: './plc' }])
    await site.write('plc/MAIN.TcPOU', xml)
    await site.write('plc/secret.txt', 'x')
    await chmod(site.at('plc/secret.txt'), 0)
    await mkdir(site.at('plc/empty'), { mode: 0o500 })
    await symlink('/etc/hostname', site.at('plc/link'))
    await site.json(['capture'])
    await site.json(['drill', '--sandbox', site.at('removed')])
    assert.deepEqual(await readdir(site.at('removed')), [])
    const [{ sandbox }] = (await site.json(['drill', '--keep', '--sandbox', site.at('kept')])).results
    assert.equal((await stat(sandbox)).mode & 0o777, 0o700)
    assert.equal(await readFile(path.join(sandbox, 'content', 'MAIN.TcPOU'), 'utf8'), xml)
  })

  test('what lies on the disk is compared with what was captured, entry by entry', async () => {
    await using site = await plantSite()
    await site.json(['capture', 'plc'])
    const { signal } = new AbortController()
    const invocation = { folder: site.folder, out: output(true), now: () => new Date(), actor: 'test', signal }
    await using archive = await openSiteArchive(invocation)
    const version = await findVersion(archive.record, 'plc/program', 'latest')
    const found = async (harm: (folder: string) => Promise<void>) => {
      const target = await mkdtemp(site.at('restored-'))
      await restoreVersion(archive, version, { target, onProgress: () => undefined }, signal)
      await harm(target)
      const { problems } = await verifyDisk(archive, version, target, signal)
      return problems.map(({ path, what }) => `${path}: ${what}`)
    }
    const notes = (folder: string) => path.join(folder, 'notes.txt')
    assert.deepEqual(await found(async () => undefined), [])
    assert.deepEqual(await found(folder => writeFile(notes(folder), 'valve 4 sticks\n')), [
      'notes.txt: does not hold the bytes that it should',
    ])
    assert.deepEqual(await found(folder => writeFile(notes(folder), 'valve')), ['notes.txt: has 5 bytes, not 15'])
    assert.deepEqual(await found(folder => rm(notes(folder))), ['notes.txt: was not restored'])
    assert.deepEqual(await found(folder => writeFile(path.join(folder, 'new'), '')), ['new: is not in the version'])
    assert.match((await found(folder => chmod(notes(folder), 0o777))).join(), /notes\.txt: has the permissions 777/)
    const other = { ...version, raw: '0'.repeat(64) }
    const target = site.at('other')
    await restoreVersion(archive, version, { target, onProgress: () => undefined }, signal)
    assert.match((await verifyDisk(archive, other, target, signal)).problems[0]?.what ?? '', /not what was captured/)
  })
})

describe('plan', () => {
  test('without drills: the order, and what is not measured', async () => {
    await using site = await plantSite()
    const before = (await site.json(['plan'])).processes[0]
    assert.equal(before.verdict, 'not-restorable')
    await site.json(['capture'])
    const { out } = await site.run(['plan', 'filling'])
    assert.match(out, /not measured: drill it/)
    assert.match(out, /blackstart restore plc\/program@latest --to-device/)
    assert.match(out, /UNPROVEN {2}not measured: plc\/program, historian\/database/)
    assert.match(out, /Not in these times.*deciding/)
    await site.json(['plan', 'nothing'], 1)
  })
})
