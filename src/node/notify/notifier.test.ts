import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openJournal } from '../../archive/journal.ts'
import type { Notify } from '../../site/notify.ts'
import type { Notice } from './notice.ts'
import { type Notifier, openNotifier } from './notifier.ts'
import { parseFrames, parseRfc5424 } from './syslog/strict-parsers.ts'
import { collect, listen, notice, notifyOf, testFolder } from './test-rig.ts'

const patience = () => AbortSignal.timeout(30_000)

interface Rig {
  readonly notifier: Notifier
  readonly clock: { now: number }
  readonly troubles: string[]
  readonly journal: ReturnType<typeof openJournal>
  readonly folder: string
  open(): Notifier
}

async function rig(t: TestContext, notify: Notify, folder?: string): Promise<Rig> {
  const own = folder ?? (await testFolder(t))
  const clock = { now: Date.parse('2026-11-23T05:00:00Z') }
  const now = () => new Date(clock.now)
  const troubles: string[] = []
  const journal = openJournal({
    file: path.join(own, 'journal.jsonl'),
    actor: 'jo@node',
    locks: path.join(own, 'run'),
    now,
  })
  const opened: Notifier[] = []
  const open = () => {
    const notifier = openNotifier(
      {
        ...{ file: path.join(own, 'notices.sqlite'), folder: own, hostname: 'node-1', journal, now, random: () => 0.5 },
        secret: name => (name === 'hook' ? 'the hook key' : null),
        onTrouble: ({ message }) => troubles.push(message),
      },
      { name: 'Saint-Aubin', timezone: 'Europe/Paris', notify },
    )
    opened.push(notifier)
    return notifier
  }
  t.after(() => opened.at(-1)?.[Symbol.dispose]())
  return { notifier: open(), clock, troubles, journal, folder: own, open }
}

interface Hook {
  readonly messages: { readonly id: string; readonly digest: boolean; readonly notices: readonly Notice[] }[]
  readonly port: number
  status: number
  close(): Promise<void>
}

async function hook(t: TestContext, port = 0): Promise<Hook> {
  const messages: Hook['messages'] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      if (made.status < 300) messages.push(JSON.parse(Buffer.concat(chunks).toString('utf8')))
      response.writeHead(made.status).end()
    })
  })
  const close = () => {
    server.closeAllConnections()
    return new Promise<void>(done => server.close(() => done()))
  }
  const made: Hook = { messages, port: await listen(server, port), status: 200, close }
  t.after(close)
  return made
}

const hookChannel = (port: number, id = 'hook') => ({
  id,
  via: 'webhook',
  options: { url: `http://127.0.0.1:${port}/`, secret: 'hook' },
})
const siemChannel = (port: number, id = 'siem') => ({
  id,
  via: 'syslog',
  options: { host: '127.0.0.1', port, transport: 'tcp' },
})
const many = (count: number, over: Partial<Notice> = {}) =>
  Array.from({ length: count }, (_, index) => notice({ id: `n${index}`, title: `notice ${index}`, ...over }))
const titles = (of: Hook) => of.messages.map(({ notices }) => notices.map(({ title }) => title))

test('a notice is sent once, however often it is given, and after a restart too', async t => {
  const receiver = await hook(t)
  const { notifier, open } = await rig(t, notifyOf([hookChannel(receiver.port)]))
  notifier.notify([notice(), notice()])
  notifier.notify([notice()])
  assert.equal(await notifier.deliverDue(patience()), null)
  notifier[Symbol.dispose]()
  const again = open()
  again.notify([notice()])
  await again.deliverDue(patience())
  assert.equal(receiver.messages.length, 1)
  const [state] = again.state()
  assert.deepEqual([state?.waiting, state?.lastSuccess, state?.lastError], [0, '2026-11-23T05:00:00.000Z', null])
})

