import assert from 'node:assert/strict'
import { test } from 'node:test'
import { i18n } from '@lingui/core'
import { type JournalEvent, journalEvent } from '../../../src/archive/journal-event.ts'
import { journalSentence } from './journal-sentence.ts'
import { administeredWord, personWord, requestWord } from './journal-words.ts'

/** As the API tells it: of confirmations how many there were. */
function row(event: JournalEvent) {
  const { type, ...fields } = event
  const names = event.type === 'confirmed' ? Object.keys(event.items) : []
  const one = names.length === 1 ? { item: names[0] } : {}
  return {
    what: type,
    sentence: '',
    event: { ...fields, ...(names.length === 0 ? {} : { ...one, items: names.length }) },
  }
}

const version = { item: 'plc/program', version: '01J' }
const events: readonly JournalEvent[] = [
  { type: 'confirmed', at: '2026-11-29T03:00:00Z', items: { 'plc/program': ['01J', 0, 5] } },
  {
    type: 'confirmed',
    at: '2026-11-29T03:00:00Z',
    items: { 'plc/program': ['01J', 0, 5], 'hmi/screens': ['01K', 0, 5] },
  },
  { type: 'approved', ...version, note: 'as commissioned' },
  { type: 'held', ...version, reason: 'an inquiry' },
  { type: 'released', ...version, reason: 'it is over' },
  {
    type: 'restored',
    ...version,
    to: 'device',
    target: 'plc',
    safety: null,
    result: 'mismatch',
    reason: 'wrong recipe',
  },
  { type: 'restored', ...version, to: 'folder', target: '/tmp/x', safety: null, result: 'done' },
  { type: 'downloaded', ...version, path: null, as: 'zip' },
  { type: 'downloaded', ...version, path: 'a/b.st', as: 'file' },
  { type: 'drilled', ...version, passed: false, details: {} },
  { type: 'verified', place: 'local', readData: true, errors: 0, versions: 3, behind: {} },
  {
    type: 'acknowledged',
    code: 'stale',
    subject: 'plc/program',
    severity: 'low',
    reason: 'spare',
    until: '2027-01-01',
  },
  { type: 'acknowledgement-ended', code: 'stale', subject: 'plc/program', reason: 'back' },
  { type: 'trusted', asset: 'plc', device: '10.0.0.1:21', fingerprint: 'x' },
  { type: 'forgotten', asset: 'plc', reason: 'replaced' },
  { type: 'connected', connections: [{ item: 'plc/program', host: '10.0.0.1', port: 21 }] },
  { type: 'secret', action: 'removed', name: 'plc' },
  { type: 'site-changed', before: 'a', after: 'b' },
  { type: 'interrupted', item: 'plc/program', does: 'write', at: '2026-11-29T03:00:00Z', version: '01J' },
  { type: 'stopped', item: 'plc/program', does: 'write', run: 'r', at: '2026-11-29T03:00:00Z', version: '01J' },
  { type: 'cut-short', what: 'verification', begun: '2026-11-29T03:00:00Z' },
  { type: 'administered', action: 'key-added', detail: 'for the safe' },
  { type: 'person', action: 'sign-in-refused', name: 'jo', by: 'jo', from: null, detail: 'passkey refused', times: 47 },
  { type: 'person', action: 'signed-in', name: 'jo', by: 'jo', from: null, detail: 'by passkey' },
  {
    type: 'request',
    action: 'asked',
    id: 'r',
    kind: 'write-to-device',
    ...version,
    by: 'jo',
    from: null,
    reason: 'because',
  },
]

test('what a line of the journal says is said from what it holds, with all that matters', () => {
  i18n.loadAndActivate({ locale: 'en', messages: {} })
  const said = events.map(event => journalSentence(row(event)))
  assert.deepEqual(said.slice(0, 9), [
    'plc/program: read, and identical.',
    '2 items: read, and identical.',
    'plc/program@01J approved. as commissioned',
    'plc/program@01J held: an inquiry',
    'plc/program@01J released: it is over',
    'plc/program@01J restored to the device plc: what was read back differs. Reason: wrong recipe.',
    'plc/program@01J restored to /tmp/x: done.',
    'plc/program@01J: everything downloaded.',
    'plc/program@01J: a/b.st downloaded.',
  ])
  assert.equal(said.at(-3), 'jo: a sign-in was refused, 47 times, passkey refused.')
  assert.equal(said.at(-2), 'jo: signed in, by passkey.')
  for (const sentence of said) assert.doesNotMatch(sentence, /undefined|\[object|[{}]/)
})

test('no kind of line but a failure, which is in the device’s words, is left in the words of the node', () => {
  i18n.loadAndActivate({ locale: 'en', messages: {} })
  const kinds = journalEvent.options.map(({ shape }) => shape.type.value)
  const bare = { sentence: 'as the node says it' }
  const left = kinds.filter(what => journalSentence({ ...bare, what, event: {} }) === bare.sentence)
  assert.deepEqual(left, [])
  assert.equal(journalSentence({ ...bare, what: 'of a later release', event: {} }), bare.sentence)
  assert.equal(journalSentence({ ...bare, what: 'constructor', event: {} }), bare.sentence)
})

test('every act of a person, of a request and of the administration has its words', () => {
  i18n.loadAndActivate({ locale: 'en', messages: {} })
  const shapes = journalEvent.options
  const actions = (type: string) => {
    const found = shapes.find(({ shape }) => shape.type.value === type)?.shape
    return found !== undefined && 'action' in found && 'options' in found.action ? found.action.options : []
  }
  assert.equal(actions('person').length, 19)
  assert.deepEqual(
    actions('person').filter(action => personWord(action) === action),
    [],
  )
  assert.deepEqual(
    actions('administered').filter(action => administeredWord(action) === `${action}:`),
    [],
  )
  const of = { name: 'jo', version: 'v' }
  assert.deepEqual(
    actions('request').filter(action => requestWord(action, of) === `jo: ${action} v`),
    [],
  )
})
