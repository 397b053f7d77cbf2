import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { captured, items, password, send, testApi } from './test-api.ts'

test('what the pages show first: processes with their verdict, needs, assets, items, versions, content, differences', async () => {
  await using api = await testApi()
  await captured(api)
  const viewer = await api.as('viewer')
  const overview = await viewer.ask('/api/overview')
  assert.equal(overview.status, 200, overview.text)
  assert.equal(overview.json.counts.items, items.length)
  assert.equal(overview.json.processes[0].id, 'filling')
  assert.equal(overview.json.processes[0].verdict, 'FAIL')

  const list = await viewer.ask('/api/items?q=SCREENS&limit=1')
  assert.deepEqual(
    list.json.rows.map((row: { id: string; state: string }) => [row.id, row.state]),
    [['hmi/screens', 'fresh']],
  )
  const first = await viewer.ask('/api/items?limit=1')
  const second = await viewer.ask(`/api/items?limit=1&cursor=${first.json.next}`)
  assert.deepEqual(
    [first.json.rows[0].id, second.json.rows[0].id, second.json.next],
    ['hmi/screens', 'plc/program', null],
  )
  const map = await viewer.ask('/api/map')
  assert.deepEqual(
    map.json.zones.map((zone: { id: string; assets: number }) => [zone.id, zone.assets]),
    [
      ['cell', 1],
      ['office', 1],
      ['operations', 0],
    ],
  )
  assert.equal((await viewer.ask('/api/assets/plc')).json.rows[0].id, 'plc/program')
  const item = await viewer.ask('/api/items/plc/program')
  assert.equal(item.json.restore, 'writes', item.text)

  const versions = await viewer.ask('/api/items/hmi/screens/versions')
  assert.equal(versions.json.total, 1, versions.text)
  const base = `/api/items/hmi/screens/versions/${versions.json.rows[0].id}`
  const version = await viewer.ask(base)
  assert.equal(version.json.sheet?.connector, 'files', version.text)
  const entries = await viewer.ask(`${base}/entries`)
  assert.deepEqual(
    entries.json.rows.map((row: { path: string }) => row.path),
    ['start.txt'],
  )
  const text = await viewer.ask(`${base}/text?path=start.txt`)
  assert.match(text.json.text, /screen 1/)
  assert.doesNotMatch(text.text, /geheim/)
  for (const at of [
    'captures',
    'items/plc/program/captures',
    'runs',
    'storage',
    'findings',
    'findings/next',
    'criticality',
  ]) {
    const answer = await viewer.ask(`/api/${at}`)
    assert.equal(answer.status, 200, `${at}: ${answer.text}`)
  }
  for (const at of [
    'plan',
    'what-if?lose=node',
    'processes/filling',
    'site',
    'site/versions',
    'vocabulary',
    'approvals',
    'triggers',
    'notifications',
    'account',
    'assets?sort=-name&state=fresh',
  ]) {
    const answer = await viewer.ask(`/api/${at}`)
    assert.equal(answer.status, 200, `${at}: ${answer.text}`)
  }
  assert.deepEqual(api.mistakes, [])
})

