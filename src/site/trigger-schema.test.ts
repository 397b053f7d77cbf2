import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { commentedSite } from './example.ts'
import { parseSite } from './parse-site.ts'

const connectors = new Map([['files', z.strictObject({ path: z.string() })]])
const parse = (text: string) => parseSite(new TextEncoder().encode(text), connectors)
const base = commentedSite({ name: 'Test', timezone: 'UTC' })
const withTriggers = (...lines: readonly string[]) =>
  parse(`${base}\ntriggers:\n${lines.map(line => `  - ${line}\n`).join('')}`)

function only(line: string) {
  const { site, problems } = withTriggers(line)
  assert.deepEqual(problems, [])
  return site?.triggers[0]
}

function complaint(...lines: readonly string[]) {
  const { problems } = withTriggers(...lines)
  assert.equal(problems.length, 1, JSON.stringify(problems))
  return problems[0]!
}

const listens = 'listen: 127.0.0.1'

test('the triggers in the comments of a new site are valid', () => {
  const { site, problems } = parse(
    base.replace(/^# (triggers:\n)((?:# {3}.*\n)+)/m, (_, head, body) => head + body.replace(/^# /gm, '')),
  )
  assert.deepEqual(problems, [])
  assert.deepEqual(
    site?.triggers.map(({ id, via }) => `${id} ${via}`),
    ['engineering folder', 'syslog syslog', 'traps snmp', 'build-server hook'],
  )
})

test('a site has no trigger unless it says so', () => {
  assert.deepEqual(parse(base).site?.triggers, [])
})

test('what is left out has a sensible value', () => {
  const syslog = only(`{ id: s, via: syslog, options: { ${listens} } }`)
  assert.deepEqual(syslog, {
    ...{ id: 's', notes: null, via: 'syslog', match: [], items: [] },
    options: { listen: '127.0.0.1', port: 514, transport: 'udp', everyInterface: false, relays: [] },
  })
  const snmp = only(`{ id: t, via: snmp, options: { ${listens}, version: 1, community: { secret: traps } } }`)
  assert.deepEqual(snmp?.options, {
    ...{ listen: '127.0.0.1', port: 162, version: '1', everyInterface: false, community: { secret: 'traps' } },
  })
  const folder = only('{ id: f, via: folder, options: { path: x }, items: [plc-filler/program] }')
  assert.deepEqual(folder?.options, { path: 'x', pattern: '**', scan: null })
})

test('listening on every interface has to be said in so many words', () => {
  for (const address of ['0.0.0.0', "'::'", "'0::0'"]) {
    const refused = complaint(`{ id: s, via: syslog, options: { listen: ${address} } }`)
    assert.match(refused.message, /would listen on every interface/)
    assert.match(refused.allowed ?? '', /everyInterface: true/)
    only(`{ id: s, via: syslog, options: { listen: ${address}, everyInterface: true } }`)
  }
  const meant = complaint('{ id: s, via: syslog, options: { listen: 10.0.0.1, everyInterface: true } }')
  assert.match(meant.message, /is one interface/)
})

test('mistakes are told with their place', () => {
  const lines = base.split('\n').length + 2
  for (const [line, path, message] of [
    ['{ id: s, via: syslog, options: {} }', 'triggers[0].options.listen', /is missing/],
    ['{ id: s, via: syslog, options: { listen: plc } }', 'triggers[0].options.listen', /not an IP address/],
    ['{ id: s, via: syslog, options: { listen: 127.0.0.1, port: 0 } }', 'triggers[0].options.port', /0 is not allowed/],
    ['{ id: s, via: syslog, options: { listen: 127.0.0.1 }, match: ["**"] }', 'triggers[0].match[0]', /not allowed/],
    [
      '{ id: s, via: syslog, options: { listen: 127.0.0.1, relays: [nobody] } }',
      'triggers[0].options.relays[0]',
      /not an asset/,
    ],
    [
      '{ id: t, via: snmp, options: { listen: 127.0.0.1, community: public } }',
      'triggers[0].options.community',
      /not allowed/,
    ],
    ['{ id: h, via: hook, options: { secret: h } }', 'triggers[0].items', /is missing/],
    ['{ id: h, via: hook, options: { secret: h }, items: [plc-filler/progam] }', 'triggers[0].items[0]', /not an item/],
    ['{ id: f, via: foldr, options: { path: x }, items: [plc-filler/program] }', 'triggers[0].via', /not allowed/],
    [
      '{ id: f, via: folder, options: { pth: x, path: y }, items: [plc-filler/program] }',
      'triggers[0].options.pth',
      /unknown key/,
    ],
  ] as const) {
    const found = complaint(line)
    assert.equal(found.path, path, line)
    assert.match(found.message, message)
    assert.equal(found.line, lines, line)
    assert.ok(found.column > 4)
  }
  const twice = complaint(...Array(2).fill('{ id: h, via: hook, options: { secret: h }, items: [plc-filler/program] }'))
  assert.match(twice.message, /is taken by triggers\[0\]/)
})

test('how often an item is looked at is a duration, or never', () => {
  const of = (text: string) => parse(base.replace('# every: 15m ', `fingerprint: ${text}\n        # every: 15m `))
  assert.equal(String(of('1m').site?.assets[0]?.items[0]?.fingerprint), 'PT1M')
  assert.equal(of('never').site?.assets[0]?.items[0]?.fingerprint, 'never')
  assert.match(of('often').problems[0]?.message ?? '', /neither a duration nor never/)
})
