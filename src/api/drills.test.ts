import assert from 'node:assert/strict'
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import type { SiteNode } from '../node/site-node.ts'
import { Drills } from '../node/views/drills.ts'
import { type Answer, type Client, captured, send, type TestApi, testApi } from './test-api.ts'

const begin = (client: Client, items: unknown) => client.ask('/api/drills', { method: 'POST', body: { items } })
const stop = (client: Client, id: string) => client.ask(`/api/drills/${id}/stop`, { method: 'POST' })

async function ended(api: TestApi, client: Client, id: string) {
  return await api.until(async () => {
    const { json } = await client.ask(`/api/drills/${id}`)
    return json.ended === null ? null : json
  })
}

interface Line {
  readonly item: string
  readonly version: string
  readonly passed: boolean
}

test('all items are rehearsed, or one version, as the command does; one drill goes on at a time', async () => {
  await using api = await testApi()
  await captured(api)
  const operator = await api.as('operator')
  const both = await Promise.all([begin(operator, 'all'), begin(operator, 'all')])
  const [all, other] = both.toSorted((a, b) => a.status - b.status)
  assert.deepEqual([all?.status, other?.status, other?.json.error.code], [200, 409, 'device-busy'])
  const { results } = await ended(api, operator, all?.json.id)
  assert.deepEqual(
    results.map(({ item, passed }: Line) => [item, passed]),
    [
      ['plc/program', true],
      ['hmi/screens', true],
    ],
  )
  const [first] = results as readonly Line[]
  const one = await begin(operator, [`plc/program@${first?.version}`])
  const named = await ended(api, operator, one.json.id)
  assert.deepEqual([named.results[0].version, named.results[0].passed], [first?.version, true])
  const lost = await ended(api, operator, (await begin(operator, ['plc/program@20010101T000000000Z-0000'])).json.id)
  assert.deepEqual([lost.results[0].passed, lost.results[0].error.code], [false, 'not-found'])
  assert.equal((await begin(operator, ['plc/none'])).status, 404)
  assert.deepEqual(api.mistakes, [])
})

test('a drill is begun and stopped in the zones of what it rehearses', async () => {
  await using api = await testApi()
  await captured(api)
  const [operator, cell, viewer] = await Promise.all([api.as('operator'), api.as('cell-operator'), api.as('viewer')])
  assert.equal((await begin(cell, 'all')).status, 403)
  assert.equal((await begin(cell, ['hmi/screens@latest'])).status, 403)
  const own = await begin(cell, ['plc/program@latest'])
  assert.equal(own.status, 200, own.text)
  assert.equal((await stop(viewer, own.json.id)).status, 403)
  assert.equal((await stop(cell, own.json.id)).status, 200)
  await ended(api, cell, own.json.id)
  assert.deepEqual((await stop(cell, own.json.id)).json, { stopped: false })
  const { rows } = (await (await api.as('engineer')).ask('/api/journal?what=cut-short')).json
  assert.deepEqual(
    rows.map(({ actor }: { actor: string }) => actor),
    ['cell-operator'],
  )
  const other = await begin(operator, ['hmi'])
  assert.equal((await cell.ask(`/api/drills/${other.json.id}`)).status, 403)
  assert.equal((await stop(cell, other.json.id)).status, 403)
  assert.deepEqual((await stop(operator, 'none')).status, 404)
})

/** Over the socket of this machine. */
function locally(api: TestApi, address: string, body?: unknown): Promise<Answer> {
  const socketPath = api.site.at('data', 'run', 'node.sock')
  const text = body === undefined ? undefined : JSON.stringify(body)
  const headers = { 'content-type': 'application/json', 'content-length': String(text?.length ?? 0) }
  return text === undefined
    ? send({ socketPath, path: address }, undefined)
    : send({ socketPath, path: address, method: 'POST', headers }, text)
}

test('a sandbox is kept, or made in a folder of one’s choice, for this machine’s own command line alone', async () => {
  await using api = await testApi()
  await captured(api)
  const administrator = await api.as('administrator')
  const elsewhere = api.site.at('elsewhere')
  for (const more of [{ keep: true }, { sandbox: elsewhere }, { keep: true, sandbox: elsewhere }]) {
    const body = { items: ['plc/program'], ...more }
    const refused = await administrator.ask('/api/drills', { method: 'POST', body })
    assert.deepEqual([refused.status, refused.json.error.code], [403, 'forbidden'], refused.text)
  }
  await assert.rejects(stat(elsewhere), /ENOENT/)
  const half = await locally(api, '/api/drills', { items: 'all', sandbox: 'elsewhere' })
  assert.deepEqual([half.status, half.json.error.code], [400, 'usage'], half.text)

  const kept = await locally(api, '/api/drills', { items: ['plc/program'], keep: true })
  const [first] = (await ended(api, administrator, kept.json.id)).results
  assert.equal(path.dirname(first.sandbox), api.site.at('data', 'sandboxes'))
  assert.equal(await readFile(path.join(first.sandbox, 'content', 'main.st'), 'utf8'), 'x := 1;\n')
  assert.equal((await stat(first.sandbox)).mode & 0o777, 0o700)
  const named = await locally(api, '/api/drills', { items: 'all', sandbox: elsewhere })
  const { results, sandboxes } = await ended(api, administrator, named.json.id)
  assert.deepEqual([sandboxes, results.length, await readdir(elsewhere)], [elsewhere, 2, []])
})

