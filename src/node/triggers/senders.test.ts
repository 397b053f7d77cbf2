import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { AssetSenders, plainAddress } from './senders.ts'
import { syslogTrigger, testSiteWith, testTriggers } from './test-triggers.ts'

const [first, second, third] = testSiteWith([]).assets
const ids = (assets: readonly { readonly id: string }[]) => assets.map(({ id }) => id)

test('an address has one spelling', () => {
  for (const [address, plain] of [
    ['::ffff:10.1.3.2', '10.1.3.2'],
    ['10.1.3.2', '10.1.3.2'],
    ['FE80:0:0::1%eth0', 'fe80::1'],
    ['2001:DB8::0001', '2001:db8::1'],
    ['', ''],
  ] as const) {
    assert.equal(plainAddress(address), plain)
  }
})

test('assets are found by their address, and by those of their host name while it has some', async () => {
  assert.ok(first && second && third)
  const senders = new AssetSenders([
    { ...first, address: '2001:db8:0::1' },
    { ...second, address: 'plc.plant' },
    { ...third, address: null },
  ])
  assert.deepEqual(ids(senders.at('2001:DB8::1')), [first.id])
  assert.deepEqual(senders.at('10.1.3.2'), [])
  const signal = new AbortController().signal
  await senders.lookUp(async () => ['10.1.3.2', '2001:db8::1'], signal)
  assert.deepEqual(ids(senders.at('::ffff:10.1.3.2')), [second.id])
  assert.deepEqual(ids(senders.at('2001:db8::1')), [first.id, second.id])
  await senders.lookUp(() => Promise.reject(new Error('no name server')), signal)
  assert.deepEqual(ids(senders.at('10.1.3.2')), [second.id], 'it keeps what it had')
  await senders.lookUp(async () => ['10.1.3.3'], signal)
  assert.deepEqual(senders.at('10.1.3.2'), [])
})

test('a trigger listens on IPv6 too', { timeout: 30_000 }, async t => {
  const triggers = [syslogTrigger({ listen: '::1' })]
  const base = testSiteWith(triggers)
  const site = { ...base, assets: base.assets.map(asset => ({ ...asset, address: '0:0::1' })) }
  await using plant = testTriggers(triggers, { site })
  const state = await plant.until(({ status }) => status === 'working' || status === 'failed')
  if (/no address of this machine/.test(state.text)) return t.skip('this machine has no IPv6')
  assert.match(state.text, /^listens on UDP \[::1\]:\d+$/)
  const socket = dgram.createSocket('udp6')
  socket.send('<189>Nov 23 10:11:12 plc %SYS-5-CONFIG_I: x', await plant.port(), '::1')
  await once(socket, 'listening')
  assert.equal((await plant.askedFor(1))[0]?.item, 'plc/program')
  socket.close()
})