test('a storm becomes a few messages: the first at once, what follows a minute later, all of it in order', async t => {
  const receiver = await hook(t)
  const { notifier, clock } = await rig(t, notifyOf([hookChannel(receiver.port)]))
  notifier.notify([notice({ id: 'first', title: 'first' })])
  await notifier.deliverDue(patience())
  for (const one of many(90)) notifier.notify([one])
  assert.equal(await notifier.deliverDue(patience()), clock.now + 60_000)
  assert.equal(receiver.messages.length, 1)
  clock.now += 60_000
  await notifier.deliverDue(patience())
  assert.deepEqual(titles(receiver), [['first'], many(90).map(({ title }) => title)])
  notifier.notify([notice({ id: 'urgent', severity: 'alert' })])
  assert.equal(await notifier.deliverDue(patience()), clock.now + 10_000)
})

test('a digest holds everything since the last one, and comes by the clock of the site', async t => {
  const receiver = await hook(t)
  const rules = [
    {
      events: [],
      zones: [],
      classes: [],
      to: ['hook'],
      when: { digest: [{ days: [1, 2, 3, 4, 5, 6, 7], minute: 360 }] },
    },
  ]
  const { notifier, clock } = await rig(t, notifyOf([hookChannel(receiver.port)], { rules }))
  notifier.notify(many(3))
  // 06:00 in Paris is 05:00 UTC: now, so the next is tomorrow's
  assert.equal(await notifier.deliverDue(patience()), Date.parse('2026-11-24T05:00:00Z'))
  assert.deepEqual(
    notifier.state().map(({ waiting, digests }) => [waiting, digests]),
    [[3, 3]],
  )
  clock.now = Date.parse('2026-11-24T04:59:59Z')
  notifier.notify([notice({ id: 'late', title: 'late' })])
  await notifier.deliverDue(patience())
  assert.equal(receiver.messages.length, 0)
  clock.now += 1_000
  await notifier.deliverDue(patience())
  assert.deepEqual(
    [receiver.messages[0]?.digest, titles(receiver)],
    [true, [['notice 0', 'notice 1', 'notice 2', 'late']]],
  )
})

test('while the network is cut notices wait, with growing pauses, and then arrive in order', async t => {
  const first = await hook(t)
  const { port } = first
  await first.close()
  const { notifier, clock, troubles } = await rig(t, notifyOf([hookChannel(port)]))
  notifier.notify(many(2))
  const pauses: number[] = []
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const next = await notifier.deliverDue(patience())
    assert.ok(next !== null)
    pauses.push(next - clock.now)
    clock.now = next
  }
  assert.deepEqual(pauses, [5_000, 10_000, 20_000, 40_000])
  const [state] = notifier.state()
  assert.deepEqual([state?.waiting, state?.failures, state?.oldest], [2, 4, '2026-11-23T05:00:00.000Z'])
  assert.match(
    state?.lastError?.message ?? '',
    /^hook: the receiver http:\/\/127\.0\.0\.1:\d+ could not be reached: nothing listens there/,
  )
  assert.equal(troubles.length, 4)
  const back = await hook(t, port)
  await notifier.deliverDue(patience())
  assert.deepEqual(titles(back), [['notice 0', 'notice 1']])
  assert.deepEqual(
    notifier.state().map(({ waiting, failures, nextTry }) => [waiting, failures, nextTry]),
    [[0, 0, null]],
  )
})

test('a message that is tried again is the same one, with the same id, whatever has come since', async t => {
  const receiver = await hook(t)
  const ids: unknown[] = []
  const { notifier, clock, open } = await rig(t, notifyOf([hookChannel(receiver.port)]))
  receiver.status = 500
  notifier.notify(many(2))
  await notifier.deliverDue(patience())
  notifier.notify([notice({ id: 'more' })])
  notifier[Symbol.dispose]()
  receiver.status = 200
  clock.now += 3_600_000
  await open().deliverDue(patience())
  ids.push(...receiver.messages.map(({ id }) => id))
  assert.deepEqual(
    titles(receiver).map(list => list.length),
    [2],
  )
  assert.match(String(ids[0]), /^[0-9a-f]{32}$/)
})

