import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { type Client, testApi } from './test-api.ts'

const value = 'geheim-7f3a\nsecond line'
const withFtp = (text: string) =>
  text.replace(
    'via: files, options: { path: "./hmi" }',
    'via: ftp, options: { host: 127.0.0.1, port: 9, user: maint, secret: hmi-ftp }',
  )

const put = (client: Client, name: string, body: unknown) => client.ask(`/api/secrets/${name}`, { method: 'PUT', body })

test('a missing secret is named with what needs it, set by an administrator, and never told again', async () => {
  await using api = await testApi({ text: withFtp })
  const administrator = await api.as('administrator')
  const rows = async () => (await administrator.ask('/api/secrets')).json.rows
  assert.deepEqual(await rows(), [{ name: 'hmi-ftp', set: null, items: ['hmi/screens'], others: [] }])
  const answer = await put(administrator, 'hmi-ftp', { value })
  assert.equal(answer.status, 200, answer.text)
  const [row] = await rows()
  assert.equal(row.name, 'hmi-ftp')
  assert.ok(Math.abs(Date.parse(row.set) - Date.now()) < 60_000)
  const who = { name: 'test', from: null }
  assert.equal(api.node.archive(who).secrets.get('hmi-ftp'), value)
  const item = await administrator.ask('/api/items/hmi/screens')
  assert.deepEqual(item.json.secrets, [{ name: 'hmi-ftp', set: true }])
  const listed = await administrator.ask('/api/secrets')
  const journal = await readFile(api.site.at('data', 'journal.jsonl'), 'utf8')
  const kept = await readFile(api.site.at('data', 'secrets.json'), 'utf8')
  for (const text of [answer.text, listed.text, item.text, journal, kept]) assert.doesNotMatch(text, /geheim-7f3a/)
  const noted = journal.split('\n').filter(line => line.includes('"type":"secret"'))
  assert.match(noted[0] ?? '', /"actor":"administrator .*"action":"set","name":"hmi-ftp"/)
  const removed = await administrator.ask('/api/secrets/hmi-ftp', { method: 'DELETE' })
  assert.equal(removed.status, 200, removed.text)
  assert.equal((await rows())[0].set, null)
  assert.equal((await administrator.ask('/api/secrets/hmi-ftp', { method: 'DELETE' })).status, 404)
  assert.match(await readFile(api.site.at('data', 'journal.jsonl'), 'utf8'), /"action":"removed","name":"hmi-ftp"/)
  assert.deepEqual(api.mistakes, [])
})

test('secrets are for administrators who have just shown who they are; what is wrong is told without the value', async () => {
  await using api = await testApi()
  for (const role of ['viewer', 'operator', 'engineer'] as const) {
    const client = await api.as(role)
    assert.equal((await client.ask('/api/secrets')).status, 403, role)
    assert.equal((await put(client, 'plc', { value })).status, 403, role)
  }
  const administrator = await api.as('administrator')
  const long = 'ä'.repeat(33_000)
  for (const body of [{ value: '' }, { value: long }, { value: 7 }, {}, { value, other: value }]) {
    const { status, text } = await put(administrator, 'plc', body)
    assert.equal(status, 400, text)
    assert.doesNotMatch(text, /geheim|ää/)
  }
  assert.equal((await put(administrator, 'plc', { value: 'ä'.repeat(32_768) })).status, 200, '64 KiB')
  for (const name of ['..%2Fsite', '%00', '-a', 'a'.repeat(64)]) {
    assert.equal((await put(administrator, name, { value })).status, 400, name)
  }
  api.clock.ahead = 11 * 60_000
  assert.equal((await put(administrator, 'plc', { value })).json.error.code, 'proof-needed')
  assert.deepEqual(api.mistakes, [])
})

test('a secret that is set by the command line is known to the node within a second or so', async () => {
  await using api = await testApi({ text: withFtp })
  const administrator = await api.as('administrator')
  const ran = await api.site.run(['secrets', 'set', 'hmi-ftp'], `${value}\n`)
  assert.equal(ran.code, 0, ran.err)
  await api.until(async () => (await administrator.ask('/api/secrets')).json.rows[0].set)
  await put(administrator, 'other', { value })
  const { rows } = (await administrator.ask('/api/secrets')).json
  assert.deepEqual(
    rows.map(({ name, set }: { name: string; set: string | null }) => [name, set !== null]),
    [
      ['hmi-ftp', true],
      ['other', true],
    ],
  )
})
