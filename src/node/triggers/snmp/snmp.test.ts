import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { sendUdp, snmpTrigger, type TestTriggers, testTriggers } from '../test-triggers.ts'
import { isWanted, notificationOid } from './notification-oid.ts'

const run = promisify(execFile)
const skip = existsSync('/usr/bin/snmptrap') ? false : 'snmptrap is missing: run lab/setup'
const configured = '1.3.6.1.4.1.9.9.43.2.0.1'
const coldStart = '1.3.6.1.6.3.1.1.5.1'
const linkUp = '1.3.6.1.6.3.1.1.5.4'
const community = 'secret of traps'

type Words = readonly string[]
const send = (program: 'snmptrap' | 'snmpinform', words: Words) =>
  run(program, ['-m', '', '-Oqn', '-r', '0', '-t', '2', ...words], { timeout: 10_000 })
const to = (port: number, from = '127.0.0.1'): Words => [`--clientaddr=${from}`, `udp:127.0.0.1:${port}`]
const v2c = (port: number, oid: string, { from = '127.0.0.1', name = community } = {}) => [
  '-v',
  '2c',
  '-c',
  name,
  ...to(port, from),
  '',
  oid,
  '1.3.6.1.2.1.1.5.0',
  's',
  'SW-1',
]
const v1 = (port: number, enterprise: string, generic: number, specific: number) => [
  '-v',
  '1',
  '-c',
  community,
  ...to(port),
  enterprise,
  '127.0.0.1',
  `${generic}`,
  `${specific}`,
  '1',
]

const items = async (plant: TestTriggers, count = 2) => (await plant.askedFor(count)).map(({ item }) => item)
const both = ['switch-a/config', 'switch-a/firmware']

test('a trap of version 2c has the sender’s items captured', { skip, timeout: 30_000 }, async () => {
  await using plant = testTriggers([snmpTrigger()])
  await send('snmptrap', v2c(await plant.port(), configured))
  assert.deepEqual(await items(plant), both)
  assert.deepEqual(plant.asked[0]?.seen, {
    ...{ trigger: 'traps', what: `ciscoConfigManEvent (${configured})`, from: '127.0.0.1' },
  })
})

test('traps of version 1 are translated', { skip, timeout: 30_000 }, async () => {
  for (const [enterprise, generic, specific, name] of [
    ['1.3.6.1.4.1.9.9.43.2', 6, 1, 'ciscoConfigManEvent'],
    ['1.3.6.1.4.1.9', 0, 0, 'coldStart'],
    ['1.3.6.1.2.1.47.2', 6, 1, 'entConfigChange'],
  ] as const) {
    await using plant = testTriggers([snmpTrigger({ version: '1' })])
    await send('snmptrap', v1(await plant.port(), enterprise, generic, specific))
    assert.deepEqual(await items(plant), both)
    assert.equal(plant.asked[0]?.seen.what.split(' ')[0], name)
  }
})

test('an inform is answered, so that the device does not send it again', { skip, timeout: 30_000 }, async () => {
  await using plant = testTriggers([snmpTrigger()])
  const port = await plant.port()
  await send('snmpinform', v2c(port, coldStart)) // fails where no answer comes
  assert.deepEqual(await items(plant), both)
  await assert.rejects(send('snmpinform', v2c(port, coldStart, { name: 'public' })), /Timeout/)
  await assert.rejects(send('snmpinform', v2c(port, coldStart, { from: '127.0.0.2' })), /Timeout/)
})

test('a wrong community is refused, and is never shown', { skip, timeout: 30_000 }, async () => {
  await using plant = testTriggers([snmpTrigger()])
  const port = await plant.port()
  await send('snmptrap', v2c(port, configured, { name: 'guessed' }))
  const state = await plant.until(({ counts }) => counts.refused === 1)
  assert.equal(state.counts.matched, 0)
  assert.doesNotMatch(JSON.stringify(state), /guessed|secret of/)
})

test('version 3 is refused, also without a user name, and not answered', { skip, timeout: 30_000 }, async () => {
  await using plant = testTriggers([snmpTrigger()])
  const port = await plant.port()
  const v3 = ['-v', '3', '-l', 'noAuthNoPriv', '-u', 'admin', ...to(port), '', configured]
  await send('snmptrap', ['-e', '0x8000000001020304', ...v3])
  await assert.rejects(send('snmpinform', v3), /Timeout/)
  await sendUdp(port, [nameless, longForm(nameless)])
  const { counts } = await plant.until(one => one.counts.received >= 4)
  assert.deepEqual([counts.refused, counts.matched], [counts.received, 0])
})

test('links that come and go are no change, unless they are asked for', { skip, timeout: 30_000 }, async () => {
  await using plant = testTriggers([snmpTrigger()])
  await send('snmptrap', v2c(await plant.port(), linkUp))
  await plant.until(({ counts }) => counts.ignored === 1)
  await using asking = testTriggers([snmpTrigger({}, { oids: ['1.3.6.1.6.3.1.1'], items: ['switch-a/config'] })])
  await send('snmptrap', v2c(await asking.port(), linkUp))
  assert.deepEqual(await items(asking, 1), ['switch-a/config'])
})

