import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { siteText, type TestSite } from '../../lab/test-site.ts'
import { BlackstartError } from '../errors.ts'
import { openSiteNode } from './open-site-node.ts'
import type { Run } from './runs/run.ts'
import { by, item, journal, never, plcSite, slowSite, watched } from './test-node.ts'

test('a node captures what was never captured, tells its runs, and judges the site anew', async () => {
  await using site = await plcSite()
  await using watch = await watched(site)
  const run = await watch.ended(item, 1)
  assert.deepEqual([run.reason.kind, run.outcome, run.progress.bytes, run.error], ['catch-up', 'version', 7, null])
  assert.ok(run.begun !== null && run.ended !== null && run.asked <= run.begun && run.begun <= run.ended)
  await watch.ended('hmi/project', 1)
  const { items } = await watch.until(() => {
    const { judgement } = watch.node.judged()
    return judgement.items.every(({ fresh }) => fresh) && judgement
  })
  assert.deepEqual(
    items.map(of => [of.item, of.fresh]),
    [
      [item, true],
      ['hmi/project', true],
    ],
  )
  const due = watch.node.due().get(item)
  const wait = (due?.epochMilliseconds ?? 0) - Date.now()
  assert.ok(wait > 20 * 60_000 && wait < 60 * 60_000, `due in ${wait} ms`)
  assert.deepEqual(watch.events.filter(({ type }) => type === 'journal').length > 0, true)
})

test('one node at a time works on a site', async () => {
  await using site = await plcSite()
  await using _watch = await watched(site)
  await assert.rejects(
    openSiteNode({ folder: site.folder, onTrouble: () => undefined }, never),
    /works on this site already/,
  )
})

test('a node that is started again reads nothing that is not due, and what the command line did meanwhile counts', async () => {
  await using site = await plcSite()
  {
    await using first = await watched(site)
    await first.ended(item, 1)
    await first.ended('hmi/project', 1)
  }
  await site.json(['capture', item])
  await using again = await watched(site)
  await sleep(1_500)
  assert.deepEqual(again.node.runs(), [])
  assert.equal((await again.node.archive(by).record.catalog.captures(item, 10)).length, 2)
})

test('what somebody asks for is read at once and bears the name; what waits already is not read twice', async () => {
  await using site = await plcSite()
  await using watch = await watched(site)
  await watch.ended(item, 1)
  await site.write('plc/MAIN.st', 'x := 2;')
  const [run] = watch.node.capture({ items: [item], by, ignoreQuiet: false })
  const [same] = watch.node.capture({ items: [item], by, ignoreQuiet: false })
  assert.equal(run?.id, same?.id)
  const ended = await watch.ended(item, 2)
  assert.deepEqual(
    [ended.id, ended.outcome, ended.reason],
    [run?.id, 'version', { kind: 'person', name: 'jo (10.0.0.7)' }],
  )
  assert.throws(() => watch.node.capture({ items: ['plc/nothing'], by, ignoreQuiet: false }), /site.yaml has no item/)
})

test('a change is seen as drift as soon as it was captured, without anybody asking', async () => {
  await using site = await plcSite()
  await using watch = await watched(site)
  const first = await watch.ended(item, 1)
  assert.equal((await site.run(['approve', `${item}@${first.version}`])).code, 0)
  await site.write('plc/MAIN.st', 'x := 99;')
  watch.node.capture({ items: [item], by, ignoreQuiet: false })
  await watch.until(() => watch.node.judged().judgement.items.find(of => of.item === item)?.drifted)
})