test('an item tells all that the command tells of it; what one has of the results is left out', async () => {
  await using api = await testApi()
  await captured(api)
  const operator = await api.as('operator')
  const { id } = (await begin(operator, 'all')).json
  const { results } = await ended(api, operator, id)
  const [plc] = results
  const phases = ['open', 'openContent', 'restore', 'verify']
  assert.deepEqual([plc.choice, plc.files, plc.sandbox, Object.keys(plc.phases).sort()], ['latest', 1, null, phases])
  assert.deepEqual(
    plc.checks.find(({ check }: { check: string }) => check === 'digest'),
    {
      check: 'digest',
      files: 1,
      failed: 0,
    },
  )
  const later = await operator.ask(`/api/drills/${id}?after=1`)
  assert.deepEqual(later.json.results, results.slice(1))
})

test('failure modes to start a register from are told by kind, as the command prints them', async () => {
  await using api = await testApi()
  const cell = await api.as('cell-operator')
  const all = await cell.ask('/api/criticality/library')
  assert.ok(all.json.kinds.length > 10 && all.json.yaml === null, all.text)
  const plc = await cell.ask('/api/criticality/library?kind=plc')
  const printed = await api.site.run(['criticality', '--library', 'plc'])
  assert.equal(plc.json.yaml.trim(), printed.out.trim())
  assert.equal((await cell.ask('/api/criticality/library?kind=tea')).json.error.code, 'usage')
})

test('the plan of several processes is asked for at once, as the command tells it', async () => {
  const packing = '  - { id: packing, data: configuration, mtdl: 1h, mtd: 4h, needs: [hmi] }\n'
  const cleaning = '  - { id: cleaning, data: configuration, mtdl: 1h, mtd: 4h, needs: [plc] }\n'
  await using api = await testApi({ text: text => text.replace('assets:\n', `${packing}${cleaning}assets:\n`) })
  await captured(api)
  const operator = await api.as('operator')
  await ended(api, operator, (await begin(operator, 'all')).json.id)
  const named = await operator.ask('/api/plan?process=cleaning,filling')
  const ids = ({ json }: { json: { processes: { process: string }[] } }) => json.processes.map(({ process }) => process)
  assert.deepEqual([named.status, ids(named)], [200, ['filling', 'cleaning']], named.text)
  assert.deepEqual(ids(await operator.ask('/api/plan')), ['filling', 'packing', 'cleaning'])
  // by the node, whose socket it finds, and by itself
  const asked = await api.site.json(['plan', 'filling', 'cleaning'])
  assert.deepEqual(asked, named.json)
  assert.ok(asked.processes[0].steps[0].measuredAt !== null)
  const unknown = await operator.ask('/api/plan?process=filling,tea')
  assert.deepEqual([unknown.status, unknown.json.error.code], [404, 'not-found'])
  assert.match(unknown.json.error.message, /"tea"\. There are filling, packing, cleaning\./)
  const said = await api.site.run(['plan', 'tea'])
  assert.deepEqual([said.code, said.err.trim()], [1, unknown.json.error.message])
})

test('a mistake of ours in a drill is in the log, as whoever asked is told', async () => {
  await using api = await testApi()
  await captured(api)
  const mistake = new Error('a mistake')
  const archive: SiteNode['archive'] = by => {
    const whole = api.node.archive(by)
    const approval = () => Promise.reject(mistake)
    return { ...whole, record: { ...whole.record, catalog: { ...whole.record.catalog, approval } } }
  }
  const { node } = api
  const faulty = { judged: () => node.judged(), now: () => node.now(), archive } as unknown as SiteNode
  const mistakes: unknown[] = []
  await using drills = new Drills(faulty, { told: () => undefined, onMistake: error => void mistakes.push(error) })
  const { id } = drills.begin(['plc/program'], { keep: false, sandbox: null }, { name: 'jo', from: null })
  const [result] = await api.until(() => (drills.of(id).ended === null ? null : drills.of(id).results))
  assert.match(result?.error?.message ?? '', /the node's log says why/)
  assert.deepEqual(mistakes, [mistake])
})
