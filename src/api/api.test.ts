import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { items, password, send, type TestApi, testApi } from './test-api.ts'

/** Both items have a version. */
async function captured(api: TestApi): Promise<void> {
  await api.until(() => api.node.judged().judgement.items.every(({ lastConfirmed }) => lastConfirmed !== null))
}

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
  const body = { item: 'plc/program', version: 'approved', confirm: 'plc/program' }
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
  const journal = await engineer.ask('/api/journal?what=restored,approved')
  assert.deepEqual(
    journal.json.rows.map((row: { what: string }) => row.what),
    ['restored', 'approved'],
  )
  assert.match(journal.json.rows[0].actor, /engineer/)
  assert.deepEqual(api.mistakes, [])
})

test('a change outside its change windows that is a drift too is one need, in the graver words', async () => {
  const far = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][(new Date().getDay() + 3) % 7]
  const options = 'options: { path: "./plc" }'
  await using api = await testApi({ text: text => text.replace(options, `${options}, change: ["${far} 08:00-09:00"]`) })
  await captured(api)
  const engineer = await api.as('engineer')
  const approve = { method: 'POST', body: { note: null } }
  await engineer.ask('/api/items/plc/program/versions/latest/approve', approve)
  await api.site.write('plc/main.st', 'x := 2;\n')
  await engineer.ask('/api/captures', { method: 'POST', body: { items: ['plc'] } })
  const needs = await api.until(async () => {
    const all = (await engineer.ask('/api/overview')).json.needs
    const own = all.filter(({ item }: { item: string | null }) => item === 'plc/program')
    return own.some(({ what }: { what: string }) => /differs/.test(what)) ? own : null
  })
  assert.deepEqual(
    needs.map(({ id, kind, severity, what }: Record<string, string>) => [id, kind, severity, what]),
    [
      [
        ...['unexpected:plc/program', 'unexpected', 'high'],
        'plc/program was changed outside its change windows, and differs from its approved version.',
      ],
    ],
  )
  assert.match(needs[0].remedy, /write the approved version back\.$/)
})

test('where a zone asks for two people a second one decides; breaking the glass is never refused, and recorded', async () => {
  const told: string[] = []
  const parts = { brokeGlass: (item: string, by: string, reason: string) => void told.push(`${item} ${by} ${reason}`) }
  const two = (text: string) => text.replace('{ id: cell, level: 1 }', '{ id: cell, level: 1, twoPeople: true }')
  await using api = await testApi({ text: two, parts })
  await captured(api)
  const engineer = await api.as('engineer')
  const body = { item: 'plc/program', version: 'latest', confirm: 'plc/program', reason: 'rolled back after the test' }
  const asked = await engineer.ask('/api/restores', { method: 'POST', body })
  assert.equal(asked.json.state, 'approval', asked.text)
  const id: string = asked.json.approval
  const own = await engineer.ask(`/api/approvals/${id}/decide`, { method: 'POST', body: { approve: true } })
  assert.equal(own.status, 409)
  const administrator = await api.as('administrator')
  const needs = await administrator.ask('/api/overview')
  assert.equal(needs.json.needs[0].approval, id)
  const decided = await administrator.ask(`/api/approvals/${id}/decide`, { method: 'POST', body: { approve: true } })
  assert.equal(decided.json.state, 'approved', decided.text)
  const used = await engineer.ask('/api/restores', { method: 'POST', body: { ...body, approval: id } })
  assert.equal(used.json.state, 'writing', used.text)
  const again = await engineer.ask('/api/restores', { method: 'POST', body: { ...body, approval: id } })
  assert.equal(again.status, 409)
  await api.until(async () => (await engineer.ask(`/api/runs/${used.json.run.id}`)).json.state === 'ended')
  const glass = await engineer.ask('/api/restores', { method: 'POST', body: { ...body, breakGlass: 'fire at 03:00' } })
  assert.equal(glass.json.state, 'writing', glass.text)
  assert.deepEqual(told, ['plc/program engineer fire at 03:00'])
  await api.until(async () => (await engineer.ask(`/api/runs/${glass.json.run.id}`)).json.state === 'ended')
})

