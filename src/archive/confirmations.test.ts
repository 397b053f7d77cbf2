import assert from 'node:assert/strict'
import { test } from 'node:test'
import { confirmedEvent, withConfirmationsTogether } from './confirmations.ts'
import type { JournalEvent } from './journal-event.ts'
import { projection } from './projection.ts'

const forgotten: JournalEvent = { type: 'forgotten', asset: 'plc', reason: 'replaced' }

test('the confirmations of a commit are one line, and the catalog gets each with its own time', () => {
  const events = withConfirmationsTogether([
    confirmedEvent('b/program', '2026-11-23T05:00:02.500Z', 'v2', 40),
    forgotten,
    confirmedEvent('a/program', '2026-11-23T05:00:00.000Z', 'v1', 30),
  ])
  assert.equal(events.length, 2)
  assert.deepEqual(events[0], forgotten)
  const prev = '0'.repeat(64)
  const lines = events.map((event, index) => ({
    line: { seq: index + 1, time: '2026-11-23T05:01:00.000Z', actor: 'jo', event, prev },
    end: { seq: index + 1, hash: prev, offset: 0 },
  }))
  assert.deepEqual(
    projection(lines).captures.map(({ item, time, version, milliseconds }) => [item, time, version, milliseconds]),
    [
      ['b/program', '2026-11-23T05:00:02.500Z', 'v2', 40],
      ['a/program', '2026-11-23T05:00:00.000Z', 'v1', 30],
    ],
  )
})

test('a single confirmation, or none, is left as it is', () => {
  const one = [confirmedEvent('a/program', '2026-11-23T05:00:00.000Z', 'v1', 30), forgotten]
  assert.equal(withConfirmationsTogether(one), one)
})
