import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi } from './test-api.ts'

const patch = (body: unknown) => ({ method: 'PATCH', body })

test('a change of an account is made whole, or not at all', async () => {
  await using api = await testApi()
  const administrator = await api.as('administrator')
  const viewer = async () => {
    const { rows } = (await administrator.ask('/api/people')).json
    return rows.find(({ name }: { name: string }) => name === 'viewer')
  }
  const before = await viewer()
  const operator = [{ role: 'operator', zones: ['cell'] }]
  for (const [name, body, status, says] of [
    ['viewer', { grants: operator, password: 'viewer viewer viewer' }, 400, /password/],
    ['viewer', { grants: [{ role: 'operator', zones: ['cell-z'] }] }, 400, /site\.yaml has no zone "cell-z": cell, /],
    ['viewer', { role: 'operator' }, 400, /role/],
    ['viewer', {}, 400, /Say what to change/],
    ['nobody', {}, 404, /no account "nobody"/],
    ['nobody', { grants: operator }, 404, /no account "nobody"/],
  ] as const) {
    const answer = await administrator.ask(`/api/people/${name}`, patch(body))
    assert.equal(answer.status, status, JSON.stringify([name, body, answer.json]))
    assert.match(JSON.stringify(answer.json.error).replaceAll('\\"', '"'), says)
  }
  assert.deepEqual(await viewer(), before)
  const both = { grants: operator, password: 'five words that nobody guesses' }
  assert.equal((await administrator.ask('/api/people/viewer', patch(both))).status, 200)
  const after = await viewer()
  assert.deepEqual([after.grants, after.temporaryPassword], [operator, true])
})

test('accounts and tokens are given no zone that the site lacks', async () => {
  await using api = await testApi()
  const administrator = await api.as('administrator')
  const grants = [{ role: 'viewer', zones: ['cell', 'cell-z'] }]
  const password = 'five words that nobody guesses'
  const ways = [
    ['/api/people', { name: 'new', displayName: 'New', password, grants }],
    ['/api/tokens', { name: 'new', grants, days: 1 }],
  ] as const
  for (const [path, body] of ways) {
    const answer = await administrator.ask(path, { method: 'POST', body })
    assert.deepEqual([answer.status, answer.json.error.code], [400, 'usage'], path)
    assert.match(answer.json.error.message, /site\.yaml has no zone "cell-z"/)
  }
})