test('the site file is checked, saved with its etag only, and its versions can be read', async () => {
  await using api = await testApi()
  await captured(api)
  const administrator = await api.as('administrator')
  const { json: before } = await administrator.ask('/api/site')
  const text: string = before.text.replace('name: Test plant', 'name: Renamed plant')
  const wrong = await administrator.ask('/api/site/check', { method: 'POST', body: { text: `${text}nonsense: 1\n` } })
  assert.equal(wrong.json.sound, false)
  assert.equal(wrong.json.problems[0].line, text.split('\n').length)
  const checked = await administrator.ask('/api/site/check', { method: 'POST', body: { text } })
  assert.equal(checked.json.sound, true, checked.text)
  assert.equal(checked.json.hunks[0].lines.filter((line: { kind: string }) => line.kind === 'added').length, 1)
  const save = (match: string | null, value = text) =>
    administrator.ask('/api/site', {
      method: 'PUT',
      body: { text: value },
      headers: match === null ? {} : { 'if-match': match },
    })
  assert.equal((await save(null)).status, 428)
  assert.equal((await save('0'.repeat(64))).status, 412)
  const invalid = await save(before.etag, 'site: 3\n')
  assert.equal(invalid.status, 422)
  assert.ok(invalid.json.error.site.length > 0)
  const saved = await save(before.etag)
  assert.equal(saved.status, 200, saved.text)
  assert.notEqual(saved.json.etag, before.etag)
  assert.equal((await administrator.ask('/api/session')).json.site, 'Renamed plant')
  const versions = await api.until(async () => {
    const { json } = await administrator.ask('/api/site/versions')
    return json.rows.length >= 2 ? json.rows : null
  })
  const old = await administrator.ask(`/api/site/versions/${versions.at(-1)?.id}`)
  assert.match(old.json.text, /Test plant/, old.text)
})

test('a version of the site definition says who wrote it, where the journal names that content', async () => {
  await using api = await testApi()
  await captured(api)
  const administrator = await api.as('administrator')
  const save = async (change: (text: string) => string) => {
    const { text, etag } = (await administrator.ask('/api/site')).json
    const body = { text: change(text) }
    const saved = await administrator.ask('/api/site', { method: 'PUT', body, headers: { 'if-match': etag } })
    assert.equal(saved.status, 200, saved.text)
    return saved.json
  }
  const original = (await administrator.ask('/api/site')).json.text as string
  const actors = async (count: number) =>
    api.until(async () => {
      const { rows } = (await administrator.ask('/api/site/versions')).json
      return rows.length >= count ? rows.map(({ actor }: { actor: string | null }) => actor) : null
    })
  await save(text => `${text}# by hand in the page\n`)
  const first = await actors(2)
  assert.match(first[0] ?? '', /^administrator \(/)
  assert.equal(first.at(-1), null, 'init wrote it, or somebody on the disk')
  // the same content as the first, put back on the disk
  await api.site.write('site.yaml', original)
  await api.node.reload()
  await save(text => `${text}# once more\n`)
  const later = await actors(4)
  assert.deepEqual(
    later.slice(1).map((actor: string | null) => actor !== null),
    [false, true, false],
  )
  assert.match(later[0] ?? '', /^administrator \(/)
})

test('live state comes as events, goes on after a break, and ends when the node stops', async () => {
  const api = await testApi()
  try {
    await captured(api)
    const viewer = await api.as('viewer')
    const stop = new AbortController()
    const response = await fetch(`${api.served.url}api/events`, {
      headers: { cookie: viewer.cookie },
      signal: stop.signal,
    })
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let seen = ''
    const read = async (wanted: RegExp) => {
      while (!wanted.test(seen)) {
        const { value, done } = await reader.read()
        if (done) throw new Error(`ended without ${wanted}: ${seen}`)
        seen += value
      }
    }
    await read(/event: reset\n/)
    const operator = await api.as('operator')
    await operator.ask('/api/captures', { method: 'POST', body: { items: ['plc/program'] } })
    await read(/event: run\ndata: .*"state":"ended"/)
    const last = [...seen.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? ''
    stop.abort()
    await operator.ask('/api/captures', { method: 'POST', body: { items: ['hmi/screens'] } })
    await api.until(async () => (await operator.ask('/api/runs?live=true')).json.live === 0)
    const again = await fetch(`${api.served.url}api/events`, {
      headers: { cookie: viewer.cookie, 'last-event-id': last },
      signal: AbortSignal.timeout(15_000),
    })
    const ended = again.text()
    await api[Symbol.asyncDispose]()
    const rest = await ended
    assert.doesNotMatch(rest, /event: reset/)
    assert.match(rest, /hmi\/screens/)
    assert.match(rest, /event: stopping/)
  } finally {
    await api[Symbol.asyncDispose]()
  }
})

test('a stream where nothing happens shows that it lives, and a session that is over hears nothing more', async () => {
  await using api = await testApi({ heartbeat: 50 })
  const viewer = await api.as('viewer')
  const response = await fetch(`${api.served.url}api/events`, {
    headers: { cookie: viewer.cookie },
    signal: AbortSignal.timeout(15_000),
  })
  let seen = ''
  let signedOut = false
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    seen += part
    if (!/(?:event: ping\ndata: \{\}\n\n){2}/.test(seen)) continue
    if (!signedOut) await viewer.ask('/api/session', { method: 'DELETE' })
    signedOut = true
  }
  assert.ok(signedOut, seen)
  assert.doesNotMatch(seen, /id: \S+\nevent: ping/)
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
