import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi } from './test-api.ts'

const version = (item: string, rest: string) => `/api/items/${item}/versions/latest/${rest}`

test('whoever has no part in the accounts of the node does not read them out of its archive', async () => {
  await using api = await testApi()
  const items: readonly (readonly [string, string, string])[] = [
    // who sees it, who downloads it: v(iewer), o(perator), e(ngineer), a(dministrator)
    ['node/site', 'voea', 'a'],
    ['node/journal', 'ea', 'ea'],
    ['node/secrets', 'a', 'a'],
    ['node/identity', 'a', 'a'],
    ['plc/program', 'voea', 'ea'],
  ]
  for (const role of ['viewer', 'operator', 'engineer', 'administrator'] as const) {
    const { ask } = await api.as(role)
    for (const [item, shown, raw] of items) {
      const uses: readonly (readonly [string, string])[] = [
        [shown, version(item, 'entries')],
        [shown, version(item, 'text?path=site.yaml')],
        [shown, `/api/items/${item}/diff`],
        [raw, version(item, 'raw?path=site.yaml')],
        [raw, version(item, 'zip')],
      ]
      for (const [who, at] of uses) {
        const { status, text } = await ask(at)
        const allowed = who.includes(role[0] ?? '')
        assert.equal(status === 403, !allowed, `${role} ${at}: ${status} ${text.slice(0, 200)}`)
      }
    }
  }
  const cell = await api.as('cell-operator')
  assert.equal((await cell.ask(version('node/site', 'entries'))).status, 403, 'the site file is of the whole site')
})
