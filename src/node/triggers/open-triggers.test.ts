import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import type { HookTrigger } from '../../site/site.ts'
import { shownLine } from './shown-line.ts'
import { sendUdp, syslogTrigger, testTriggers } from './test-triggers.ts'

const changed = '<189>45: Nov 23 10:11:12: %SYS-5-CONFIG_I: Configured'
const hook: HookTrigger = {
  ...{ id: 'build-server', via: 'hook', items: ['plc/program'], notes: null },
  options: { secret: 'hook', from: null },
}

async function takenPort() {
  const socket = dgram.createSocket('udp4')
  socket.bind({ address: '127.0.0.1', port: 0 })
  await once(socket, 'listening')
  return { port: socket.address().port, close: () => socket.close() }
}

test('a site without triggers opens nothing', async () => {
  await using plant = testTriggers([])
  assert.deepEqual(plant.triggers.states(), [])
})

test('a trigger that cannot listen says what to do, stops no other, and works once it can', {
  timeout: 30_000,
}, async () => {
  const taken = await takenPort()
  const other = syslogTrigger({}, { id: 'other' })
  await using plant = testTriggers([syslogTrigger({ port: taken.port }), other])
  const failed = await plant.until(({ status }) => status === 'failed', 'syslog')
  assert.match(failed.text, /^trigger syslog: UDP port \d+ of 127\.0\.0\.1 is taken by another program.*Stop that one/)
  await sendUdp(await plant.port('other'), [changed])
  await plant.askedFor(2)
  taken.close()
  assert.equal(await plant.port('syslog'), taken.port)
})

test('an address that this machine does not have is told', { timeout: 30_000 }, async () => {
  for (const transport of ['udp', 'tcp'] as const) {
    await using plant = testTriggers([syslogTrigger({ listen: '192.0.2.1', transport })])
    const { text } = await plant.until(({ status }) => status === 'failed')
    assert.match(text, /192\.0\.2\.1 is no address of this machine now\. Check options\.listen/)
  }
})

test('closing releases the port, and asks for what was gathered', { timeout: 30_000 }, async () => {
  const plant = testTriggers([syslogTrigger()], { timing: { calm: 60_000, longest: 60_000, gap: 0 } })
  const port = await plant.port()
  await sendUdp(port, [changed])
  await plant.until(({ counts }) => counts.matched === 1)
  assert.deepEqual(plant.asked, [])
  await plant.triggers[Symbol.asyncDispose]()
  assert.equal(plant.asked.length, 2)
  await using again = testTriggers([syslogTrigger({ port })])
  assert.equal(await again.port(), port)
})

test('a change during a capture asks for one more when it has ended', { timeout: 30_000 }, async () => {
  await using plant = testTriggers([hook])
  plant.triggers.began('plc/program')
  plant.triggers.hook('build-server', 'secret of hook')
  plant.triggers.event('plc/program', { trigger: 'fingerprint', what: 'x', from: null })
  await new Promise(resolve => setTimeout(resolve, 200))
  assert.deepEqual(plant.asked, [])
  plant.triggers.ended('plc/program')
  const [asked] = await plant.askedFor(1)
  assert.deepEqual(asked, {
    item: 'plc/program',
    seen: { trigger: 'build-server', what: 'was called', from: null },
    events: 2,
  })
})

test('a hook takes its token and no other, and nothing for a while after many wrong ones', {
  timeout: 30_000,
}, async () => {
  await using plant = testTriggers([hook, syslogTrigger()])
  const { triggers } = plant
  assert.deepEqual(triggers.hook('build-server', 'secret of hook'), { accepted: true, items: ['plc/program'] })
  for (const [id, token] of [
    ['build-server', ''],
    ['build-server', 'secret of hoo'],
    ['build-server', 'secret of hook '],
    ['syslog', 'secret of hook'],
    ['nobody', 'secret of hook'],
    ['nobody', ''],
  ] as const) {
    assert.deepEqual(triggers.hook(id, token), { accepted: false }, `${id} ${token}`)
  }
  assert.equal(plant.state('build-server').counts.refused, 3)
  for (let guess = 0; guess < 30; guess++) triggers.hook('build-server', `guess ${guess}`)
  assert.deepEqual(triggers.hook('build-server', 'secret of hook'), { accepted: false })
})

test('a hook without its secret opens nothing, and says what to do', { timeout: 30_000 }, async () => {
  for (const value of [null, '']) {
    await using plant = testTriggers([hook], { secret: () => value })
    assert.deepEqual(plant.triggers.hook('build-server', ''), { accepted: false })
    const { text } = await plant.until(({ status }) => status === 'failed')
    assert.equal(
      text,
      'trigger build-server: needs the secret "hook", which is not set. Set it: blackstart secrets set hook',
    )
  }
})

test('what others wrote is one short line without marks that do something', () => {
  assert.equal(shownLine('a\r\n\tb\0c\u202ed\u2028e'), 'a b c d e')
  assert.equal(Array.from(shownLine('é'.repeat(500))).length, 200)
  assert.equal(shownLine('\ud800'), '\ufffd')
})
