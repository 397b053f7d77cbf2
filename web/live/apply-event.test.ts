import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Run } from '../../src/api/schema/run.ts'
import { staleKeys, withRuns } from './apply-event.ts'

const run = (id: string, state: Run['state'] = 'reading'): Run => ({
  ...{ id, item: 'plc/program', does: 'capture', reason: { kind: 'schedule' }, state, asked: '2027-01-01T00:00:00Z' },
  ...{ begun: null, ended: null, outcome: state === 'ended' ? 'confirmed' : null, version: null, error: null },
  stoppedBy: null,
  progress: { bytes: 0, files: 0, expectedBytes: null, bytesPerSecond: null },
})

test('a run is shown in its newest state, a new one first, and only those that go on are counted', () => {
  const shown = withRuns({ rows: [run('b'), run('a')], live: 2 }, [run('c'), run('a', 'storing'), run('a', 'ended')])
  assert.deepEqual(
    shown.rows.map(({ id, state }) => `${id} ${state}`),
    ['c reading', 'b reading', 'a ended'],
  )
  assert.equal(shown.live, 2)
})

test('a judgement makes everything stale that rests on it; a line of the journal only its item', () => {
  assert.ok(staleKeys({ type: 'judged', number: 2 }).some(([key]) => key === 'overview'))
  const lines = [1, 2].map(seq => ({ seq, what: 'approved', item: 'plc/program', actor: 'claire' }))
  assert.deepEqual(staleKeys({ type: 'journal', last: 2, lines }), [['journal'], ['item', 'plc/program']])
})

test('the end of a run makes the list stale in which it stands from then on', () => {
  const keys = (does: Run['does']) => staleKeys({ type: 'run', run: { ...run('a', 'ended'), does } })
  assert.deepEqual(keys('capture'), [['item', 'plc/program'], ['captures']])
  assert.deepEqual(keys('write'), [['item', 'plc/program'], ['captures'], ['written']])
})
