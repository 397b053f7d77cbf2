import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JournalEvent } from '../../archive/journal-event.ts'
import { journalSentence } from './journal-sentence.ts'

const of = { item: 'plc/program', version: 'v1' }
const request = {
  type: 'request',
  id: '1',
  kind: 'write-to-device',
  ...of,
  by: 'claire',
  from: null,
  reason: '',
} as const
const person = { type: 'person', name: 'paul', by: 'claire', from: null, detail: '' } as const
const restored = { type: 'restored', ...of, to: 'device', target: '10.0.0.1', safety: null } as const

const sentences: readonly (readonly [JournalEvent, string])[] = [
  [
    { ...request, action: 'asked', reason: 'it stands' },
    'claire asked to write plc/program@v1 to its device: it stands.',
  ],
  [{ ...request, action: 'approved' }, 'claire agreed that plc/program@v1 is written to its device.'],
  [
    { ...request, action: 'broke-glass', reason: 'fire' },
    'claire broke the glass: wrote plc/program@v1 to its device without a second person: fire.',
  ],
  [{ ...person, action: 'locked-out', name: '', times: 3 }, 'Somebody was locked out by claire, 3 times.'],
  [
    { ...person, action: 'token-made', name: 'hook', detail: 'operator in cell' },
    'hook was made as a token by claire: operator in cell.',
  ],
  [{ ...person, action: 'signed-in', name: 'claire', detail: 'by passkey' }, 'claire signed in: by passkey.'],
  [{ ...person, action: 'directory-changed', name: '', detail: 'none' }, 'The directory was changed by claire: none.'],
  [
    { ...restored, result: 'mismatch' },
    'plc/program@v1 was restored to the device 10.0.0.1, which holds something else now.',
  ],
  [
    { ...restored, result: 'done', reason: 'wrong recipe', withoutSafety: true },
    'plc/program@v1 was restored to the device 10.0.0.1. Reason: wrong recipe. It was accepted that what it held before may be lost.',
  ],
  [
    { type: 'stopped', item: of.item, does: 'write', run: 'r', at: null, version: 'v1' },
    'plc/program: writing v1 to the device was stopped; nothing was written.',
  ],
  [{ type: 'site-changed', before: 'a', after: 'b' }, 'The site file was changed.'],
  [{ type: 'administered', action: 'key-added', detail: 'k' }, 'A key was added: k.'],
]

test('a line of the journal is a sentence for a person, without the words of the record', () => {
  for (const [event, sentence] of sentences) assert.equal(journalSentence(event), sentence)
})
