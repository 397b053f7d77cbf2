import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NodeParts } from './api-context.ts'
import { captured, testApi } from './test-api.ts'

const none = { asset: null, item: null, class: null, since: null, approval: null, remedy: '' } as const
const parts: NodeParts = {
  needs: () => [
    { ...none, id: 'channel:mail', kind: 'trigger', severity: 'high', zone: null, what: 'mail does not arrive' },
    { ...none, id: 'trigger:hmi', kind: 'trigger', severity: 'high', zone: 'office', what: 'the folder is gone' },
    { ...none, id: 'trigger:plc', kind: 'trigger', severity: 'high', zone: 'cell', what: 'the port is taken' },
  ],
}

test('whoever sees one zone is told of it alone: nothing of other zones, and nothing of what has no zone', async () => {
  const other = '\n  - { id: printing, name: Printing, data: configuration, mtdl: 1h, mtd: 4h, rto: 2h, needs: [hmi] }'
  await using api = await testApi({ parts, text: text => text.replace(/\nprocesses:/, `$&${other}`) })
  await captured(api)
  const cell = await api.as('cell-operator')
  const viewer = await api.as('viewer')
  await api.until(async () => (await viewer.ask('/api/storage')).json.assets.length >= 2)
  for (const at of ['storage', 'findings?limit=500', 'findings/next', 'vocabulary', 'captures', 'overview', 'runs']) {
    const { status, text } = await cell.ask(`/api/${at}`)
    assert.equal(status, 200, `${at}: ${text}`)
    // a kind of asset is a word of everybody
    assert.doesNotMatch(text.replace('"hmi","scada"', ''), /hmi|office|printing|node\/|channel|data\/repository/, at)
    const whole = await viewer.ask(`/api/${at}`)
    assert.match(whole.text, /hmi|office|printing/, at)
  }
  const { json: storage } = await cell.ask('/api/storage')
  assert.deepEqual(
    [storage.assets.map((one: { asset: string }) => one.asset), storage.repository.stored, storage.places],
    [['plc'], null, []],
  )
  const subjects = new Set<string>((await cell.ask('/api/findings?limit=500')).json.rows.map(subjectOf))
  assert.ok(subjects.has('plc/program') || subjects.has('plc'), [...subjects].join())
  assert.deepEqual(
    [...subjects].filter(subject => !/^(plc|cell|filling)(\/|$)/.test(subject)),
    [],
  )
  const { needs, counts } = (await cell.ask('/api/overview')).json
  assert.ok(needs.some(({ id }: { id: string }) => id === 'trigger:plc'))
  const whole = (await viewer.ask('/api/overview')).json.counts
  assert.ok(counts.findings.high + counts.findings.medium < whole.findings.high + whole.findings.medium)
})

function subjectOf({ subject }: { subject: string }): string {
  return subject
}

test('what an asset needs, and what needs it, is told as far as it is seen', async () => {
  const related = (text: string) => text.replace(/- id: plc\n/, '- id: plc\n    needs: [hmi]\n')
  await using api = await testApi({ text: related })
  await captured(api)
  const [cell, viewer] = [await api.as('cell-operator'), await api.as('viewer')]
  const assetOf = async (who: typeof cell, id: string) => (await who.ask(`/api/assets/${id}`)).json
  const mapped = async (who: typeof cell) =>
    (await who.ask('/api/map')).json.assets.find(({ id }: { id: string }) => id === 'plc').needs
  assert.deepEqual([(await assetOf(viewer, 'plc')).needs, await mapped(viewer)], [['hmi'], ['hmi']])
  assert.deepEqual((await assetOf(viewer, 'hmi')).neededBy, ['plc'])
  assert.deepEqual([(await assetOf(cell, 'plc')).needs, await mapped(cell)], [[], []])
})

test('a word that is not seen is answered as one that there is not', async () => {
  await using api = await testApi()
  await captured(api)
  const cell = await api.as('cell-operator')
  for (const at of ['findings', 'findings/next']) {
    assert.equal((await cell.ask(`/api/${at}?of=plc`)).status, 200)
    const [unseen, unknown] = await Promise.all(['hmi', 'hmo'].map(word => cell.ask(`/api/${at}?of=${word}`)))
    assert.deepEqual([unseen?.status, unknown?.status], [400, 400])
    assert.equal(unseen?.text.replaceAll('hmi', 'hmo'), unknown?.text)
  }
})

test('captures of one zone come in full pages, one after the other', async () => {
  await using api = await testApi()
  await captured(api)
  const operator = await api.as('operator')
  for (let count = 0; count < 3; count += 1) {
    await operator.ask('/api/captures', { method: 'POST', body: { items: 'all' } })
    await api.until(async () => (await operator.ask('/api/runs?live=true')).json.live === 0)
  }
  const cell = await api.as('cell-operator')
  const seen: string[] = []
  for (let cursor = ''; ; ) {
    const { json } = await cell.ask(`/api/captures?limit=1${cursor}`)
    assert.equal(json.rows.length, 1)
    seen.push(json.rows[0].item)
    if (json.next === null) break
    cursor = `&cursor=${json.next}`
  }
  assert.deepEqual([seen.length >= 4, new Set(seen)], [true, new Set(['plc/program'])])
})

test('what the whole node counts is for whoever sees the whole site', async () => {
  await using api = await testApi()
  assert.equal((await (await api.as('cell-operator')).ask('/metrics')).status, 403)
  assert.equal((await (await api.as('viewer')).ask('/metrics')).status, 200)
})

test('lines of the journal are told live to those who may read it; to others those of what they see, without addresses', async () => {
  await using api = await testApi()
  await captured(api)
  const listen = async (role: 'engineer' | 'cell-operator') => {
    const { cookie } = await api.as(role)
    const stop = new AbortController()
    const response = await fetch(`${api.served.url}api/events`, { headers: { cookie }, signal: stop.signal })
    let seen = ''
    const read = async () => {
      for await (const part of response.body!.pipeThrough(new TextDecoderStream())) seen += part
    }
    const reading = read().catch(() => undefined)
    const end = async () => {
      stop.abort()
      await reading
    }
    return { text: () => seen, [Symbol.asyncDispose]: end }
  }
  await using engineer = await listen('engineer')
  await using cell = await listen('cell-operator')
  const approver = await api.as('administrator')
  for (const item of ['hmi/screens', 'plc/program']) {
    const at = `/api/items/${item}/versions/latest/approve`
    assert.equal((await approver.ask(at, { method: 'POST', body: { note: null } })).status, 200)
  }
  await api.until(() => /approved","item":"plc/.test(cell.text()) && /approved","item":"plc/.test(engineer.text()))
  assert.match(engineer.text(), /"what":"person"/)
  assert.match(engineer.text(), /administrator \(127\.0\.0\.1\)/)
  assert.doesNotMatch(cell.text(), /"what":"person"|hmi|127\.0\.0\.1|node\//)
  assert.match(cell.text(), /"actor":"administrator"/)
})