test('a version is written back to its device, with its steps, under the name of who asked', async () => {
  await using site = await plcSite()
  await using watch = await watched(site)
  const first = await watch.ended(item, 1)
  await site.write('plc/MAIN.st', 'x := 2;')
  const { run, ended } = watch.node.writeToDevice({
    item,
    version: first.version ?? '',
    by,
    withoutSafety: false,
    reason: '',
  })
  assert.equal((await ended).outcome, 'written')
  assert.equal(await readFile(site.at('plc/MAIN.st'), 'utf8'), 'x := 1;')
  const states = watch.events.flatMap(event =>
    event.type === 'run' && event.run.id === run.id ? [event.run.state] : [],
  )
  assert.deepEqual([...new Set(states)], ['waiting', 'reading', 'writing', 'reading-back', 'comparing', 'ended'])
  const restored = (await journal(site)).find(({ event }) => event.type === 'restored')
  assert.deepEqual([restored?.actor, restored?.event.result], ['jo (10.0.0.7)', 'done'])
  const failed = await watch.node.writeToDevice({ item, version: 'nothing', by, withoutSafety: false, reason: '' })
    .ended
  assert.deepEqual([failed.outcome, failed.error?.code], ['failed', 'not-found'])
})

test('a site file that changes is in force at once; one with errors leaves the other one in force and shows them', async () => {
  await using site = await plcSite()
  await using watch = await watched(site)
  await watch.ended(item, 1)
  await site.write('robot/a.src', 'home')
  const wider = siteText([
    { id: item, path: './plc' },
    { id: 'robot/program', path: './robot' },
  ])
  await writeFile(site.at('site.yaml'), wider)
  assert.equal((await watch.ended('robot/program', 1)).outcome, 'version')
  assert.deepEqual([...watch.node.due().keys()], [item, 'robot/program'])
  await writeFile(site.at('site.yaml'), wider.replace('kind: plc', 'kind: toaster'))
  // a look in the midst of the writing finds an empty file
  await watch.until(() => watch.node.site().refused?.problems[0]?.message.includes('toaster'))
  assert.equal(watch.node.site().text, wider)
  assert.equal(watch.node.capture({ items: ['robot/program'], by, ignoreQuiet: false }).length, 1)
})

test('the site file is changed through the node: checked, journaled, captured, refused where it is not the newest', async () => {
  await using site = await plcSite()
  await using watch = await watched(site)
  await watch.ended(item, 1)
  const { text, etag } = watch.node.site()
  const changed = await watch.node.changeSite(text.replace('Test plant', 'Renamed plant'), etag, by)
  assert.deepEqual([changed.site.name, changed.refused], ['Renamed plant', null])
  const noted = (await journal(site)).find(({ event }) => event.type === 'site-changed')
  assert.deepEqual(noted, {
    ...noted,
    actor: 'jo (10.0.0.7)',
    event: { type: 'site-changed', before: etag, after: changed.etag },
  })
  const { catalog } = watch.node.archive(by).record
  assert.equal((await catalog.versions('node/site')).length, 2)
  await assert.rejects(watch.node.changeSite(text, etag, by), { code: 'refused' })
  await assert.rejects(watch.node.changeSite('zones: 7', changed.etag, by), { code: 'site-invalid' })
})

test('a secret that is set from the command line is known to the next capture', async () => {
  await using site = await plcSite()
  await using watch = await watched(site)
  await watch.ended(item, 1)
  assert.equal((await site.run(['secrets', 'set', 'plc'], 'correct horse\n')).code, 0)
  await watch.until(() => watch.node.archive(by).secrets.get('plc') === 'correct horse')
})

test('a journal that somebody changed is told by everything, until it is mended', async () => {
  await using site = await plcSite()
  await using watch = await watched(site)
  await watch.ended(item, 1)
  const file = site.at('data/journal.jsonl')
  const before = await readFile(file)
  await appendFile(file, before.subarray(0, before.indexOf('\n') + 1))
  await watch.until(() => watch.node.integrity())
  assert.ok(watch.events.some(({ type }) => type === 'integrity'))
  await writeFile(file, before)
  await watch.until(() => watch.node.integrity() === null)
})

