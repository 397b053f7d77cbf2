import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { test } from 'node:test'
import { captured, password, testApi } from './test-api.ts'

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
  const asking = text.replace(
    'via: files, options: { path: "./plc" }',
    'via: ftp, options: { host: plc, user: jo, secret: plc-1 }',
  )
  const unset = await administrator.ask('/api/site/check', { method: 'POST', body: { text: asking } })
  assert.deepEqual(
    unset.json.problems.map(({ message }: { message: string }) => message),
    ['the secret "plc-1" is not set'],
  )
  assert.match(JSON.stringify(unset.json.hunks), /secret: plc-1 \}/)
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

test('over a file on the disk that has errors, or is gone, what is in force is written back with the etag of that file', async () => {
  await using api = await testApi()
  const administrator = await api.as('administrator')
  const { text, etag } = (await administrator.ask('/api/site')).json
  const save = (match: string) =>
    administrator.ask('/api/site', { method: 'PUT', body: { text }, headers: { 'if-match': match } })
  const breakIt = [
    () => api.site.write('site.yaml', text.replace('zone: cell', 'zone: cell-zzz')),
    () => rm(api.site.at('site.yaml')),
  ]
  for (const act of breakIt) {
    await act()
    await api.node.reload()
    const { refused } = (await administrator.ask('/api/site')).json
    assert.equal((await save(etag)).status, 412, 'what is in force is not what the disk holds')
    const saved = await save(refused.etag)
    assert.equal(saved.status, 200, saved.text)
    assert.equal(saved.json.refused, null)
    assert.equal(await readFile(api.site.at('site.yaml'), 'utf8'), text)
  }
  const { rows } = (await administrator.ask('/api/site/versions')).json
  assert.deepEqual(rows.map(({ errors }: { errors: number }) => errors).toSorted(), [0, 0, 1])
  assert.equal(rows[0].errors, 0)
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
  assert.equal(first[0], 'administrator')
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
  assert.equal(later[0], 'administrator')
})

test('the site file is saved by whoever has just shown who they are', async () => {
  await using api = await testApi()
  const administrator = await api.as('administrator')
  const { text, etag } = (await administrator.ask('/api/site')).json
  api.clock.ahead += 3_600_000
  const save = () =>
    administrator.ask('/api/site', { method: 'PUT', body: { text: `${text}# x\n` }, headers: { 'if-match': etag } })
  assert.equal((await save()).json.error.code, 'proof-needed')
  await administrator.ask('/api/session/proof', { method: 'POST', body: { password } })
  assert.equal((await save()).status, 200)
})

test('a site file of 2,000 assets and 10,000 items is checked; one that holds more than any plant is not begun with', async () => {
  await using api = await testApi()
  const administrator = await api.as('administrator')
  const { text, etag } = (await administrator.ask('/api/site')).json
  const check = (body: string) => administrator.ask('/api/site/check', { method: 'POST', body: { text: body } })
  const plant = Array.from({ length: 2_000 }, (_, n) => {
    const items = Array.from(
      { length: 5 },
      (_, m) => `      - { id: item-${m}, kind: program, via: files, options: { path: ./plc/${n} }, every: 15m }\n`,
    )
    return `  - id: filler-${n}\n    name: Filler number ${n}\n    kind: plc\n    zone: cell\n    items:\n${items.join('')}`
  })
  const large = await check(text.replace(/^assets:\n/m, `assets:\n${plant.join('')}`))
  assert.equal(large.json.counts?.items, 10_002, large.text.slice(0, 300))
  const hostile = `site: {${Array.from({ length: 200_000 }, (_, n) => `k${n}: 1,`).join('')}}\n`
  for (const body of [hostile, `assets: [${'{},'.repeat(200_000)}]`, `${text}# ${'x'.repeat(2_200_000)}\n`]) {
    const begun = performance.now()
    assert.equal((await check(body)).json.error.code, 'too-large')
    const put = { method: 'PUT', body: { text: body }, headers: { 'if-match': etag } }
    assert.equal((await administrator.ask('/api/site', put)).status, 413)
    assert.ok(performance.now() - begun < 2_000, 'it was not parsed')
  }
})
