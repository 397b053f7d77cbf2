import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmod, readdir, readFile, stat } from 'node:fs/promises'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startBlackstart } from '../../../lab/run-blackstart.ts'
import { type TestSite, testSite } from '../../../lab/test-site.ts'

const commented = `# The plant.
site: { name: Test plant, timezone: Europe/Paris }
zones:
  - { id: cell, level: 1 }
node: { zone: cell }
processes:
  - id: filling   # the line that earns the money
    data: configuration
    mtdl: 4h      # asked in May
    needs: [plc]
    # Nobody knows the rest yet.
  - { id: records, data: history, needs: [plc, historian] }   # kept for five years
assets:
  - id: plc
    name: Filler PLC
    kind: plc
    zone: cell
    items:
      - { id: program, kind: program, via: files, options: { path: ./plc } }
  - id: historian
    kind: historian
    zone: cell
    items:
      - { id: database, kind: database, via: sqlite, options: { path: ./h.sqlite } }
places:
  - { id: local, via: local, options: { path: ./data/repository }, medium: disk, location: plant, domain: node }
`

async function plant(): Promise<TestSite> {
  const site = await testSite([{ id: 'plc/program', path: './plc' }])
  await site.write('site.yaml', commented)
  return site
}

const text = (site: TestSite) => readFile(site.at('site.yaml'), 'utf8')

test('answers from standard input are written into site.yaml, and every comment stays', async () => {
  await using site = await plant()
  await chmod(site.at('site.yaml'), 0o640)
  const answers = ['8h', '10m', '20 min', '', '', '', '30m', '', '1h', '30m', '10m', '2 hours']
  const ran = await site.run(['interview', 'filling'], `${answers.join('\n')}\n`)
  assert.equal(ran.code, 0, ran.err)
  assert.match(ran.err, /If all that changed in the last hour in the program of Filler PLC were gone, what would/)
  assert.match(ran.err, /Losing 4h costs\s+40m of work\. Of the MTD of 8h/)
  assert.match(ran.err, /Losing 2h costs 20m of work\. Of the/)
  assert.match(ran.err, /\(now 4h\)/)
  assert.match(ran.out, /- {5}mtdl: 4h {6}# asked in May\n\+ {5}mtdl: 2h {6}# asked in May/)
  const expected = commented
    .replace('mtdl: 4h ', 'mtdl: 2h ')
    .replace('# asked in May\n', '# asked in May\n    mtd: 8h\n')
    .replace(
      'needs: [plc]\n',
      'needs: [plc]\n    afterLoss: { fixed: 30m, perLostHour: 10m }\n    recovery: { detect: 10m, decide: 20m, reconfigure: 30m, validate: 1h }\n',
    )
  assert.equal(await text(site), expected)
  assert.equal((await stat(site.at('site.yaml'))).mode & 0o777, 0o640)
  assert.equal((await site.run(['check'])).code, 0)
})

test('an answer that is none is told with its reason, and the next line answers the same question', async () => {
  await using site = await plant()
  const answers = ['soon', '2 months', '4h', '5h', '15m']
  const ran = await site.run(['interview', 'filling', '--json'], `${answers.join('\n')}\n`)
  assert.equal(ran.code, 0, ran.err)
  const result = ran.json() as { answers: unknown; changed: { line: number; before: string[]; after: string[] }[] }
  assert.deepEqual(result.answers, { mtd: '4h', 'recovery.detect': '15m' })
  assert.deepEqual(result.changed[0], { line: 10, before: [], after: ['    mtd: 4h'] })
  assert.match(ran.err, /"soon" is not a duration/)
  assert.match(ran.err, /"2 months" counts months or years/)
  assert.match(ran.err, /takes 5h together, longer than the MTD of 4h/)
})

test('the data kinds that a process needs are asked apart, and written apart where they differ', async () => {
  await using site = await plant()
  await site.write('answers.yaml', 'mtdl.configuration: 1d\nmtdl.history: 5m\nmtd: 2d\n')
  const ran = await site.run(['interview', 'records', '--answers', site.at('answers.yaml'), '--json'])
  assert.equal(ran.code, 0, ran.err)
  assert.deepEqual((ran.json() as { process: string }).process, 'records')
  const line =
    '  - { id: records, data: history, mtdl: { configuration: 1d, history: 5m }, mtd: 2d, needs: [plc, historian] }   # kept for five years\n'
  assert.equal(await text(site), commented.replace(/^ {2}- \{ id: records.*\n/m, line))
  await site.write('answers.yaml', 'mtdl.history: 10m\n')
  await site.json(['interview', 'records', '--answers', site.at('answers.yaml')])
  assert.match(await text(site), /mtdl: \{ configuration: 1d, history: 10m \}, mtd: 2d/)
})

test('nothing is written for nothing, and nothing for answers that are wrong', async () => {
  await using site = await plant()
  assert.deepEqual((await site.json(['interview', 'filling'])).changed, [])
  for (const [answers, told] of [
    ['mtd: soon\n', /mtd: "soon" is not a duration/],
    ['mdt: 4h\n', /there is no question "mdt", did you mean "mtd"\?/],
    ['recovery: { detect: 1h }\n', /there is no question "recovery"/],
    ['mtd: 1h\nrecovery.detect: 2h\n', /recovery\.detect: what people do in any case takes 2h/],
    ['mtd: [\n', /is not a list of lines/],
    ['- 4h\n', /is not a list of lines/],
  ] as const) {
    await site.write('answers.yaml', answers)
    const ran = await site.run(['interview', 'filling', '--answers', site.at('answers.yaml')])
    assert.equal(ran.code, 2, answers)
    assert.match(ran.err, told)
  }
  const cut = await site.run(['interview', 'filling'], 'soon\n')
  assert.equal(cut.code, 2)
  assert.match(cut.err, /Nothing was written/)
  assert.equal(await text(site), commented)
})

test('an unknown process is told with those that there are', async () => {
  await using site = await plant()
  const ran = await site.run(['interview', 'filing'])
  assert.equal(ran.code, 1)
  assert.match(ran.err, /no process "filing" in site\.yaml\. Did you mean "filling"\? There are: filling, records\./)
})

/** Starts an interview, waits for its first question, and lets `meanwhile` happen. */
async function interrupted(site: TestSite, meanwhile: (child: ReturnType<typeof startBlackstart>) => Promise<void>) {
  const child = startBlackstart(['interview', 'filling'], { site: site.folder })
  let err = ''
  child.stderr?.on('data', (part: Buffer) => {
    err += part.toString('utf8')
  })
  child.stdin?.write('8h\n')
  while (!err.includes('2/') && child.exitCode === null) await sleep(20)
  await meanwhile(child)
  const [code] = (await once(child, 'close')) as [number]
  return { code, err }
}

test('a site.yaml that changed meanwhile is not written over', async () => {
  await using site = await plant()
  const ran = await interrupted(site, async child => {
    await site.write('site.yaml', `${commented}# by somebody else\n`)
    child.stdin?.end()
  })
  assert.equal(ran.code, 4, ran.err)
  assert.match(ran.err, /has changed meanwhile/)
  assert.equal(await text(site), `${commented}# by somebody else\n`)
})

test('Ctrl-C writes nothing', async () => {
  await using site = await plant()
  const ran = await interrupted(site, async child => void child.kill('SIGINT'))
  assert.equal(ran.code, 130, ran.err)
  assert.equal(await text(site), commented)
  assert.deepEqual(
    (await readdir(site.folder)).filter(name => name.includes('tmp')),
    [],
  )
})
