import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cp, mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { siteAt, type TestSite } from '../../../lab/test-site.ts'

const text = `site: { name: Plant, timezone: Europe/Paris }
zones: [{ id: cell, level: 2 }, { id: operations, level: 3 }]
conduits: [{ from: operations, to: cell, allow: [ftp] }]
node: { zone: operations }
processes:
  - id: filling
    data: configuration
    mtdl: 8d
    mtd: 8h
    needs: [plc]
    recovery: { detect: 5m, decide: 10m, isolate: 5m, keys: 5m, media: 10m, reconfigure: 10m, reissue: 5m, validate: 30m }
assets:
  - id: plc
    kind: plc
    zone: cell
    life: { since: 2020-01, years: 15 }
    spare: { onSite: true, replace: 30m, leadTime: 2h }
    items: [{ id: program, kind: program, via: files, options: { path: ./plc } }]
failureModes:
  - { asset: plc, mode: battery-lost, severity: { production: 4 } }
places:
  - { id: local, via: local, options: { path: ./data/repository }, medium: disk, location: plant, domain: node }
  - { id: usb, via: local, options: { path: ./usb }, medium: removable, location: safe, domain: usb, online: false, offsite: true, lag: 7d }
`

/** A site with one PLC, captured once. */
async function captured(): Promise<TestSite> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-findings-'))
  await writeFile(path.join(folder, 'site.yaml'), text)
  const site = siteAt(folder)
  await site.write('plc/main.st', 'x := 1;')
  await site.json(['init'])
  await site.json(['capture'])
  return site
}

const codesOf = (document: { findings: { code: string }[] }) => document.findings.map(({ code }) => code)

test('a second place closes what the first leaves open, once it was read back there', async () => {
  await using site = await captured()
  const before = await site.json(['status'])
  assert.equal(before.processes[0].verdict, 'FAIL')
  assert.ok(codesOf(before).includes('no-surviving-copy'))
  await cp(site.at('data/repository'), site.at('usb'), { recursive: true })
  assert.equal((await site.json(['status'])).processes[0].verdict, 'FAIL', 'nobody has read it there yet')
  await site.json(['verify', '--read-data'])
  const after = await site.json(['status'])
  assert.equal(after.processes[0].verdict, 'UNPROVEN')
  assert.ok(!codesOf(after).includes('no-surviving-copy'))
  assert.equal(after.items[0].copies.met, true)
})

test('findings are told whole, chosen by code or subject, and as a way up', async () => {
  await using site = await captured()
  const { findings } = await site.json(['findings', 'plc'])
  assert.ok(findings.length > 0)
  assert.ok(findings.every(({ subject }: { subject: string }) => subject === 'plc' || subject === 'plc/program'))
  const { steps } = await site.json(['findings', '--next'])
  assert.equal(steps[0].class, 'high')
  assert.equal(steps[0].number, 1)
  const { out } = await site.run(['findings', 'copies-missing'])
  assert.match(out, /copies-missing {2}plc\/program\n.*\n.*rule: 3-2-1-1-0\n.*copies has 2 needs 3/)
  const { findings: ofProcess } = await site.json(['findings', 'filling'])
  assert.ok(
    ofProcess.some(({ subject }: { subject: string }) => subject === 'plc/program'),
    'with all it needs',
  )
  assert.match((await site.run(['findings', 'drifted'])).out, /Nothing is found wanting of drifted/)
  const mistyped = await site.run(['findings', 'fillin'])
  assert.equal(mistyped.code, 2)
  assert.match(mistyped.err, /"fillin" is no code of a finding.*Did you mean "filling"\?/)
})

test('who reads only the first lines gets no fault of the program', async () => {
  await using site = await captured()
  const shell = spawnSync(
    'sh',
    ['-c', `bin/blackstart --site '${site.folder}' criticality --library --json | head -c 10`],
    {
      encoding: 'utf8',
    },
  )
  assert.equal(shell.stderr, '')
  assert.equal(shell.stdout.length, 10)
})

test('an acknowledged finding stays visible, with its reason and its end, and is no step', async () => {
  await using site = await captured()
  const words = [
    'acknowledge',
    'copies-missing',
    'plc/program',
    '--reason',
    'the safe comes in March',
    '--until',
    '30d',
  ]
  await site.json(words)
  const [finding] = (await site.json(['findings', 'copies-missing'])).findings
  assert.equal(finding.acknowledged.reason, 'the safe comes in March')
  const { steps } = await site.json(['findings', '--next'])
  const named = steps.flatMap((step: { findings: { code: string }[] }) => step.findings.map(({ code }) => code))
  assert.ok(!named.includes('copies-missing'))
  assert.match((await site.run(['status'])).out, /1 finding acknowledged/)
  await site.json(['acknowledge', 'copies-missing', 'plc/program', '--end', '--reason', 'the safe is there'])
  assert.equal((await site.json(['findings', 'copies-missing'])).findings[0].acknowledged, null)
})

test('an acknowledgement needs a finding, a reason and an end that lies ahead', async () => {
  await using site = await captured()
  const refused = async (words: readonly string[], code: number, sentence: RegExp) => {
    const ran = await site.run(['acknowledge', ...words])
    assert.equal(ran.code, code, ran.err)
    assert.match(ran.err, sentence)
  }
  const finding = ['copies-missing', 'plc/program', '--reason', 'x']
  await refused(
    ['drifted', 'plc/program', '--reason', 'x', '--until', '1d'],
    1,
    /no finding drifted of plc\/program\. Of it there are/,
  )
  await refused(finding, 2, /Nothing is borne without an end/)
  await refused([...finding, '--until', '2020-01-01'], 2, /is past/)
  await refused([...finding, '--until', '2026-02-30'], 2, /neither a date nor a duration/)
  await refused([...finding, '--until', '2000d'], 2, /too far off/)
  await refused(['copies-missing', 'plc/program', '--end', '--reason', 'x'], 1, /is not acknowledged/)
})

test('what if: which processes come back, from which copies', async () => {
  await using site = await captured()
  const cell = await site.json(['whatif', '--lose', 'zone:cell'])
  assert.equal(cell.processes[0].outcome, 'comes-back')
  assert.equal(cell.processes[0].items[0].copies[0].place, 'local')
  const lost = await site.json(['whatif', '--lose', 'site'])
  assert.equal(lost.processes[0].outcome, 'gone')
  assert.match(
    (await site.run(['whatif', '--lose', 'site'])).out,
    /GONE {2}filling\n.*\n {2}plc\/program {2}NO COPY LEFT.*Coming back is not possible: nothing would be left/s,
  )
  assert.match(
    (await site.run(['whatif', '--lose', 'node'])).out,
    /RUNS ON {2}filling\n.*no verified copy would be left of plc\/program/,
  )
  const wrong = await site.run(['whatif', '--lose', 'zone:office'])
  assert.equal(wrong.code, 2)
  assert.match(wrong.err, /There are cell, operations/)
})

test('versions tell how long they are kept', async () => {
  await using site = await captured()
  await site.json(['approve', 'plc/program'])
  await site.write('plc/main.st', 'x := 2;')
  await site.json(['capture'])
  const { versions } = await site.json(['versions', 'plc/program'])
  assert.deepEqual(
    versions.map(({ kept }: { kept: boolean }) => kept),
    [true, true],
  )
  assert.ok(versions[0].keptFor.includes('approved'))
  assert.equal(versions[0].keptUntil, null)
  assert.match((await site.run(['versions', 'plc/program'])).out, /for ever {8}approved/)
})
