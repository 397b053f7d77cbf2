import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { testApi } from './test-api.ts'

const page = '<!doctype html><title>built</title>'

test('every address of the pages is the page, whatever dots its path and its query hold', async () => {
  await using pages = await builtPages()
  await using api = await testApi({ pages: pages.folder })
  for (const address of [
    '/',
    '/items/plc/program?part=files&file=X.TcPOU',
    '/items/plc/v1.2',
    '/items/plc.a/program.b?file=/built/a.js',
    '/assets/plc-filler.old',
    '/built.html',
  ]) {
    const answer = await api.ask(address)
    assert.equal(answer.status, 200, address)
    assert.equal(answer.text, page, address)
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/)
  }
})

test('what a build no longer holds, and what is no route of the API, is not answered with the page', async () => {
  await using pages = await builtPages()
  await using api = await testApi({ pages: pages.folder })
  const script = await api.ask('/built/index-1.js')
  assert.equal(script.text, 'run()')
  assert.match(script.headers.get('cache-control') ?? '', /immutable/)
  for (const address of ['/built/index-0.js', '/built/', '/built/deep/x?y', '/api/nothing', '/api/x.y']) {
    const answer = await api.ask(address)
    assert.equal(answer.status, 404, address)
    assert.equal(answer.json?.error.code, 'no-route', address)
  }
  assert.equal((await api.ask('/items', { method: 'POST' })).status, 404)
})

test('an address that leads out of the pages is none, and no mistake of the node', async () => {
  await using pages = await builtPages()
  await using api = await testApi({ pages: pages.folder })
  for (const address of [
    '/%2e%2e/%2e%2e/etc/passwd',
    '/../../etc/passwd',
    '/assets/%00',
    '/built/..%5c..%5cx',
    '/a/%2e',
  ]) {
    const answer = await api.ask(address)
    assert.deepEqual([answer.status, answer.json?.error.code], [404, 'no-route'], address)
  }
  assert.deepEqual(api.mistakes, [])
})

test('a large file comes whole', async () => {
  await using pages = await builtPages()
  const large = Array.from({ length: 40_000 }, (_, n) => `line ${n}`).join('\n')
  await writeFile(path.join(pages.folder, 'built', 'large.js'), large)
  await using api = await testApi({ pages: pages.folder })
  const answer = await api.ask('/built/large.js')
  assert.equal(answer.headers.get('content-length'), String(large.length))
  assert.ok(answer.text === large)
})

test('a file that is known is not sent again', async () => {
  await using pages = await builtPages()
  await using api = await testApi({ pages: pages.folder })
  const first = await api.ask('/')
  const again = await api.ask('/', { headers: { 'if-none-match': first.headers.get('etag') ?? '' } })
  assert.deepEqual([again.status, again.text], [304, ''])
  const head = await api.ask('/built/index-1.js', { method: 'HEAD' })
  assert.deepEqual(
    [head.status, head.headers.get('content-type'), head.text],
    [200, 'text/javascript; charset=utf-8', ''],
  )
})

async function builtPages() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-built-'))
  await mkdir(path.join(folder, 'built'))
  await writeFile(path.join(folder, 'index.html'), page)
  await writeFile(path.join(folder, 'built', 'index-1.js'), 'run()')
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}
