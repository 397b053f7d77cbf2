import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { JournalLine } from '../../../archive/journal-event.ts'
import type { ChannelTarget, Outgoing } from '../channel.ts'
import { collect, listen, notice, testCertificate, testFolder } from '../test-rig.ts'
import { parseCef, parseFrames, parseRfc5424 } from './strict-parsers.ts'
import { syslog } from './syslog.ts'
import { type SyslogOptions, syslogOptions } from './syslog-options.ts'

const patience = () => AbortSignal.timeout(20_000)

function targetOf(folder: string, options: object): ChannelTarget<SyslogOptions> {
  const site = { name: 'Saint-Aubin', timezone: 'Europe/Paris' }
  const parsed = syslogOptions.parse({ host: '127.0.0.1', ...options })
  return { id: 'siem', options: parsed, folder, hostname: 'node-1', site, secret: name => `secret ${name}` }
}

const outgoing: Outgoing = {
  id: '0123456789abcdef0123456789abcdef',
  time: new Date('2026-11-23T05:00:01Z'),
  digest: false,
  notices: [
    notice({ title: 'Füller "geändert"]', facts: { bytes: 12 } }),
    notice({ id: 'n2', severity: 'critical', kind: 'failure' }),
  ],
}

async function overStream(t: TestContext, transport: 'tcp' | 'tls'): Promise<void> {
  const folder = await testFolder(t)
  const certificate = transport === 'tls' ? await testCertificate(folder) : null
  const collector = await collect(t, certificate)
  const tls = transport === 'tls' ? { ca: 'ca.pem' } : {}
  await syslog.send(targetOf(folder, { transport, port: collector.port, ...tls }), outgoing, patience())
  assert.equal(collector.received.length, 1)
  const [first, second, ...more] = parseFrames(collector.received[0]!).map(parseRfc5424)
  assert.deepEqual(more, [])
  assert.deepEqual([first?.text, first?.priority, first?.type], ['Füller "geändert"]', 16 * 8 + 4, 'drift'])
  assert.deepEqual([second?.priority, second?.parameters.get('id')], [16 * 8 + 2, 'n2'])
  assert.deepEqual(
    ['subject', 'zone', 'class', 'bytes', 'message'].map(name => first?.parameters.get(name)),
    ['plc-filler/program', 'cell-a', 'high', '12', outgoing.id],
  )
}

test('notices arrive over TCP, each with its length before it', t => overStream(t, 'tcp'))
test('notices arrive over TLS, from a receiver that the given authority vouches for', t => overStream(t, 'tls'))

test('a receiver whose certificate nobody vouches for gets nothing', async t => {
  const folder = await testFolder(t)
  const collector = await collect(t, await testCertificate(folder))
  const target = targetOf(folder, { transport: 'tls', port: collector.port })
  await assert.rejects(syslog.send(target, outgoing, patience()), {
    code: 'unreachable',
    message: /^siem: .*self-signed/,
  })
  assert.deepEqual(collector.received.map(String).join(''), '')
})

test('a certificate of another name is refused, and taken where the site names that name', async t => {
  const folder = await testFolder(t)
  const collector = await collect(t, await testCertificate(folder))
  const tls = { transport: 'tls', port: collector.port, ca: 'ca.pem' }
  const other = targetOf(folder, { ...tls, serverName: 'siem.plant.example' })
  await assert.rejects(syslog.send(other, outgoing, patience()), { code: 'unreachable', message: /altnames/ })
  await syslog.send(targetOf(folder, tls), outgoing, patience())
})

test('a file of authorities that is missing is named', async t => {
  const folder = await testFolder(t)
  const target = targetOf(folder, { transport: 'tls', port: 9, ca: 'none.pem' })
  await assert.rejects(syslog.send(target, outgoing, patience()), {
    code: 'not-found',
    message: /none\.pem.*options\.ca/,
  })
})