test('a dead channel does not hold up another, nor the journal', async t => {
  const dead = createServer(() => undefined)
  const deadPort = await listen(dead)
  t.after(() => dead.closeAllConnections())
  t.after(() => dead.close())
  const alive = await hook(t)
  const collector = await collect(t, null)
  const channels = [hookChannel(deadPort, 'dead'), hookChannel(alive.port), siemChannel(collector.port)]
  const { notifier, journal } = await rig(t, notifyOf(channels, { journal: ['siem'] }))
  await journal.append([{ type: 'administered', action: 'initialised', detail: 'x' }], patience())
  const stop = new AbortController()
  const running = notifier.run(stop.signal)
  notifier.notify([notice()])
  for (let tries = 0; tries < 200 && (alive.messages.length === 0 || collector.received.length < 2); tries += 1)
    await sleep(50)
  assert.equal(alive.messages.length, 1)
  assert.equal(collector.received.length, 2)
  const began = performance.now()
  stop.abort()
  await running
  assert.ok(performance.now() - began < 2_000)
  assert.deepEqual(
    notifier.state().map(({ id, waiting, failures }) => [id, waiting, failures]),
    [
      ['dead', 1, 0],
      ['hook', 0, 0],
      ['siem', 0, 0],
    ],
  )
})

test('what grows too old is tried once more and given up, and that is told: there, elsewhere, and in the state', async t => {
  const receiver = await hook(t)
  const other = await hook(t)
  receiver.status = 503
  const { notifier, clock, troubles } = await rig(
    t,
    notifyOf([hookChannel(receiver.port), hookChannel(other.port, 'other')]),
  )
  notifier.notify(many(3))
  await notifier.deliverDue(patience())
  clock.now += 8 * 24 * 3_600_000
  await notifier.deliverDue(patience())
  assert.deepEqual(
    notifier.state().map(({ waiting, givenUp }) => [waiting, givenUp]),
    [
      [0, 3],
      [0, 0],
    ],
  )
  assert.ok(troubles.includes('hook: 3 notices were given up.'))
  clock.now += 3_600_000
  receiver.status = 200
  await notifier.deliverDue(patience())
  const told = receiver.messages.flatMap(({ notices }) => notices)
  assert.deepEqual(
    told.map(({ kind, title }) => [kind, title]),
    [['node', '3 notices could not be delivered to hook in time: look into the node']],
  )
  assert.equal(told[0]?.facts.givenUp, 3)
  assert.equal(titles(other).flat().at(-1), 'The channel hook cannot deliver: notices are being given up')
  clock.now += 3_600_000
  await notifier.deliverDue(patience())
  assert.equal(receiver.messages.length, 1)
})

test('what waited while the node was switched off is delivered, however old it is', async t => {
  const receiver = await hook(t)
  const { notifier, clock, open } = await rig(t, notifyOf([hookChannel(receiver.port)]))
  notifier.notify(many(2))
  notifier[Symbol.dispose]()
  clock.now += 30 * 24 * 3_600_000
  await open().deliverDue(patience())
  assert.deepEqual(titles(receiver), [['notice 0', 'notice 1']])
})

test('a message that its receiver will never take is given up after some attempts, and those behind it go on', async t => {
  const receiver = await hook(t)
  receiver.status = 413
  const { notifier, clock } = await rig(t, notifyOf([hookChannel(receiver.port)]))
  notifier.notify(many(1))
  for (let attempt = 0; attempt < 10; attempt += 1) clock.now = (await notifier.deliverDue(patience())) ?? clock.now
  receiver.status = 200
  notifier.notify([notice({ id: 'next', title: 'next' })])
  await notifier.deliverDue(patience())
  assert.deepEqual(titles(receiver), [['1 notice could not be delivered to hook in time: look into the node', 'next']])
})