test('a tamper is captured, seen as drift, read as a difference, and rolled back', async () => {
  await using api = await testApi()
  await captured(api)
  const engineer = await api.as('engineer')
  const approved = await engineer.ask('/api/items/plc/program/versions/latest/approve', {
    method: 'POST',
    body: { note: 'as commissioned' },
  })
  assert.equal(approved.status, 200, approved.text)
  await api.site.write('plc/main.st', 'x := 2;\n')
  const run = await engineer.ask('/api/captures', { method: 'POST', body: { items: ['plc'] } })
  assert.equal(run.json.rows[0]?.item, 'plc/program', run.text)
  await api.until(async () => {
    const { json } = await engineer.ask('/api/overview')
    return json.needs.some(
      (need: { kind: string; item: string }) => need.kind === 'drift' && need.item === 'plc/program',
    )
  })
  const diff = await engineer.ask('/api/items/plc/program/diff')
  assert.deepEqual(
    diff.json.changes[0].hunks[0].lines.map((line: { text: string }) => line.text),
    ['x := 1;', 'x := 2;'],
  )
  const body = { item: 'plc/program', version: 'approved', confirm: 'plc/program', reason: 'wrong recipe' }
  const slip = await engineer.ask('/api/restores', { method: 'POST', body: { ...body, confirm: 'plc' } })
  assert.deepEqual([slip.status, slip.json.error.code], [400, 'invalid'])
  const written = await engineer.ask('/api/restores', { method: 'POST', body })
  assert.equal(written.json.state, 'writing', written.text)
  const id: string = written.json.run.id
  const ended = await api.until(async () => {
    const { json } = await engineer.ask(`/api/runs/${id}`)
    return json.state === 'ended' ? json : null
  })
  assert.equal(ended.outcome, 'written', JSON.stringify(ended))
  assert.equal(await readFile(api.site.at('plc', 'main.st'), 'utf8'), 'x := 1;\n')
  const { rows } = (await engineer.ask('/api/items/plc/program/versions')).json
  assert.deepEqual(
    rows.map((row: { sameAsApproved: boolean }) => row.sameAsApproved),
    [true, false, true],
  )
  const [made, before, first] = rows
  assert.deepEqual([made.writtenBy.version, made.writtenBy.result, before.writtenBy], [first.id, 'done', null])
  assert.match(made.writtenBy.actor, /^engineer \(/)
  assert.equal(made.writtenBy.reason, 'wrong recipe')
  const restores = (await engineer.ask('/api/restores')).json.rows
  const about = { item: 'plc/program', version: first.id, time: made.writtenBy.time, by: 'engineer' }
  assert.deepEqual(restores, [{ ...about, result: 'done', reason: 'wrong recipe' }])
  const journal = await engineer.ask('/api/journal?what=restored,approved')
  assert.deepEqual(
    journal.json.rows.map((row: { what: string }) => row.what),
    ['restored', 'approved'],
  )
  assert.match(journal.json.rows[0].actor, /engineer/)
  assert.deepEqual(api.mistakes, [])
})

test('runs are asked for by their ids, as many as a request takes; what is not known or not seen is left out', async () => {
  await using api = await testApi()
  await captured(api)
  const operator = await api.as('operator')
  const { json } = await operator.ask('/api/captures', { method: 'POST', body: { items: 'all' } })
  const ids: string[] = json.rows.map(({ id }: { id: string }) => id)
  assert.equal(ids.length, 2)
  const longest = '20261129T100601341Z-00000000'
  const many = [...ids, ...Array.from({ length: 498 }, (_, n) => `${longest.slice(0, -3)}${100 + n}`)]
  const known = async (client: typeof operator, list: readonly string[]) =>
    (await client.ask(`/api/runs?ids=${list.join()}`)).json.rows?.map(({ id }: { id: string }) => id)
  assert.deepEqual(new Set(await known(operator, many)), new Set(ids))
  assert.deepEqual(await known(operator, ids.slice(0, 1)), ids.slice(0, 1))
  assert.equal((await known(await api.as('cell-operator'), ids)).length, 1)
  assert.equal((await operator.ask(`/api/runs?ids=${[...many, 'x'].join()}`)).status, 400)
})

test('the journal is read by person: what they did from any address, and what the node tells of them', async () => {
  await using api = await testApi()
  await captured(api)
  const engineer = await api.as('engineer')
  const administrator = await api.as('administrator')
  for (const client of [engineer, administrator, engineer]) {
    const body = { note: 'checked' }
    await client.ask('/api/items/plc/program/versions/latest/approve', { method: 'POST', body })
  }
  const rows: { actor: string; from: string | null; what: string; sentence: string }[] = []
  for (let cursor = ''; ; ) {
    const { json } = await engineer.ask(`/api/journal?who=engineer&limit=1${cursor}`)
    assert.ok(json.rows.length <= 1)
    rows.push(...json.rows)
    if (json.next === null) break
    cursor = `&cursor=${json.next}`
  }
  assert.deepEqual(
    rows.map(({ actor, from, what }) => [actor, from, what]),
    [
      ['engineer', '127.0.0.1', 'approved'],
      ['engineer', '127.0.0.1', 'approved'],
      ['engineer', '127.0.0.1', 'person'],
    ],
  )
  assert.equal(rows[2]?.sentence, 'engineer signed in: by password.')
  assert.deepEqual((await engineer.ask('/api/journal?who=engin')).json.rows, [])
  const made = await engineer.ask('/api/journal?who=test&what=person')
  assert.match(made.json.rows[0].sentence, /^cell-operator was made by test: operator/)
})

test('the socket of this machine needs no account; the first administrator is made with the token that was printed', async () => {
  await using api = await testApi()
  const socketPath = api.site.at('data', 'run', 'node.sock')
  const answer = await send(
    { socketPath, path: '/api/session', headers: { 'x-blackstart-actor': 'jo@desk' } },
    undefined,
  )
  assert.deepEqual([answer.json.person.name, answer.json.person.kind], ['jo@desk', 'local'])
  const body = JSON.stringify({ items: 'all' })
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length) }
  const run = await send({ socketPath, path: '/api/captures', method: 'POST', headers }, body)
  assert.equal(run.json.rows.length, 2, run.text)
  const first = { token: 'AAAA-BBBB', name: 'x', displayName: 'X', password }
  const refused = await api.ask('/api/first-administrator', { method: 'POST', body: first })
  assert.deepEqual([refused.status, refused.json.error.code], [401, 'sign-in-refused'])
})

test('what has not changed is answered with 304; health and metrics name no item', async () => {
  await using api = await testApi()
  await captured(api)
  const viewer = await api.as('viewer')
  await api.until(async () => (await viewer.ask('/api/runs?live=true')).json.live === 0)
  const first = await viewer.ask('/api/map')
  const etag = first.headers.get('etag') ?? ''
  const again = await viewer.ask('/api/map', { headers: { 'if-none-match': etag } })
  assert.deepEqual([again.status, again.text], [304, ''])
  const health = await api.ask('/healthz')
  assert.deepEqual([health.status, health.json.ok], [200, true])
  const metrics = await viewer.ask('/metrics')
  assert.match(metrics.text, /blackstart_runs_total\{does="capture",outcome="version"\} \d/)
  assert.doesNotMatch(metrics.text, /plc|hmi/)
  assert.equal((await api.ask('/metrics')).status, 401)
  const described = await api.ask('/api/openapi.json')
  assert.equal(described.json.openapi, '3.1.0')
  assert.ok(
    described.json.paths['/api/items/{asset}/{item}/diff'].get.responses['4XX'],
    'every error shape is described',
  )
})

test('what was never read is what was read longest ago', async () => {
  await using api = await testApi({ text: text => text.replace('"./plc"', '"./missing"') })
  await api.until(() => api.node.judged().judgement.items.some(({ lastConfirmed }) => lastConfirmed !== null))
  const viewer = await api.as('viewer')
  const ids = async (sort: string) =>
    (await viewer.ask(`/api/items?sort=${sort}`)).json.rows.map(({ id }: { id: string }) => id)
  assert.deepEqual(await ids('confirmed'), ['plc/program', 'hmi/screens'])
  assert.deepEqual(await ids('-confirmed'), ['hmi/screens', 'plc/program'])
})
