import assert from 'node:assert/strict'
import { appendFile, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { type Client, captured, type TestApi, testApi } from './test-api.ts'

const second =
  '  - { id: share, via: local, options: { path: ./share }, medium: disk, location: annex, domain: office }\n'

const begin = (client: Client, body: unknown = { readData: true }) =>
  client.ask('/api/verifications', { method: 'POST', body })

async function ended(api: TestApi, client: Client, id: string) {
  return await api.until(async () => {
    const { json } = await client.ask(`/api/verifications/${id}`)
    return json.ended === null ? null : json
  })
}

async function linesOf(api: TestApi) {
  const journal = await readFile(api.site.at('data', 'journal.jsonl'), 'utf8')
  const lines = journal.split('\n').filter(line => line.includes('"type":"verified"'))
  return lines.map(line => {
    const { actor, event } = JSON.parse(line)
    return { actor, event }
  })
}

test('a verification is shown while it goes on, and leaves in the journal what the command leaves there', async () => {
  await using api = await testApi({ text: text => `${text}${second}` })
  await captured(api)
  await cp(api.site.at('data', 'repository'), api.site.at('share'), { recursive: true })
  const operator = await api.as('operator')
  const viewer = await api.as('viewer')
  const begun = await begin(operator)
  assert.deepEqual([begun.status, begun.json.outcome, begun.json.by], [200, null, 'operator'], begun.text)
  const result = await ended(api, viewer, begun.json.id)
  assert.deepEqual([result.outcome, result.error], ['sound', null], JSON.stringify(result))
  assert.deepEqual(
    result.report.places.map(({ place, state, errors }: Record<string, unknown>) => [place, state, errors]),
    [
      ['local', 'verified', 0],
      ['share', 'verified', 0],
    ],
  )
  assert.ok(result.report.bytesRead > 0 && result.report.snapshots >= 2)
  assert.deepEqual((await viewer.ask('/api/verifications')).json.rows, [result])
  const byNode = await linesOf(api)
  const ran = await api.site.run(['verify', '--read-data', '--json'])
  assert.equal(ran.code, 0, ran.err)
  const all = await linesOf(api)
  assert.deepEqual(
    byNode.map(({ event }) => [event.place, event.readData, event.errors]),
    all.slice(byNode.length).map(({ event }) => [event.place, event.readData, event.errors]),
  )
  assert.match(byNode[0]?.actor, /^operator \(127\.0\.0\.1\)$/)

  const structure = await begin(operator, { readData: false })
  await ended(api, viewer, structure.json.id)
  const { places } = (await viewer.ask('/api/storage')).json
  for (const { verified } of places) {
    assert.deepEqual([verified.errors, verified.readData], [0, false])
    assert.ok(verified.versions >= 2 && verified.readWhole <= verified.time)
  }
  assert.deepEqual(api.mistakes, [])
})

test('damage is found by the node, named, and told where the place is shown', async () => {
  await using api = await testApi()
  await captured(api)
  const operator = await api.as('operator')
  const data = api.site.at('data', 'repository', 'data')
  const [pack] = (await readdir(data, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile())
  assert.ok(pack)
  await appendFile(path.join(pack.parentPath, pack.name), 'x')
  const result = await ended(api, operator, (await begin(operator)).json.id)
  assert.equal(result.outcome, 'not-sound', JSON.stringify(result))
  assert.ok(result.report.problemsTotal > 0)
  assert.match(JSON.stringify(result.report.problems), new RegExp(pack.name.slice(0, 16)))
  const { places } = (await operator.ask('/api/storage')).json
  assert.ok(places[0].verified.errors > 0)
  const health = async () => (await operator.ask('/healthz')).json
  await api.until(async () => (await health()).integrity === 'broken')
  const { ok, problems } = await health()
  // the node itself works: nothing is gained by starting it anew
  assert.deepEqual(
    [ok, problems],
    [true, ['a verification found damage in a place of copies; see: blackstart findings verification-errors']],
  )
})

test('one verification goes on at a time; it is stopped by whoever may begin one, and by the end of the node', async () => {
  await using api = await testApi()
  await mkdir(api.site.at('plc', 'many'), { recursive: true })
  const write = (at: number) => api.site.write(`plc/many/${at}.bin`, Buffer.alloc(200_000, `${at} and more `))
  await Promise.all(Array.from({ length: 40 }, (_, at) => write(at)))
  await captured(api)
  const operator = await api.as('operator')
  const first = await begin(operator)
  const other = await begin(operator)
  assert.deepEqual([other.status, other.json.error.code], [409, 'device-busy'], other.text)
  const stop = (client: Client, id: string) => client.ask(`/api/verifications/${id}/stop`, { method: 'POST' })
  assert.equal((await stop(await api.as('viewer'), first.json.id)).status, 403)
  assert.deepEqual((await stop(operator, first.json.id)).json, { stopped: true })
  const result = await ended(api, operator, first.json.id)
  assert.deepEqual([result.outcome, result.report, result.place], ['stopped', null, null])
  assert.deepEqual((await stop(operator, first.json.id)).json, { stopped: false })
  const engineer = await api.as('engineer')
  const { rows } = (await engineer.ask('/api/journal?what=cut-short')).json
  assert.deepEqual(
    rows.map(({ actor, sentence }: { actor: string; sentence: string }) => [actor, sentence]),
    [['operator', 'A verification was stopped; places that it had read before stay verified.']],
  )
  // the next one is not held up, and the node ends while it goes on
  assert.equal((await begin(operator)).status, 200)
  assert.deepEqual(api.mistakes, [])
})

test('verifying takes an operator of the whole site; what is no request is refused', async () => {
  await using api = await testApi()
  for (const role of ['viewer', 'cell-operator'] as const) {
    assert.equal((await begin(await api.as(role))).status, 403, role)
  }
  assert.equal((await (await api.as('cell-operator')).ask('/api/verifications')).status, 403)
  const operator = await api.as('operator')
  for (const body of [{}, { readData: 'yes' }, { readData: 1 }, [], null]) {
    assert.equal((await begin(operator, body)).status, 400, JSON.stringify(body))
  }
  assert.equal((await operator.ask('/api/verifications/none')).status, 404)
  assert.equal((await operator.ask('/api/verifications/..%2Fx')).status, 400)
  assert.equal((await operator.ask('/api/verifications/none/stop', { method: 'POST' })).status, 404)
  assert.deepEqual((await operator.ask('/api/verifications')).json, { rows: [] })
})

const walk = '/api/journal/verification'

test('the chain of the journal is verified by itself, and damage is told as the command tells it', async () => {
  await using api = await testApi()
  await captured(api)
  const operator = await api.as('operator')
  assert.equal((await (await api.as('viewer')).ask(walk)).status, 403)
  const file = api.site.at('data', 'journal.jsonl')
  await api.until(async () => (await operator.ask('/api/runs?live=true')).json.live === 0)
  const sound = await operator.ask(walk)
  const text = await readFile(file, 'utf8')
  assert.deepEqual([sound.status, sound.json], [200, { lines: text.split('\n').length - 1, problem: null }], sound.text)
  assert.deepEqual(await api.site.json(['journal', 'verify']), sound.json)
  await writeFile(file, text.replace('"captured"', '"Captured"'))
  const broken = await operator.ask(walk)
  assert.match(broken.json.problem, /line \d+ is not a journal line/)
  assert.deepEqual(await api.site.json(['journal', 'verify'], 5), broken.json)
})

test('a long journal is verified beside everything else, keeps its connection, and is left off when nobody waits', async () => {
  await using api = await testApi({ heartbeat: 5 })
  await captured(api)
  const operator = await api.as('operator')
  const line = { type: 'administered', action: 'catalog-rebuilt', detail: 'a long life' } as const
  const many = Array.from({ length: 60_000 }, () => line)
  await api.node.archive({ name: 'test', from: null }).record.journal.append(many, new AbortController().signal)
  let ended = false
  const going = operator.ask(walk).finally(() => {
    ended = true
  })
  const [meanwhile, busy] = await Promise.all([api.ask('/healthz'), operator.ask(walk)])
  assert.deepEqual([meanwhile.status, ended], [200, false])
  assert.deepEqual([busy.status, busy.json.error?.code], [409, 'device-busy'], busy.text.slice(0, 300))
  const report = await going
  assert.ok(report.json.lines > 60_000 && report.json.problem === null, report.text)
  assert.match(report.text, /^ +\{/)

  const gone = new AbortController()
  const { url } = api.served
  const left = fetch(new URL(walk, url), { headers: { cookie: operator.cookie }, signal: gone.signal })
  await api.until(async () => (await operator.ask(walk)).status === 409)
  gone.abort()
  await assert.rejects(left.then(answer => answer.text()))
  // well before it would have ended by itself
  const begun = performance.now()
  await api.until(async () => (await operator.ask(walk)).status === 200)
  assert.ok(performance.now() - begun < 20_000)
  assert.deepEqual(api.mistakes, [])
})
