import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Notice } from './notice.ts'
import { countWords } from './notice-words.ts'

test('of several notices the gravest kind is named first, however many there are of the others', () => {
  const notice = (kind: Notice['kind'], severity: Notice['severity']): Notice => ({
    ...{ kind, severity, id: `${kind}-1`, time: '2026-11-03T05:00:00.123Z', subject: 'plc-filler/program' },
    ...{ zone: null, class: null, title: 'It happened', body: null, facts: {} },
  })
  const restores = [notice('restore', 'notice'), notice('restore', 'info')]
  const drifts = [notice('drift', 'warning'), notice('drift', 'warning')]
  const told = [...restores, notice('failure', 'warning'), ...drifts, notice('break-glass', 'critical')]
  assert.equal(countWords(told), '1 break glass, 2 drift, 1 failure, 2 restore')
})
