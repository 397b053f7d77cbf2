import assert from 'node:assert/strict'
import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { serveSite } from '../../lab/serve-site.ts'
import { siteAt, type TestSite, testSite } from '../../lab/test-site.ts'

const item = 'plc/program'
const program = 'x := 1;'

type Captured = TestSite & { readonly spoil: () => Promise<void> }

/** A site with two versions of a program, and what spoils its site.yaml. */
async function captured(): Promise<Captured> {
  const site = await testSite([{ id: item, path: './plc' }])
  await site.write('plc/MAIN.st', program)
  await site.json(['capture'])
  await site.write('plc/MAIN.st', 'x := 2;')
  await site.json(['capture'])
  const file = site.at('site.yaml')
  return {
    ...site,
    spoil: async () => writeFile(file, (await readFile(file, 'utf8')).replace('level: 1', 'level: one')),
  }
}

const asked: readonly (readonly string[])[] = [
  ['status'],
  ['findings'],
  ['plan'],
  ['whatif', '--lose', 'node'],
  ['criticality'],
  ['versions', item],
  ['show', item],
  ['show', item, 'MAIN.st'],
  ['diff', item],
  ['verify'],
  ['drill', item],
  ['secrets', 'list'],
]

const spoils: readonly (readonly [string, readonly (readonly string[])[], (site: Captured) => Promise<void>])[] = [
  ['has errors', asked, site => site.spoil()],
  ['is missing', [['status'], ['versions', item], ['people', 'list']], site => rm(site.at('site.yaml'))],
]
for (const [title, words, spoil] of spoils) {
  test(`where site.yaml ${title}, the one that was in force answers, and restores`, async () => {
    await using site = await captured()
    await spoil(site)
    for (const each of words) {
      const { code, err } = await site.run(each)
      const told = err.match(/the one that was in force counts: .*data\/site-in-force\.yaml/g)
      // accounts need no site file at all
      assert.deepEqual([code, told?.length ?? 0], [0, each[0] === 'people' ? 0 : 1], `${each.join(' ')}: ${err}`)
    }
    const restored = await site.run(['restore', `${item}@previous`, '--to', site.at('bench')])
    assert.equal(restored.code, 0, restored.err)
    assert.equal(await readFile(site.at('bench/MAIN.st'), 'utf8'), program)
  })
}

test('nothing goes to a device by a site.yaml that somebody has changed since, and the way back is told', async () => {
  await using site = await captured()
  await site.spoil()
  for (const words of [['capture'], ['restore', `${item}@previous`, '--to-device', '--yes']]) {
    const { code, err } = await site.run(words)
    assert.equal(code, 2, err)
    assert.match(
      err,
      /site\.yaml:\d+:\d+: error: .*\n.*put the one that was in force in its place: .*site-in-force\.yaml/,
    )
  }
  await copyFile(site.at('data/site-in-force.yaml'), site.at('site.yaml'))
  await site.json(['restore', `${item}@previous`, '--to-device', '--yes'])
  assert.equal(await readFile(site.at('plc/MAIN.st'), 'utf8'), program)
})

test('what was in force is kept as it was worked with last, and is no site where it has errors itself', async () => {
  await using site = await captured()
  const text = await readFile(site.at('site.yaml'), 'utf8')
  await site.write('site.yaml', text.replace('Test plant', 'Plant of now'))
  await site.json(['verify'])
  await site.spoil()
  assert.match((await site.run(['status'])).out, /^Plant of now/)
  await site.write('data/site-in-force.yaml', 'site: [')
  const { code, err } = await site.run(['status'])
  assert.deepEqual([code, /site\.yaml:\d+:\d+: error/.test(err), /in force/.test(err)], [2, true, false], err)
})

test('a plant that is brought back from its repository goes by the newest site.yaml without errors that was stored', async () => {
  await using site = await captured()
  {
    await using _node = await serveSite(site.folder)
    await site.spoil()
    await site.write('plc/MAIN.st', 'x := 3;')
    await site.json(['capture'])
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-site-'))
  await using other = siteAt(folder)
  await cp(site.at('data/repository'), other.at('data/repository'), { recursive: true })
  const kit = /Password:\s+(\S+)/.exec(await readFile(site.at('recovery-kit.txt'), 'utf8'))?.[1] ?? ''
  await other.write('password', kit)
  const words = ['--repo', other.at('data/repository'), '--password-file', other.at('password')]
  const rebuilt = await other.run(['catalog', 'rebuild', ...words])
  assert.equal(rebuilt.code, 0, rebuilt.err)
  assert.match(rebuilt.err, /site\.yaml:\d+:\d+: error: .*\n.*in force counts/)
  await other.json(['restore', item, '--to', other.at('bench')])
  assert.equal(await readFile(other.at('bench/MAIN.st'), 'utf8'), 'x := 3;')
})

test('a node that starts over a site.yaml with errors works by the one that was in force, and says so', async () => {
  await using site = await captured()
  await site.spoil()
  await using node = await serveSite(site.folder)
  assert.match(node.said(), /the one that was in force counts/)
  await site.write('plc/MAIN.st', 'x := 3;')
  const read = await site.run(['capture', item])
  assert.equal(read.code, 0, read.err)
  assert.match(read.err, /The node goes by the site\.yaml of before.*blackstart check/)
  const status = await site.run(['status'])
  assert.match(status.out, /NODE {2}site\.yaml on the disk has errors; the one before is in force/)
  await copyFile(site.at('data/site-in-force.yaml'), site.at('site.yaml'))
  const end = Date.now() + 20_000
  while ((await site.json(['status'])).node.problems.length > 0) {
    assert.ok(Date.now() < end, node.said())
    await sleep(200)
  }
})
