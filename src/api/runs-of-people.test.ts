import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Run } from './schema/run.ts'
import { type Client, captured, testApi } from './test-api.ts'

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

test('a second write-back on a device is refused, and says who writes; one that waits is stopped by whoever may write', async () => {
  const slow = (text: string) => text.replace('kind: plc\n', 'kind: plc\n    pace: { bandwidth: 50 kB/s }\n')
  await using api = await testApi({ text: slow })
  await api.site.write('plc/large.bin', Buffer.alloc(200_000, 7))
  const [engineer, administrator, operator] = [
    await api.as('engineer'),
    await api.as('administrator'),
    await api.as('operator'),
  ]
  await captured(api)
  await operator.ask('/api/captures', { method: 'POST', body: { items: ['plc/program'] } })
  await api.until(() => api.node.runs().some(({ state }) => state === 'reading'))
  const body = { item: 'plc/program', version: 'latest', confirm: 'plc/program' }
  const write = (client: Client) => client.ask('/api/restores', { method: 'POST', body })
  const first = await write(engineer)
  assert.equal(first.json.run?.state, 'waiting', first.text)
  const second = await write(administrator)
  assert.deepEqual([second.status, second.json.error.code], [409, 'refused'], second.text)
  assert.match(second.json.error.message, /^engineer waits to write \S+ to plc\/program: /)
  const stop = (client: Client) => client.ask(`/api/runs/${first.json.run.id}/stop`, { method: 'POST' })
  assert.equal((await stop(operator)).status, 403)
  assert.deepEqual((await stop(administrator)).json, { stopped: true })
  const ended = (await engineer.ask(`/api/runs/${first.json.run.id}`)).json
  assert.deepEqual([ended.outcome, ended.begun, ended.stoppedBy], ['interrupted', null, 'administrator'])
})
