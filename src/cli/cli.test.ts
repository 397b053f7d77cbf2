import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { restic } from '../../lab/peers/restic.ts'
import { runBlackstart } from '../../lab/run-blackstart.ts'
import { siteAt, testSite } from '../../lab/test-site.ts'

const item = 'plc-filler/program'

async function fillerSite() {
  const site = await testSite([{ id: item, path: './plc' }])
  await site.write('plc/MAIN.st', 'IF bStart THEN\n  tFill := T#2s;\nEND_IF\n')
  await site.write('plc/boot/filler.app', new Uint8Array(70_000).fill(7))
  return site
}

test('the main job on files: capture, confirm, notice a change, show it, approve, drift, roll back', async () => {
  await using site = await fillerSite()
  const [first] = (await site.json(['capture'])).results
  assert.equal(first.outcome, 'version')
  assert.equal(first.item, item)
  assert.equal((await site.json(['capture', item])).results[0].outcome, 'confirmed')
  await site.json(['approve', `${item}@latest`])

  await site.write('plc/MAIN.st', 'IF bStart THEN\n  tFill := T#9s;\nEND_IF\n')
  const [second] = (await site.json(['capture'])).results
  assert.equal(second.outcome, 'version')
  const diff = await site.json(['diff', item])
  assert.equal(diff.equal, false)
  assert.deepEqual(
    diff.changes.map((change: { kind: string; path: string }) => [change.kind, change.path]),
    [['text', 'MAIN.st']],
  )
  assert.match((await site.run(['diff', item])).out, /T#9s/)

  const status = await site.json(['status'])
  assert.ok(
    status.findings.some(
      (finding: { code: string; subject: string }) => finding.code === 'drifted' && finding.subject === item,
    ),
  )
  assert.equal(status.processes[0].verdict, 'FAIL')
  assert.match(
    status.processes[0].reasons[0],
    /^no verified copy of plc-filler\/program would be left if the site node is lost, /,
  )
  assert.equal(status.items[0].fresh, true)

  await site.json(['restore', `${item}@approved`, '--to-device', '--yes', '--reason', 'wrong recipe'])
  assert.match(await readFile(site.at('plc/MAIN.st'), 'utf8'), /T#2s/)
  const { versions } = await site.json(['versions', item])
  assert.deepEqual(
    versions.map((version: { sameAsApproved: boolean }) => version.sameAsApproved),
    [true, false, true],
  )
  const [written] = versions.map((version: { writtenBy: unknown }) => version.writtenBy).filter(Boolean)
  assert.deepEqual([written.version, written.result, written.reason], [versions[0].id, 'done', 'wrong recipe'])
  assert.deepEqual(versions[2].writtenBy, written)
  assert.match(
    (await site.run(['versions', item])).out,
    /same as approved, written back from \S+ by \S+@\S+, .* \(wrong recipe\)/,
  )
  assert.deepEqual(
    versions.map((version: { outcome: string; approved: boolean }) => [version.outcome, version.approved]),
    [
      ['version', true],
      ['version', false],
      ['version', false],
    ],
  )
})

test('a version restored into a folder is what was captured, by us and by stock restic', async () => {
  await using site = await fillerSite()
  await site.json(['capture'])
  const { version } = (await site.json(['show', item])).sheet
  await site.json(['restore', `${item}@${version}`, '--to', site.at('out')])
  assert.deepEqual(await readFile(site.at('out/boot/filler.app')), await readFile(site.at('plc/boot/filler.app')))
  assert.equal((await site.run(['restore', item, '--to', site.at('out')])).code, 4)

  const peer = restic(site.at('data/repository'), site.at('data/keys/repository.key'))
  peer('check', '--read-data')
  peer('restore', `latest:/${item}`, '--host', 'plc-filler', '--target', site.at('stock'))
  execFileSync('diff', ['-r', site.at('plc'), site.at('stock')])
  const listed = JSON.parse(peer('snapshots', '--json', '--host', 'plc-filler'))
  assert.equal(listed[0].hostname, 'plc-filler')
  assert.deepEqual(listed[0].paths, [`/${item}`])
  assert.ok(listed[0].tags.includes(`version:${version}`))
})

test('a repository and the recovery kit alone bring back the whole node, with what people decided', async () => {
  await using site = await fillerSite()
  await site.json(['capture'])
  assert.equal((await site.run(['secrets', 'set', 'plc-filler'], 'hunter2\n')).code, 0)
  await site.json(['approve', item])
  await site.json(['hold', item, '--reason', 'accident of 3 May'])
  await site.json(['capture'])
  const before = await site.json(['versions', item])

  const kit = await readFile(site.at('recovery-kit.txt'), 'utf8')
  const password = /Password:\s+(\S+)/.exec(kit)?.[1] ?? ''
  const empty = await mkdtemp(path.join(os.tmpdir(), 'blackstart-empty-'))
  try {
    execFileSync('cp', ['-r', site.at('data/repository'), path.join(empty, 'found')])
    await writeFile(path.join(empty, 'password'), password)
    const folder = path.join(empty, 'node')
    execFileSync('mkdir', ['-p', path.join(folder, 'data')])
    execFileSync('mv', [path.join(empty, 'found'), path.join(folder, 'data', 'repository')])
    const rebuilt = siteAt(folder)
    await rebuilt.json([
      'catalog',
      'rebuild',
      '--repo',
      path.join(folder, 'data', 'repository'),
      '--password-file',
      path.join(empty, 'password'),
    ])
    assert.deepEqual(await rebuilt.json(['versions', item]), before)
    assert.equal(before.versions[0].approved, true)
    assert.equal(before.versions[0].held, true)
    assert.equal(await readFile(path.join(folder, 'site.yaml'), 'utf8'), await readFile(site.at('site.yaml'), 'utf8'))
    const { secrets } = await rebuilt.json(['secrets', 'list'])
    assert.deepEqual(
      secrets.map((secret: { name: string }) => secret.name),
      ['plc-filler'],
    )
    assert.equal((await stat(path.join(folder, 'data/keys/repository.key'))).mode & 0o777, 0o600)
    await rebuilt.json(['journal', 'verify'])
    await rebuilt.json(['verify', '--read-data'])
  } finally {
    await rm(empty, { recursive: true })
  }
})

test('a tampered journal is found, and the newest copy is brought back from the repository', async () => {
  await using site = await fillerSite()
  await site.json(['capture'])
  await site.json(['approve', item])
  await site.json(['capture'])
  // of this the repository has no copy, nor of what was noted of the copy itself
  await site.json(['approve', item, '--note', 'nobody captures this'])
  const file = site.at('data/journal.jsonl')
  const honest = await readFile(file, 'utf8')
  await writeFile(file, honest.replace('"approved"', '"aproved"'))
  assert.equal((await site.run(['journal', 'verify'])).code, 5)
  assert.equal((await site.run(['verify'])).code, 5)
  const rebuilt = await site.run(['catalog', 'rebuild'])
  assert.equal(rebuilt.code, 3, 'a part of what was done is told by the damaged file alone')
  assert.match(rebuilt.out, /put aside .*\.damaged, .* with 3 lines more than .*\(SHA-256 [0-9a-f]{64}\)/)
  assert.match(rebuilt.out, /tail -n 3 .*\.damaged/)
  await site.json(['journal', 'verify'])
  assert.equal((await site.json(['versions', item])).versions[0].approved, true)
  assert.ok((await readdir(site.at('data'))).some(name => name.endsWith('.damaged')))
  assert.match(await readFile(file, 'utf8'), /"catalog-rebuilt".*with 3 lines more than the copy/)
})

test('a lost catalog is made again from journal and repository by itself', async () => {
  await using site = await fillerSite()
  await site.json(['capture'])
  await site.json(['approve', item])
  const before = await site.json(['versions', item])
  for (const name of ['catalog.sqlite', 'catalog.sqlite-wal', 'catalog.sqlite-shm']) {
    await rm(site.at('data', name), { force: true })
  }
  assert.deepEqual(await site.json(['versions', item]), before)
})

test('damage to the repository is found, named, and never given back as good data', async () => {
  await using site = await fillerSite()
  await site.json(['capture'])
  const packs = execFileSync('find', [site.at('data/repository/data'), '-type', 'f'], { encoding: 'utf8' })
    .trim()
    .split('\n')
  for (const pack of packs) {
    const bytes = await readFile(pack)
    bytes[20] = (bytes[20] ?? 0) ^ 1
    execFileSync('chmod', ['u+w', pack])
    await writeFile(pack, bytes)
  }
  const verified = await site.run(['verify', '--read-data'])
  assert.equal(verified.code, 5)
  assert.match(verified.out, /DAMAGED {2}data\//)
  const restored = await site.run(['restore', item, '--to', site.at('out')])
  assert.equal(restored.code, 5, restored.err)
})

test('one item that fails does not stop the others, and its error says what to do', async () => {
  await using site = await testSite([
    { id: 'plc-a/program', path: './a' },
    { id: 'plc-b/program', path: './missing' },
  ])
  await site.write('a/x.st', 'x')
  const { results } = await site.json(['capture'], 3)
  const [a, b] = ['plc-a/program', 'plc-b/program'].map(id => results.find((one: { item: string }) => one.item === id))
  assert.equal(a.outcome, 'version')
  assert.equal(b.outcome, 'failed')
  assert.equal(b.error.code, 'missing')
  assert.match(b.error.message, /^plc-b\/program: /)
  assert.equal((await site.json(['capture', 'plc-b'], 1)).results.length, 1)
  const { findings } = await site.json(['status'])
  assert.ok(
    findings.some(
      (one: { code: string; subject: string }) => one.code === 'capture-failed' && one.subject === 'plc-b/program',
    ),
  )
})

test('secrets are set from standard input, listed by name only, and never shown', async () => {
  await using site = await fillerSite()
  const set = await site.run(['secrets', 'set', 'plc-filler'], 'hunter2\n')
  assert.equal(set.code, 0, set.err)
  const listed = await site.run(['secrets', 'list', '--json'])
  assert.ok(!`${set.out}${set.err}${listed.out}${listed.err}`.includes('hunter2'))
  await site.json(['capture'])
  assert.equal(spawnSync('grep', ['-r', 'hunter2', site.folder]).status, 1, 'the secret lies somewhere in clear')
})

test('wrong use and an invalid site end with 2, in JSON too', async () => {
  await using site = await fillerSite()
  assert.equal((await site.run(['captuer'])).code, 2)
  assert.match((await site.run(['captuer'])).err, /capture/)
  assert.equal((await site.run(['restore', item])).code, 2)
  assert.equal((await site.run(['versions', 'nonsense'])).code, 2)
  assert.equal((await site.run(['versions', 'plc-x/y'])).code, 1)
  await appendFile(site.at('site.yaml'), 'colour: red\n')
  const checked = await site.run(['check', '--json'])
  assert.equal(checked.code, 2)
  const { problems } = checked.json() as { problems: { message: string; line: number }[] }
  assert.match(problems[0]?.message ?? '', /colour/)
  const captured = await site.run(['capture', '--json'])
  assert.equal(captured.code, 2)
  assert.deepEqual(Object.keys(captured.json() as object), ['error'])
  assert.equal((await runBlackstart(['status'], { site: os.tmpdir() })).code, 2)
})

test('a key that opens nothing is told with the way out, and the recovery kit makes a new one', async () => {
  await using site = await fillerSite()
  await site.json(['capture'])
  await writeFile(site.at('data/keys/repository.key'), 'of another site\n')
  const refused = await site.run(['capture'])
  assert.equal(refused.code, 1)
  assert.match(refused.err, /does not open the repository.*recovery kit.*catalog rebuild/)
  const kit = await readFile(site.at('recovery-kit.txt'), 'utf8')
  await site.write('password', /Password:\s+(\S+)/.exec(kit)?.[1] ?? '')
  await site.json(['catalog', 'rebuild', '--password-file', site.at('password')])
  assert.equal((await site.json(['capture'])).results[0].outcome, 'confirmed')
})

test('a site file that is no file is refused, not waited for; a target that cannot be made is told', async () => {
  await using site = await fillerSite()
  await site.json(['capture'])
  const refused = await site.run(['restore', item, '--to', '/proc/nothing/here'])
  assert.equal(refused.code, 1)
  assert.match(refused.err, /cannot be made.*Choose another/)
  await rm(site.at('site.yaml'))
  execFileSync('mkfifo', [site.at('site.yaml')])
  const checked = await site.run(['check'])
  assert.equal(checked.code, 2)
  assert.match(checked.err, /is not a file/)
})

test('init makes a site that is valid, and refuses a folder that is one', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-init-'))
  try {
    const site = siteAt(path.join(folder, 'plant'))
    await site.json(['init', '--name', 'Saint-Aubin bottling'])
    await site.json(['check'])
    assert.equal((await site.run(['init'])).code, 4)
    assert.equal((await stat(site.at('recovery-kit.txt'))).mode & 0o777, 0o600)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('what the system refuses is told in a sentence, without a stack', async () => {
  await using site = await fillerSite()
  await site.json(['capture'])
  const blocked = siteAt(site.at('site.yaml', 'below'))
  const made = await blocked.run(['init', '--json'])
  assert.equal(made.code, 1)
  assert.equal((made.json() as { error: { code: string } }).error.code, 'storage')
  assert.doesNotMatch(made.err, /Unexpected|\bat /)
})

test('without the key file the recovery kit is named; a wrong password file of repo is only said to be missing', async () => {
  await using site = await fillerSite()
  await rm(site.at('data/keys/repository.key'))
  const captured = await site.run(['capture'])
  assert.equal(captured.code, 1)
  assert.match(captured.err, /repository\.key is missing\..*catalog rebuild --password-file FILE/)
  const checked = await site.run([
    'repo',
    'check',
    '--repo',
    site.at('data/repository'),
    '--password-file',
    site.at('no'),
  ])
  assert.equal(checked.code, 1)
  assert.doesNotMatch(checked.err, /recovery kit/)
})