test('too many notices: the oldest digests go first, and it is said', async t => {
  const receiver = await hook(t)
  const digest = {
    events: ['change' as const],
    zones: [],
    classes: [],
    to: ['hook'],
    when: { digest: [{ days: [1], minute: 360 }] },
  }
  const atOnce = { events: ['drift' as const], zones: [], classes: [], to: ['hook'], when: 'at-once' as const }
  const { notifier, troubles } = await rig(t, notifyOf([hookChannel(receiver.port)], { rules: [digest, atOnce] }))
  notifier.notify(many(6_000, { kind: 'change' }))
  notifier.notify(many(6_000).map(one => ({ ...one, id: `at once ${one.id}` })))
  const [state] = notifier.state()
  assert.deepEqual([state?.waiting, state?.digests, state?.givenUp], [10_000, 4_000, 2_000])
  assert.deepEqual(troubles, ['hook: 2000 notices were given up: too many wait.'])
})

test('bodies that take too much room are bounded too', async t => {
  const { notifier } = await rig(t, notifyOf([hookChannel(9)]))
  notifier.notify(many(1_000, { body: 'x'.repeat(60_000) }))
  const [state] = notifier.state()
  assert.ok(state !== undefined && state.waiting > 500 && state.waiting < 560, `${state?.waiting}`)
})

test('every line of the journal goes to syslog once, in order, and from where it had got to after a restart', async t => {
  const collector = await collect(t, null)
  const { notifier, journal, clock, open } = await rig(
    t,
    notifyOf([siemChannel(collector.port)], { journal: ['siem'] }),
  )
  const note = (count: number) =>
    journal.append(
      Array.from({ length: count }, () => ({
        type: 'administered' as const,
        action: 'key-added' as const,
        detail: 'x',
      })),
      patience(),
    )
  const sent = () =>
    collector.received.flatMap(parseFrames).map(frame => Number(parseRfc5424(frame).parameters.get('seq')))
  await note(450)
  await notifier.deliverDue(patience())
  assert.equal(notifier.state()[0]?.journal?.seq, 450)
  notifier[Symbol.dispose]()
  const again = open()
  await note(3)
  again.journalGrew()
  await again.deliverDue(patience())
  assert.deepEqual(
    sent(),
    Array.from({ length: 453 }, (_, index) => index + 1),
  )
  clock.now += 6_000
  await note(1)
  await again.deliverDue(patience())
  assert.equal(sent().at(-1), 454)
  again.resendJournal('siem')
  await again.deliverDue(patience())
  assert.equal(sent().length, 454 * 2)
})