test('notices arrive as datagrams, in both formats', async t => {
  const socket = createSocket('udp4')
  t.after(() => socket.close())
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const arrived: Buffer[] = []
  socket.on('message', message => arrived.push(message))
  const options = { transport: 'udp', port: socket.address().port }
  await syslog.send(targetOf('/', options), outgoing, patience())
  await syslog.send(targetOf('/', { ...options, format: 'cef', facility: 'audit' }), outgoing, patience())
  assert.deepEqual(
    arrived.slice(0, 2).map(bytes => parseRfc5424(bytes).parameters.get('id')),
    ['n1', 'n2'],
  )
  const [cef] = arrived.slice(2).map(parseCef)
  assert.deepEqual(cef?.head.slice(3), ['drift', 'Füller "geändert"]', '5'])
  assert.deepEqual([cef?.clock, cef?.host, cef?.priority], ['Nov 23 06:00:00', 'node-1', 13 * 8 + 4])
  assert.equal(arrived.length, 4)
})

test('a receiver of datagrams that is not there is noticed where the host says so', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  await assert.rejects(syslog.send(targetOf('/', { transport: 'udp', port }), outgoing, patience()), {
    code: 'unreachable',
    message: /nothing listens there/,
  })
})

test('a receiver that closes before it has everything, or cuts, does not count as having it', async t => {
  for (const end of ['end', 'resetAndDestroy'] as const) {
    const server = createServer(socket => {
      socket.on('error', () => socket.destroy())
      socket.once('readable', () => socket[end]())
    })
    const port = await listen(server)
    t.after(() => server.close())
    const many = Array.from({ length: 2000 }, (_, index) => notice({ id: `n${index}`, title: 'x'.repeat(290) }))
    const target = targetOf('/', { transport: 'tcp', port })
    await assert.rejects(syslog.send(target, { ...outgoing, notices: many }, patience()), { code: 'unreachable' })
  }
})

test('an abort ends the sending at once', async t => {
  const server = createServer(socket => socket.on('error', () => socket.destroy()))
  const port = await listen(server)
  t.after(() => server.close())
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 50)
  const sending = syslog.send(targetOf('/', { transport: 'tls', port }), outgoing, stop.signal)
  await assert.rejects(sending, { name: 'AbortError' })
})

test('a line of the journal is sent with who, what, when, the result and its number', async t => {
  const collector = await collect(t, null)
  const prev = 'a'.repeat(64)
  const lines: JournalLine[] = [
    {
      ...{ seq: 7, time: '2026-11-23T05:00:00.000Z', actor: 'jo@node', prev },
      event: { type: 'approved', item: 'plc/program', version: 'v1', note: 'as "agreed"' },
    },
    {
      ...{ seq: 8, time: '2026-11-23T05:00:01.000Z', actor: 'node', prev },
      event: { type: 'failed', item: 'plc/program', at: 'x', code: 'unreachable', message: 'cut', milliseconds: 5 },
    },
    {
      ...{ seq: 9, time: '2026-11-23T05:00:02.000Z', actor: 'node', prev },
      event: { type: 'confirmed', at: 'x', items: { 'a/b': ['v', 1, 2], 'c/d': ['v', 1, 2] } },
    },
  ]
  await syslog.sendJournal?.(targetOf('/', { transport: 'tcp', port: collector.port }), lines, patience())
  const parsed = parseFrames(collector.received[0]!).map(parseRfc5424)
  assert.deepEqual(
    parsed.map(({ time, type, parameters }) => [
      time,
      type,
      ...['seq', 'actor', 'subject', 'result'].map(name => parameters.get(name)),
    ]),
    [
      ['2026-11-23T05:00:00.000Z', 'approved', '7', 'jo@node', 'plc/program', undefined],
      ['2026-11-23T05:00:01.000Z', 'failed', '8', 'node', 'plc/program', 'unreachable'],
      ['2026-11-23T05:00:02.000Z', 'confirmed', '9', 'node', undefined, 'success'],
    ],
  )
  assert.deepEqual([parsed[0]?.parameters.get('note'), parsed[0]?.parameters.get('prev')], ['as "agreed"', prev])
  assert.equal(parsed[2]?.parameters.get('items'), '2')
})
