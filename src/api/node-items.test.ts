import assert from 'node:assert/strict'
import { test } from 'node:test'
import { captured, password, testApi } from './test-api.ts'

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

test('what the node keeps of its own leaves it only right after somebody has shown again who they are', async () => {
  await using api = await testApi()
  const { ask } = await api.as('administrator')
  api.clock.ahead += 3_600_000
  const asked: readonly (readonly [string, boolean])[] = [
    ...['site', 'journal', 'secrets', 'identity'].flatMap(item =>
      ['raw?path=x', 'zip'].map(rest => [version(`node/${item}`, rest), true] as const),
    ),
    ...['secrets', 'identity'].flatMap(item =>
      ['entries', 'text?path=x'].map(rest => [version(`node/${item}`, rest), true] as const),
    ),
    ['/api/items/node/identity/diff', true],
    ['/api/items/node/site/diff', false],
    [version('node/journal', 'entries'), false],
    [version('plc/program', 'zip'), false],
  ]
  for (const [at, isAsked] of asked) {
    const { json } = await ask(at)
    assert.equal(json?.error?.code === 'proof-needed', isAsked, at)
  }
  const zip = version('node/site', 'zip')
  assert.equal((await ask(version('node/site', 'zip/ready'))).json?.error?.code, 'proof-needed')
  const visit = await ask(zip, { headers: { 'sec-fetch-mode': 'navigate' } })
  const page = '/items/node/site?part=files&version=latest&refused=proof-needed'
  assert.deepEqual([visit.status, visit.headers.get('location')], [303, page])
  assert.equal((await ask('/api/session/proof', { method: 'POST', body: { password } })).status, 200)
  assert.notEqual((await ask(version('node/identity', 'entries'))).status, 403)
})

test('the node’s own zone gives no right to what the node keeps: neither by its items nor by its versions', async () => {
  await using api = await testApi({ text: text => text.replace('node: { zone: operations }', 'node: { zone: cell }') })
  const cell = await api.as('cell-operator')
  for (const item of ['node/journal', 'node/site', 'node/identity']) {
    for (const at of [`/api/items/${item}/versions`, `/api/items/${item}/captures`, version(item, 'entries')]) {
      assert.equal((await cell.ask(at)).status, 403, at)
    }
  }
  const capture = await cell.ask('/api/captures', { method: 'POST', body: { items: ['node/journal'] } })
  assert.equal(capture.status, 403)
})

test('captures of what the node keeps of itself are left out of the history on request, and pages stay full', async () => {
  await using api = await testApi()
  await captured(api)
  const viewer = await api.as('viewer')
  interface Row {
    readonly item: string
  }
  // the node keeps the site file of before and of after
  const { etag, text } = api.node.site()
  await api.node.changeSite(`${text}# more\n`, etag, { name: 'test', from: null })
  await api.until(async () =>
    (await viewer.ask('/api/captures?limit=500')).json.rows.some(({ item }: Row) => item.startsWith('node/')),
  )
  const seen: string[] = []
  for (let cursor = ''; ; ) {
    const { json } = await viewer.ask(`/api/captures?own=false&limit=1${cursor}`)
    seen.push(...json.rows.map(({ item }: Row) => item))
    if (json.next === null) break
    assert.equal(json.rows.length, 1)
    cursor = `&cursor=${json.next}`
  }
  assert.deepEqual(seen.toSorted(), ['hmi/screens', 'plc/program'])
  assert.equal((await viewer.ask('/api/captures?own=perhaps')).status, 400)
})