test('strangers and other versions are not acted on', { skip, timeout: 30_000 }, async () => {
  await using plant = testTriggers([snmpTrigger({ version: '2c' })])
  const port = await plant.port()
  await send('snmptrap', v2c(port, configured, { from: '127.0.0.2' }))
  await send('snmptrap', v1(port, '1.3.6.1.4.1.9', 0, 0))
  const { strangers, counts } = await plant.until(one => one.counts.received === 2)
  assert.deepEqual([strangers[0]?.address, counts.refused, counts.matched], ['127.0.0.2', 1, 0])
})

test('without its secret it does not listen, and says what to do', async () => {
  await using plant = testTriggers([snmpTrigger()], { secret: () => null })
  const { text } = await plant.until(({ status }) => status === 'failed')
  assert.match(text, /^trigger traps: needs the secret "traps", which is not set\. Set it: /)
})

type Bytes = Uint8Array<ArrayBuffer>

/** BER, with lengths below 128. */
function tlv(tag: number, ...parts: readonly (Uint8Array | number | string)[]): Bytes {
  const body = parts.map(part =>
    typeof part === 'object' ? part : Buffer.from(typeof part === 'number' ? [part] : part),
  )
  const content = new Uint8Array(Buffer.concat(body))
  return Uint8Array.of(tag, content.length, ...content)
}

/** The same with its length in two more bytes. */
function longForm(message: Bytes): Bytes {
  return Uint8Array.of(message[0] ?? 0, 0x82, 0, ...message.subarray(1))
}

const trapOid = tlv(0x06, Buffer.from('2b060106030101040100', 'hex'))
const varbinds = tlv(0x30, tlv(0x30, trapOid, tlv(0x06, Buffer.from('2b0601060301010501', 'hex'))))
const pdu = tlv(0xa7, tlv(0x02, 1), tlv(0x02, 0), tlv(0x02, 0), varbinds)
/** A coldStart of version 2c. */
const trap = tlv(0x30, tlv(0x02, 1), tlv(0x04, community), pdu)
/** The same in version 3, without a user and without any proof (RFC 3412, 6; RFC 3414, 2.4). */
const nameless = tlv(
  0x30,
  ...[tlv(0x02, 3), tlv(0x30, tlv(0x02, 1), tlv(0x02, 0x7f), tlv(0x04, 0), tlv(0x02, 3))],
  tlv(0x04, tlv(0x30, tlv(0x04, 'engine'), tlv(0x02, 0), tlv(0x02, 0), tlv(0x04), tlv(0x04), tlv(0x04))),
  tlv(0x30, tlv(0x04, 'engine'), tlv(0x04), pdu),
)

test('damaged and hostile datagrams end nothing and hang nothing', { timeout: 60_000 }, async () => {
  const damaged = Array.from(trap.keys(), at => trap.slice(0, at))
  for (const at of trap.keys()) for (const flip of [0x01, 0x80, 0xff]) damaged.push(flipped(at, flip))
  const random = fc.sample(fc.uint8Array({ maxLength: 400 }), 300)
  const inside = fc
    .sample(fc.tuple(fc.nat(trap.length - 1), fc.uint8Array({ minLength: 1, maxLength: 30 })), 300)
    .map(([at, bytes]) => Uint8Array.of(...trap.subarray(0, at), ...bytes, ...trap.subarray(at)))
  await using plant = testTriggers([snmpTrigger()])
  const port = await plant.port()
  const all = [...damaged, ...random, ...inside, Buffer.alloc(60_000, 0x30)]
  await sendUdp(port, all)
  await sendUdp(port, [longForm(trap), trap])
  const { counts } = await plant.until(
    one => one.last?.seen.what.startsWith('coldStart') === true && one.counts.received > 500,
  )
  assert.ok(counts.malformed > 100 && counts.refused > 10, JSON.stringify(counts))
})

function flipped(at: number, mask: number): Bytes {
  const copy = trap.slice()
  copy[at] = (copy[at] ?? 0) ^ mask
  return copy
}

test('which notification it is, is read as RFC 3584 has it', () => {
  assert.equal(notificationOid({ type: 164, enterprise: '1.2', generic: 3, specific: 7 }), linkUp)
  assert.equal(notificationOid({ type: 164, enterprise: '1.2', generic: 6, specific: 7 }), '1.2.0.7')
  assert.equal(notificationOid({ type: 164, enterprise: '1.2', generic: 9, specific: 7 }), null)
  assert.equal(notificationOid({ type: 167, varbinds: [] }), null)
  assert.equal(notificationOid({ type: 167, varbinds: [{ oid: '1.3.6.1.6.3.1.1.4.1.0', type: 4, value: 'x' }] }), null)
  assert.ok(isWanted('1.2.3.4', ['1.2.3']) && isWanted('1.2.3', ['1.2.3']) && !isWanted('1.2.34', ['1.2.3']))
})
