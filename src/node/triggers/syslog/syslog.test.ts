import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'node:test'
import { eventually, sendUdp, syslogTrigger, testSiteWith, testTriggers } from '../test-triggers.ts'

const changed = '<189>45: Nov 23 10:11:12: %SYS-5-CONFIG_I: Configured from console by vty0 (10.1.3.9)'
const linkUp = '<189>46: Nov 23 10:11:13: %LINK-3-UPDOWN: Interface Gi1/1, changed state to up'

async function connected(port: number, from = '127.0.0.1'): Promise<net.Socket> {
  const socket = net.connect({ host: '127.0.0.1', port, localAddress: from })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

test('a device that says that it was configured has its items captured', { timeout: 30_000 }, async () => {
  await using plant = testTriggers([syslogTrigger()])
  await sendUdp(await plant.port(), [linkUp, changed])
  const seen = {
    trigger: 'syslog',
    what: '%SYS-5-CONFIG_I: Configured from console by vty0 (10.1.3.9)',
    from: '127.0.0.1',
  }
  assert.deepEqual(await plant.askedFor(2), [
    { item: 'switch-a/config', seen, events: 1 },
    { item: 'switch-a/firmware', seen, events: 1 },
  ])
  const { counts, last } = plant.state()
  assert.deepEqual([counts.received, counts.matched, counts.ignored], [2, 1, 1])
  assert.deepEqual(last?.seen, seen)
})

test('a trigger may be for some items only, and for other words', { timeout: 30_000 }, async () => {
  await using plant = testTriggers([syslogTrigger({}, { items: ['switch-a/config'], match: ['LINK*changed state'] })])
  await sendUdp(await plant.port(), [changed, linkUp])
  await plant.until(({ counts }) => counts.received === 2)
  assert.deepEqual(
    (await plant.askedFor(1)).map(({ item }) => item),
    ['switch-a/config'],
  )
  assert.equal(plant.state().counts.ignored, 1)
})

test('what comes from an address that is no asset’s is counted and shown, and nothing else', {
  timeout: 30_000,
}, async () => {
  await using plant = testTriggers([syslogTrigger()])
  const port = await plant.port()
  await sendUdp(port, [changed, '<189>Nov 23 10:11:12 switch-a %SYS-5-CONFIG_I: it says it is another'], '127.0.0.2')
  const { counts, strangers } = await plant.until(one => one.counts.strangers === 2)
  assert.equal(counts.matched, 0)
  assert.deepEqual(
    strangers.map(({ address, count }) => [address, count]),
    [['127.0.0.2', 2]],
  )
  assert.deepEqual(plant.asked, [])
})

test('a relay’s message is that of the asset that it names, a device’s always its own', {
  timeout: 30_000,
}, async () => {
  const named = (host: string) => `<189>Nov 23 10:11:12 ${host} %SYS-5-CONFIG_I: Configured`
  await using plant = testTriggers([syslogTrigger({ relays: ['plc'] })])
  const port = await plant.port()
  await sendUdp(port, [named('switch-a.plant.example'), named('nobody'), changed], '127.0.0.3')
  assert.deepEqual(
    (await plant.askedFor(2)).map(({ item }) => item),
    ['switch-a/config', 'switch-a/firmware'],
  )
  assert.equal(plant.state().counts.ignored, 2, 'nobody, and nothing')

  await using direct = testTriggers([syslogTrigger()])
  await sendUdp(await direct.port(), [named('switch-a')], '127.0.0.3')
  assert.deepEqual(
    (await direct.askedFor(1)).map(({ item }) => item),
    ['plc/program'],
  )
})

test('of several assets at one address the message names one, or means all', { timeout: 30_000 }, async () => {
  const triggers = [syslogTrigger()]
  const base = testSiteWith(triggers)
  const site = { ...base, assets: base.assets.map(asset => ({ ...asset, address: '127.0.0.1' })) }
  for (const [text, items] of [
    ['<189>Nov 23 10:11:12 hmi %SYS-5-CONFIG_I: x', ['hmi/project']],
    [changed, ['switch-a/config', 'switch-a/firmware', 'plc/program', 'hmi/project']],
  ] as const) {
    await using plant = testTriggers(triggers, { site })
    await sendUdp(await plant.port(), [text])
    assert.deepEqual(
      (await plant.askedFor(items.length)).map(({ item }) => item),
      items,
    )
  }
})

test('host names of assets are looked up', { timeout: 30_000 }, async () => {
  const triggers = [syslogTrigger()]
  const base = testSiteWith(triggers)
  const site = { ...base, assets: base.assets.map(asset => ({ ...asset, address: `${asset.id}.plant` })) }
  const lookup = async (name: string) => {
    if (name !== 'plc.plant') throw new Error('no such name')
    return ['::ffff:127.0.0.1']
  }
  await using plant = testTriggers(triggers, { site, lookup })
  await sendUdp(await plant.port(), [changed])
  assert.deepEqual(
    (await plant.askedFor(1)).map(({ item }) => item),
    ['plc/program'],
  )
})

test('over TCP messages come counted or as lines, in pieces, several in one connection', {
  timeout: 30_000,
}, async () => {
  await using plant = testTriggers([syslogTrigger({ transport: 'tcp' })])
  const port = await plant.port()
  assert.match(plant.state().text, /^listens on TCP 127\.0\.0\.1:\d+$/)
  const socket = await connected(port)
  for (const byte of `${linkUp.length} ${linkUp}${linkUp}\n`) socket.write(byte)
  socket.end(changed) // without an end
  await plant.askedFor(2)
  assert.deepEqual([plant.state().counts.received, plant.state().counts.matched], [3, 1])
})

test('a stranger’s connection is closed at once, and an asset keeps few', { timeout: 30_000 }, async () => {
  await using plant = testTriggers([syslogTrigger({ transport: 'tcp' })])
  const port = await plant.port()
  const stranger = await connected(port, '127.0.0.2')
  stranger.resume()
  await once(stranger, 'close')
  assert.equal(plant.state().counts.strangers, 1)
  const sockets: net.Socket[] = []
  for (let count = 0; count < 12; count++) sockets.push((await connected(port)).resume())
  await eventually(() => sockets.filter(({ closed }) => closed).length === 8)
  sockets.at(-1)?.write(`${changed}\n`)
  await plant.askedFor(2)
  await plant.triggers[Symbol.asyncDispose]()
  await eventually(() => sockets.every(({ closed }) => closed))
})

test('a storm of ten thousand messages is one capture, and what is too much is counted', {
  timeout: 60_000,
}, async () => {
  await using plant = testTriggers([syslogTrigger({}, { items: ['switch-a/config'] })])
  const port = await plant.port()
  await sendUdp(port, Array(10_000).fill(changed))
  await plant.askedFor(1)
  const { counts } = plant.state()
  assert.ok(counts.received > 5000, JSON.stringify(counts))
  assert.equal(counts.matched + counts.dropped, counts.received)
  assert.ok(counts.dropped > 0)
  assert.ok(plant.asked.length <= 2, 'the second once the first has begun')
  assert.equal(plant.triggers.counts().asked, plant.asked.length)
})

test('hostile messages end nothing, and what they say is shown as harmless text', { timeout: 30_000 }, async () => {
  await using plant = testTriggers([syslogTrigger({}, { items: ['switch-a/config'] })])
  const port = await plant.port()
  const hostile = [new Uint8Array(), Buffer.alloc(60_000, 0xff), '<999999>', '<1>1 - - - - - -', '\0'.repeat(500)]
  await sendUdp(port, [...hostile, `<189>%SYS-5-CONFIG_I:\u202e\u0007\u001b[31m<script>\r\n${'x'.repeat(9000)}`])
  const [asked] = await plant.askedFor(1)
  assert.match(asked?.seen.what ?? '', /^%SYS-5-CONFIG_I: \[31m<script> x+…$/)
  assert.equal(asked?.seen.what.length, 200)
  assert.ok(plant.state().counts.malformed >= 2)
})
