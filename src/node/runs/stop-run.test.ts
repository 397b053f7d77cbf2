import assert from 'node:assert/strict'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { by, journal, slowSite, watched } from '../test-node.ts'
import { captureHistory } from '../views/capture-history.ts'
import { journalRows } from '../views/journal-rows.ts'

const slow = 'plc-0/program'
const page = { outcome: 'failed', limit: 5 } as const

test('who stops a capture is in its run, in the journal and in the history, and is told again by a rebuilt catalog', async () => {
  await using site = await slowSite(1)
  const said = `${slow}: jo stopped the capture; nothing of it was kept.`
  {
    await using watch = await watched(site)
    const run = await watch.until(() => watch.node.runs().find(({ state }) => state === 'reading'))
    assert.equal(await watch.node.stop(run.id, by), true)
    const ended = watch.node.runs().find(({ id }) => id === run.id)
    assert.deepEqual([ended?.outcome, ended?.stoppedBy, ended?.error], ['interrupted', 'jo (10.0.0.7)', null])
    assert.equal(await watch.node.stop(run.id, by), false)
    const archive = watch.node.archive(by)
    const { rows } = await journalRows(archive, { what: ['stopped'], limit: 5 })
    assert.deepEqual(
      rows.map(({ actor, from, item, sentence, event }) => ({ actor, from, item, sentence, run: event.run })),
      [
        {
          ...{ actor: 'jo', from: '10.0.0.7', item: slow, run: run.id },
          sentence: `${slow}: the capture was stopped; nothing of it was kept.`,
        },
      ],
    )
    const [failed] = (await captureHistory(archive.record.catalog, slow, page)).rows
    assert.deepEqual(
      [failed?.time, failed?.failure?.code, failed?.failure?.message],
      [ended?.begun, 'interrupted', said],
    )
  }
  assert.equal((await site.run(['catalog', 'rebuild'])).code, 0)
  await using archive = await site.open()
  const [again] = (await captureHistory(archive.record.catalog, slow, page)).rows
  assert.equal(again?.failure?.message, said)
})

test('a capture that waits is stopped as well; nothing of it is in the history', async () => {
  await using site = await slowSite(1)
  await using watch = await watched(site)
  await watch.until(() => watch.node.runs().find(({ state }) => state === 'reading'))
  const [waiting] = watch.node.capture({ items: [slow], by, ignoreQuiet: false })
  assert.equal(waiting?.state, 'waiting')
  // pressed twice
  const stops = [watch.node.stop(waiting?.id ?? '', by), watch.node.stop(waiting?.id ?? '', by)]
  assert.deepEqual(await Promise.all(stops), [true, true])
  const noted = (await journal(site)).filter(({ event }) => event.type === 'stopped')
  assert.deepEqual(
    noted.map(({ event }) => [event.item, event.run, event.at]),
    [[slow, waiting?.id, null]],
  )
  const { catalog } = watch.node.archive(by).record
  assert.deepEqual((await captureHistory(catalog, slow, page)).rows, [])
})

test('a write-back that is stopped while the device is read first writes nothing, and says who stopped it', async () => {
  await using site = await slowSite(1)
  await using watch = await watched(site)
  const version = (await watch.ended(slow, 1)).version ?? ''
  const file = site.at('plc-0/a.bin')
  await writeFile(file, Buffer.alloc(100_000, 7))
  const { run, ended } = watch.node.writeToDevice({ item: slow, version, by, withoutSafety: true, reason: '' })
  await watch.until(() => watch.node.runs().find(({ id, state }) => id === run.id && state === 'reading'))
  assert.equal(await watch.node.stop(run.id, by), true)
  assert.deepEqual([(await ended).outcome, (await ended).stoppedBy], ['interrupted', 'jo (10.0.0.7)'])
  assert.equal(await watch.node.stop(run.id, by), false, 'pressed again')
  assert.equal((await readFile(file))[0], 7)
  const events = (await journal(site)).map(({ event }) => event)
  const noted = events.find(({ type }) => type === 'stopped')
  assert.deepEqual([noted?.does, noted?.version, typeof noted?.at], ['write', version, 'string'])
  assert.equal(
    events.some(({ type }) => type === 'restored'),
    false,
  )
})

test('a second write-back on a device is refused while one waits or goes on, by whoever that is; one that waits is stopped', async () => {
  await using site = await slowSite(1)
  await using watch = await watched(site)
  const version = (await watch.ended(slow, 1)).version ?? ''
  watch.node.capture({ items: [slow], by, ignoreQuiet: false })
  await watch.until(() => watch.node.runs().find(({ state }) => state === 'reading'))
  const wanted = { item: slow, version, by, withoutSafety: true, reason: '' }
  const { run, ended } = watch.node.writeToDevice(wanted)
  const again = () => watch.node.writeToDevice(wanted)
  assert.throws(again, { code: 'refused', message: new RegExp(`^jo waits to write ${version} to ${slow}: `) })
  assert.equal(await watch.node.stop(run.id, by), true)
  assert.deepEqual([(await ended).outcome, (await ended).begun], ['interrupted', null])
  const second = again()
  await watch.until(() => watch.node.runs().find(({ id, state }) => id === second.run.id && state !== 'waiting'))
  assert.throws(again, { code: 'refused', message: new RegExp(`^jo is writing ${version} to ${slow}: `) })
  assert.equal((await second.ended).outcome, 'written')
  assert.equal((await again().ended).outcome, 'written')
})

test('a write-back that has failed by itself is not stopped any more, and whoever tries is told at once', async () => {
  await using site = await slowSite(1)
  await using watch = await watched(site)
  await watch.ended(slow, 1)
  const { run, ended } = watch.node.writeToDevice({
    item: slow,
    version: 'nothing',
    by,
    withoutSafety: true,
    reason: '',
  })
  assert.equal((await ended).outcome, 'failed')
  assert.equal(await watch.node.stop(run.id, by), false)
  assert.equal(watch.node.runs().find(({ id }) => id === run.id)?.stoppedBy, null)
})

test('where the journal cannot note who stopped it, the run is stopped all the same, and that is said', async () => {
  await using site = await slowSite(1)
  await using watch = await watched(site)
  const run = await watch.until(() => watch.node.runs().find(({ state }) => state === 'reading'))
  await appendFile(site.at('data/journal.jsonl'), '{"seq":0}\n')
  await assert.rejects(
    watch.node.stop(run.id, by),
    /the run was stopped, but the journal could not note who stopped it/,
  )
  assert.equal(watch.node.runs().find(({ id }) => id === run.id)?.outcome, 'interrupted')
})