test('a line of the journal that was changed in place is seen, while the node runs and when it starts', async () => {
  await using site = await plcSite()
  const file = site.at('data/journal.jsonl')
  {
    await using watch = await watched(site)
    await watch.ended(item, 1)
    await watch.ended('hmi/project', 1)
    await sleep(1_500)
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace(/"actor":"(.)/, '"actor":"X'))
    assert.match(await watch.until(() => watch.node.integrity()), /damaged or tampered with/)
  }
  await using again = await watched(site)
  await again.until(() => again.node.integrity())
})

test('what was written back to a device is no unexpected change, whenever it is done', async () => {
  await using site = await plcSite()
  const text = await readFile(site.at('site.yaml'), 'utf8')
  const never = Temporal.Now.zonedDateTimeISO('Europe/Paris')
    .add({ days: 3 })
    .toLocaleString('en', { weekday: 'short' })
  const change = `change: ['${never.toLowerCase()} 03:00-03:01']`
  await writeFile(site.at('site.yaml'), text.replaceAll('via: files,', `via: files, ${change},`))
  await using watch = await watched(site)
  const first = await watch.ended(item, 1)
  assert.equal((await site.run(['approve', `${item}@${first.version}`])).code, 0)
  await site.write('plc/MAIN.st', 'x := 66;')
  watch.node.capture({ items: [item], by, ignoreQuiet: true })
  const codes = () =>
    watch.node
      .judged()
      .judgement.findings.filter(({ subject }) => subject === item)
      .map(({ code }) => code)
  await watch.until(() => codes().includes('changed-unexpectedly') && codes().includes('drifted'))
  const { ended } = watch.node.writeToDevice({
    item,
    version: first.version ?? '',
    by,
    withoutSafety: false,
    reason: '',
  })
  assert.equal((await ended).outcome, 'written')
  await watch.until(() => !codes().includes('changed-unexpectedly') && !codes().includes('drifted'))
  const newest = (await watch.node.archive(by).record.catalog.versions(item)).at(-1)
  assert.equal(newest?.expected, 1)
})

test('a graceful stop interrupts what is read; it is marked, and read when the node starts again', async () => {
  await using site = await slowSite(1)
  {
    await using watch = await watched(site)
    await watch.until(() => watch.node.runs().find(({ state }) => state === 'reading'))
  }
  assert.deepEqual(
    (await journal(site)).filter(({ event }) => event.type === 'captured' && event.item === 'plc-0/program'),
    [],
  )
  await using again = await watched(site)
  const marked = (await journal(site)).find(({ event }) => event.type === 'interrupted')
  assert.equal(marked?.event.item, 'plc-0/program')
  const run = await again.ended('plc-0/program', 1)
  assert.deepEqual([run.reason.kind, run.outcome], ['catch-up', 'version'])
})

async function startNode(site: TestSite): Promise<{ runs: Run[]; kill(): Promise<void> }> {
  const checkout = path.resolve(import.meta.dirname, '../..')
  const words = [path.join(checkout, 'lab/run-node.ts'), site.folder, '20']
  const child = spawn(path.join(checkout, 'bin/node'), words, { stdio: ['ignore', 'pipe', 'inherit'] })
  const runs: Run[] = []
  createInterface(child.stdout).on('line', line => {
    const run = JSON.parse(line)
    if ('state' in run) runs.push(run)
  })
  const kill = async () => {
    if (child.exitCode !== null) return
    const ended = once(child, 'close')
    child.kill('SIGKILL')
    await ended
  }
  return { runs, kill }
}

test('20 captures at once that are killed lose nothing, double nothing, and do not get stuck', async () => {
  await using site = await slowSite(24)
  const first = await startNode(site)
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(20)) {
    if (first.runs.filter(({ state }) => state === 'reading').length >= 20) break
  }
  await sleep(700)
  await first.kill()
  const begun = new Set(first.runs.filter(({ state }) => state === 'reading').map(({ item: of }) => of))
  assert.ok(begun.size >= 20, `${begun.size} had begun`)
  const told = new Set(first.runs.filter(({ outcome }) => outcome === 'version').map(({ item: of }) => of))
  const second = await startNode(site)
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) {
    const done = new Set([...told, ...second.runs.filter(({ outcome }) => outcome === 'version').map(run => run.item)])
    if (done.size === 24) break
  }
  await sleep(1_000)
  await second.kill()
  const events = (await journal(site)).map(({ event }) => event)
  const captured = events.flatMap(event =>
    event.type === 'captured' && !String(event.item).startsWith('node/') ? [event.item] : [],
  )
  assert.equal(new Set(captured).size, 24, 'none is lost')
  assert.equal(captured.length, 24, 'none is doubled')
  const marked = events.flatMap(event => (event.type === 'interrupted' ? [event.item] : []))
  assert.deepEqual(new Set(marked), new Set([...begun].filter(of => !captured.slice(0, told.size).includes(of))))
})

