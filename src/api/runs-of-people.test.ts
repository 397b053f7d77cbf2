import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Run } from './schema/run.ts'
import { testApi } from './test-api.ts'

test('whoever looks at runs sees who asked for them, and not from which address', async () => {
  await using api = await testApi()
  const operator = await api.as('operator')
  const asked = await operator.ask('/api/captures', { method: 'POST', body: { items: ['plc/program'] } })
  assert.equal(asked.status, 200, asked.text)
  const viewer = await api.as('viewer')
  const { json } = await viewer.ask('/api/runs')
  const own = (json.rows as Run[]).filter(({ reason }) => reason.kind === 'person')
  assert.ok(own.length > 0)
  assert.deepEqual([...new Set(own.map(({ reason }) => (reason.kind === 'person' ? reason.name : '')))], ['operator'])
})