test('a journal whose chain is broken is exported up to the break, and that shows', async t => {
  const collector = await collect(t, null)
  const { notifier, journal, folder } = await rig(t, notifyOf([siemChannel(collector.port)], { journal: ['siem'] }))
  for (const detail of ['a', 'b', 'c'])
    await journal.append([{ type: 'administered', action: 'key-added', detail }], patience())
  await notifier.deliverDue(patience())
  const file = path.join(folder, 'journal.jsonl')
  const text = await readFile(file, 'utf8')
  await journal.append([{ type: 'administered', action: 'key-added', detail: 'd' }], patience())
  const fourth = (await readFile(file, 'utf8')).slice(text.length)
  const tampered = fourth.replace(/"prev":"(.)/, (_, digit) => `"prev":"${digit === '0' ? '1' : '0'}`)
  await writeFile(file, text + tampered)
  notifier.journalGrew()
  await notifier.deliverDue(patience())
  const state = notifier.state()[0]?.journal
  assert.deepEqual([state?.seq, state?.failures], [3, 1])
  assert.match(state?.lastError?.message ?? '', /damaged or tampered with: line 4/)
})

test('a queue that is damaged is put aside, and that is told', async t => {
  const receiver = await hook(t)
  const folder = await testFolder(t)
  await writeFile(path.join(folder, 'notices.sqlite'), 'x'.repeat(8_192))
  const { notifier, troubles } = await rig(t, notifyOf([hookChannel(receiver.port)]), folder)
  await notifier.deliverDue(patience())
  assert.match(titles(receiver)[0]?.[0] ?? '', /^The queue of notices was damaged/)
  assert.equal(troubles.length, 1)
  assert.equal(await readFile(path.join(folder, 'notices.sqlite.damaged'), 'utf8'), 'x'.repeat(8_192))
})

test('where the disk does not take the queue, notices are sent from memory, and the journal waits', async t => {
  const receiver = await hook(t)
  const folder = await testFolder(t)
  await mkdir(path.join(folder, 'notices.sqlite'))
  const siem = await collect(t, null)
  const rules: Notify['rules'] = [{ events: [], zones: [], classes: [], to: ['hook'], when: 'at-once' }]
  const notify = notifyOf([hookChannel(receiver.port), siemChannel(siem.port)], { journal: ['siem'], rules })
  const { notifier, troubles, journal } = await rig(t, notify, folder)
  await journal.append([{ type: 'administered', action: 'key-added', detail: '1' }], patience())
  notifier.notify([notice()])
  await notifier.deliverDue(patience())
  assert.match(troubles.join(), /notices\.sqlite cannot be kept: .* held in memory, and the journal is not exported/)
  await siem.close()
  assert.doesNotMatch(Buffer.concat(siem.received).toString(), /key-added/)
  assert.equal(receiver.messages.length, 1)
})

test('the queue belongs to one node at a time', async t => {
  const { open } = await rig(t, notifyOf([hookChannel(9)]))
  assert.throws(open, { code: 'refused', message: /held by another process/ })
})

test('a test message goes at once, and tells what stands in its way', async t => {
  const receiver = await hook(t)
  const { notifier } = await rig(t, notifyOf([hookChannel(receiver.port)]))
  await notifier.test('hook', patience())
  assert.match(titles(receiver)[0]?.[0] ?? '', /^Test of the channel hook/)
  receiver.status = 403
  await assert.rejects(notifier.test('hook', patience()), { code: 'login-refused' })
  await assert.rejects(notifier.test('none', patience()), { code: 'not-found' })
})

test('a secret that is not set is named, and the notice waits for it', async t => {
  const receiver = await hook(t)
  const options = { url: `http://127.0.0.1:${receiver.port}/`, secret: 'unset' }
  const { notifier } = await rig(t, notifyOf([{ id: 'hook', via: 'webhook', options }]))
  notifier.notify([notice()])
  await notifier.deliverDue(patience())
  assert.match(notifier.state()[0]?.lastError?.message ?? '', /blackstart secrets set unset/)
  assert.equal(notifier.state()[0]?.waiting, 1)
})

test('no secret is in the queue, whatever failed', async t => {
  const receiver = await hook(t)
  receiver.status = 401
  const { notifier, folder, troubles } = await rig(t, notifyOf([hookChannel(receiver.port)]))
  notifier.notify([notice()])
  await notifier.deliverDue(patience())
  notifier[Symbol.dispose]()
  assert.ok(!(await readFile(path.join(folder, 'notices.sqlite'), 'latin1')).includes('the hook key'))
  assert.equal(troubles.length, 1)
})

test('another site file takes effect at once; what waits for a channel that is gone is dropped', async t => {
  const receiver = await hook(t)
  const { notifier } = await rig(t, notifyOf([hookChannel(9, 'old')]))
  notifier.notify([notice()])
  notifier.use({ name: 'Saint-Aubin', timezone: 'UTC', notify: notifyOf([hookChannel(receiver.port)]) })
  notifier.notify([notice({ id: 'n2', title: 'second' })])
  await notifier.deliverDue(patience())
  assert.deepEqual(titles(receiver), [['second']])
})