test('a write-back that is killed is told, and never done again by itself', async () => {
  await using site = await plcSite()
  {
    await using watch = await watched(site)
    await watch.ended(item, 1)
  }
  const { openRunStore } = await import('./runs/run-store.ts')
  {
    using store = openRunStore(site.at('data/runs.sqlite'), () => undefined)
    const asked = new Date().toISOString()
    const reason = { kind: 'person', name: 'jo' } as const
    store.put({ id: 'r', item, does: 'write', reason, asked, begun: asked, version: 'v', ignoreQuiet: true })
  }
  await site.write('plc/MAIN.st', 'half of it')
  await using watch = await watched(site)
  const run = await watch.ended(item, 1)
  assert.deepEqual([run.does, run.reason.kind, run.outcome], ['capture', 'catch-up', 'version'])
  const marked = (await journal(site)).find(({ event }) => event.type === 'interrupted')
  assert.deepEqual([marked?.event.does, marked?.event.version], ['write', 'v'])
})

test('a damaged record of what was under way is put aside, and the node starts', async () => {
  await using site = await plcSite()
  await writeFile(site.at('data/runs.sqlite'), Buffer.alloc(8_192, 0xa5))
  await using watch = await watched(site)
  await watch.ended(item, 1)
  assert.match(watch.troubles.join(' '), /runs.sqlite was damaged, and was put aside/)
})

test('where nothing can be noted of what is under way, the node starts and captures all the same', async () => {
  await using site = await plcSite()
  await mkdir(site.at('data/runs.sqlite'))
  await using watch = await watched(site)
  await watch.ended(item, 1)
  assert.match(watch.troubles.join(' '), /What is under way cannot be noted in \S+runs.sqlite: unable to open/)
})

test('judgements are there at any moment while the site file changes again and again', async () => {
  await using site = await plcSite()
  await using watch = await watched(site)
  await watch.ended(item, 1)
  const numbers: number[] = []
  const looking = setInterval(() => numbers.push(watch.node.judged().number), 1)
  for (let round = 0; round < 5; round += 1) {
    const { text, etag } = watch.node.site()
    await watch.node.changeSite(text.replace(/name: [^,]*/, `name: Plant ${round}`), etag, by)
  }
  clearInterval(looking)
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
  )
  assert.ok(numbers.length > 10)
})

test('a secret that was set a moment before is the one that is used', async () => {
  await using site = await plcSite()
  await using watch = await watched(site)
  await watch.ended(item, 1)
  assert.equal((await site.run(['secrets', 'set', 'plc'], 'first\n')).code, 0)
  watch.node.capture({ items: [item], by, ignoreQuiet: false })
  await watch.ended(item, 2)
  assert.equal(watch.node.archive(by).secrets.get('plc'), 'first')
})

test('errors of opening are told as they are', async () => {
  await using site = await plcSite()
  await writeFile(site.at('site.yaml'), 'zones: 7')
  await rm(site.at('data/site-in-force.yaml'))
  const opening = openSiteNode({ folder: site.folder, onTrouble: () => undefined }, never)
  await assert.rejects(opening, (error: unknown) => error instanceof BlackstartError && error.code === 'site-invalid')
})

test('where a change of the site file could not be stored, the next one can as soon as that is mended', async () => {
  await using site = await plcSite()
  await using watch = await watched(site)
  await watch.ended(item, 1)
  await watch.ended('hmi/project', 1)
  const { text, etag } = watch.node.site()
  const change = () => watch.node.changeSite(`${text}\n# another\n`, etag, by)
  const journal = site.at('data/journal.jsonl')
  const sound = await readFile(journal)
  await writeFile(journal, Buffer.concat([sound, Buffer.from('{"seq":0}\n')]))
  await assert.rejects(change(), { code: 'integrity' })
  await writeFile(journal, sound)
  assert.match((await change()).text, /# another/)
})
