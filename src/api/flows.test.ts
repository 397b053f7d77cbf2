import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApi } from './test-api.ts'

const ftp = 'via: ftp, options: { host: 10.0.0.7, user: maint, secret: hmi-ftp }'
const overFtp = (text: string) => {
  const changed = text
    .replace('via: files, options: { path: "./hmi" }', ftp)
    .replace('via: files, options: { path: "./plc" }', ftp.replace('10.0.0.7', '10.0.0.5'))
  const conduit = '  - { from: office, to: cell, allow: [ssh] }'
  return changed.replace('\nconduits:\n', `\nconduits:\n${conduit}\n`)
}

interface FlowRow {
  readonly id: string
  readonly judgement: string
}

test('the connections that the site needs are told as the command prints them, filtered and page by page', async () => {
  await using api = await testApi({ text: overFtp })
  const viewer = await api.as('viewer')
  const all = await viewer.ask('/api/flows')
  assert.equal(all.status, 200, all.text)
  const printed = await api.site.run(['flows', '--json'])
  assert.equal(printed.code, 0, printed.err)
  const { flows } = JSON.parse(printed.out)
  const idsOf = (rows: readonly FlowRow[]) => rows.map(({ id }) => id)
  assert.deepEqual(idsOf(all.json.rows), idsOf(flows))
  assert.ok(all.json.total >= 6, all.text)
  assert.deepEqual(all.json.rows[0].items, ['plc/program'])

  const seen: string[] = []
  for (let cursor = ''; ; ) {
    const { json } = await viewer.ask(`/api/flows?limit=2${cursor}`)
    seen.push(...idsOf(json.rows))
    if (json.next === null) break
    cursor = `&cursor=${json.next}`
  }
  assert.deepEqual(seen, idsOf(flows))
  const closed = await viewer.ask('/api/flows?judgement=closed-by-default&purpose=capture&q=HMI%20ftp')
  assert.ok(closed.json.total >= 1, closed.text)
  assert.ok(closed.json.rows.every((row: FlowRow) => row.id.startsWith('capture/hmi/')))
  for (const query of ['cursor=zzz', 'limit=0', 'limit=x', `q=${'a'.repeat(201)}`, 'q=%00']) {
    assert.equal((await viewer.ask(`/api/flows?${query}`)).status, 400, query)
  }
  assert.deepEqual((await viewer.ask('/api/flows?judgement=never')).json.rows, [])
})

test('the rule list is downloaded in the machine formats of the command', async () => {
  await using api = await testApi({ text: overFtp })
  const viewer = await api.as('viewer')
  for (const [format, type] of [
    ['json', 'application/json'],
    ['csv', 'text/csv'],
    ['nftables', 'text/plain'],
  ] as const) {
    const { status, headers, text } = await viewer.ask(`/api/flows/${format}`)
    assert.equal(status, 200, text)
    assert.ok(headers.get('content-type')?.startsWith(type), String(headers.get('content-type')))
    assert.match(String(headers.get('content-disposition')), /^attachment; filename="flows\.(json|csv|nft)"/)
    const printed = await api.site.run(['flows', '--format', format])
    assert.equal(text.trimEnd(), printed.out.trimEnd(), format)
  }
})

test('whoever sees one zone is told of the connections to it, and gets no ruleset that would cut off the others', async () => {
  await using api = await testApi({ text: overFtp })
  const cell = await api.as('cell-operator')
  const { json, text } = await cell.ask('/api/flows')
  assert.ok(json.total >= 2, text)
  assert.doesNotMatch(text, /hmi|office|10\.0\.0\.7/)
  for (const format of ['json', 'csv']) {
    const file = await cell.ask(`/api/flows/${format}`)
    assert.match(file.text, /10\.0\.0\.5/)
    assert.doesNotMatch(file.text, /hmi|office|10\.0\.0\.7/)
  }
  assert.equal((await cell.ask('/api/flows/nftables')).status, 403)
  assert.equal((await api.ask('/api/flows')).status, 401)
})
