import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { severities } from '../notice.ts'
import { formatCef } from './format-cef.ts'
import { formatRfc5424 } from './format-rfc5424.ts'
import { syslogEventOf } from './journal-event-words.ts'
import { parseCef, parseRfc5424 } from './strict-parsers.ts'
import { type SyslogEvent, type SyslogSender, withoutControls } from './syslog-event.ts'

const sender: SyslogSender = { facility: 13, hostname: 'node-1', timezone: 'Europe/Paris', version: '1.2.3' }
const event: SyslogEvent = {
  ...{ severity: 'error', time: '2026-11-03T05:00:00.123Z', type: 'drift', id: 'journal:7:drift', seq: 7 },
  ...{ text: 'plc-filler/program differs', actor: 'jo@node', subject: 'plc-filler/program', result: 'failed' },
  details: [
    ['zone', 'cell-a'],
    ['bytes', 12],
    ['none', null],
  ],
}

test('a message of RFC 5424 has priority, time, host, type, parameters and text', () => {
  const written = formatRfc5424(event, sender, 8192).toString()
  assert.equal(
    written,
    '<107>1 2026-11-03T05:00:00.123Z node-1 blackstart - drift [blackstart@32473 id="journal:7:drift" seq="7" actor="jo@node" subject="plc-filler/program" result="failed" zone="cell-a" bytes="12"] plc-filler/program differs',
  )
})

test('text that is not plain ASCII begins with the mark of UTF-8', () => {
  const written = formatRfc5424({ ...event, text: 'Füller geändert' }, sender, 8192)
  assert.ok(written.includes(Buffer.from([0x20, 0xef, 0xbb, 0xbf])))
  assert.equal(parseRfc5424(written).text, 'Füller geändert')
})

test('a message of CEF has its seven fields and its extension, by the clock of the site', () => {
  const written = formatCef(event, sender, 8192).toString()
  assert.equal(
    written,
    '<107>Nov  3 06:00:00 node-1 CEF:0|Blackstart|Blackstart|1.2.3|drift|plc-filler/program differs|7|rt=1793682000123 externalId=journal:7:drift act=drift suser=jo@node outcome=failed cs1Label=subject cs1=plc-filler/program cs2Label=details cs2=zone: cell-a; bytes: 12 cn1Label=seq cn1=7 msg=plc-filler/program differs',
  )
})

test('a line of the journal says who did what and from where, with a result that a collector can count', () => {
  const person = { type: 'person', name: 'claire', by: 'claire', from: '10.1.3.9', detail: 'by password' } as const
  const line = (action: 'signed-in' | 'sign-in-refused') =>
    syslogEventOf({ seq: 13, time: event.time, actor: 'node@vm', event: { ...person, action }, prev: 'ab' })
  const signedIn = formatCef(line('signed-in'), sender, 8192).toString()
  assert.match(signedIn, /\|claire signed in: by password\.\|/)
  assert.match(signedIn, / suser=claire src=10\.1\.3\.9 outcome=success /)
  const refused = line('sign-in-refused')
  assert.equal(refused.severity, 'warning')
  assert.match(formatCef(refused, sender, 8192).toString(), / suser=claire src=10\.1\.3\.9 outcome=refused /)
  const approved = { type: 'approved', item: 'plc-filler/program', version: 'v2', note: null } as const
  const byJo = { seq: 14, time: event.time, actor: 'jo (10.1.3.9)', event: approved, prev: 'cd' } as const
  assert.equal(syslogEventOf(byJo).text, 'jo: plc-filler/program@v2 approved.')
  assert.match(formatCef(syslogEventOf(byJo), sender, 8192).toString(), / suser=jo src=10\.1\.3\.9 /)
})

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom('"', '\\', ']', '=', '|', ' ', '\n', '\r', '\0', '[', 'a', 'ü', '\u2028'),
    maxLength: 40,
  }),
)
const anyEvent = fc.record({
  severity: fc.constantFrom(...severities),
  time: fc.constant('2026-11-03T05:00:00.123Z'),
  type: fc.constantFrom('drift', 'approved'),
  ...{ id: hostile, text: hostile, actor: hostile, subject: hostile, result: hostile },
  seq: fc.option(fc.nat()),
  details: fc.array(fc.tuple(hostile, hostile), { maxLength: 5 }),
})

test('whatever goes into RFC 5424 comes out again, and nothing breaks out of its parameter', () => {
  fc.assert(
    fc.property(anyEvent, one => {
      const parsed = parseRfc5424(formatRfc5424(one, sender, 65_000))
      assert.equal(parsed.text, withoutControls(one.text))
      for (const name of ['id', 'actor', 'subject', 'result'] as const) {
        assert.equal(parsed.parameters.get(name), withoutControls(one[name]))
      }
      assert.equal(parsed.parameters.get('seq'), one.seq === null ? undefined : String(one.seq))
    }),
    { numRuns: 500 },
  )
})

test('whatever goes into CEF comes out again, and nothing breaks out of its field', () => {
  fc.assert(
    fc.property(anyEvent, one => {
      const { head, extension } = parseCef(formatCef(one, sender, 65_000))
      assert.equal(head[4], withoutControls(one.text))
      const expected = { externalId: one.id, suser: one.actor, outcome: one.result, cs1: one.subject, msg: one.text }
      for (const [key, value] of Object.entries(expected)) assert.equal(extension.get(key), withoutControls(value))
      assert.ok(extension.size <= 13)
    }),
    { numRuns: 500 },
  )
})

test('no message is larger than its size, and what is cut is still sound', () => {
  const long = fc.string({ unit: 'grapheme', minLength: 200, maxLength: 3000 })
  const longEvent = fc.record({
    ...{
      severity: fc.constant('alert' as const),
      time: fc.constant('2026-11-03T05:00:00Z'),
      type: fc.constant('drift'),
    },
    ...{ id: long, text: long, actor: long, subject: long, result: long, seq: fc.constant(7) },
    details: fc.array(fc.tuple(long, long), { minLength: 5, maxLength: 40 }),
  })
  fc.assert(
    fc.property(longEvent, fc.constantFrom(480, 1024, 2048, 8192), (one, size) => {
      const [rfc, cef] = [formatRfc5424(one, sender, size), formatCef(one, sender, size)]
      assert.ok(rfc.length <= size, `${rfc.length}`)
      assert.ok(cef.length <= size, `${cef.length}`)
      assert.equal(parseRfc5424(rfc).parameters.get('seq'), '7')
      assert.equal(parseCef(cef).extension.get('cn1'), '7')
    }),
    { numRuns: 60 },
  )
})
