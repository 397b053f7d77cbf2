import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { it } from 'node:test'
import { startRestServer } from '../../../../lab/peers/rest-server.ts'
import { runBlackstart } from '../../../../lab/run-blackstart.ts'
import { initRepository } from '../../../engine/repository.ts'
import { restBackend } from '../../../storage/rest/rest-backend.ts'

const signal = AbortSignal.timeout(100_000)

interface Listed {
  readonly caches: readonly { readonly repository: string; readonly bytes: number; readonly aged: boolean }[]
  readonly removed: readonly string[]
}

it('repo keeps a cache of remote repositories only, tells what it takes, and removes old ones', async () => {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'blackstart-cache-'))
  await using server = await startRestServer({ folder: path.join(scratch, 'server') })
  const env = { XDG_CACHE_HOME: path.join(scratch, 'home'), RESTIC_CACHE_DIR: '' }
  const base = path.join(scratch, 'home', 'blackstart')
  await writeFile(path.join(scratch, 'password'), 'secret')
  await mkdir(path.join(scratch, 'source'))
  await writeFile(path.join(scratch, 'source', 'recipe.csv'), 'step;1\n')
  await using backend = restBackend(`${server.url}plant`, {})
  await initRepository(backend, 'secret', { scrypt: { N: 1024, r: 8, p: 1 } }, signal)
  const repo = async (location: string, ...words: string[]) => {
    const options = ['-r', location, '-p', path.join(scratch, 'password')]
    const ran = await runBlackstart(['repo', ...words, ...options], { env })
    assert.equal(ran.code, 0, ran.err)
    return ran.out
  }
  const caches = async (...words: string[]) =>
    (await runBlackstart(['repo', 'cache', '--json', ...words], { env })).json() as Listed
  const remote = `rest:${server.url}plant`
  await repo(remote, 'backup', path.join(scratch, 'source'), '--no-cache')
  await repo(path.join(scratch, 'server', 'plant'), 'ls', 'latest')
  assert.deepEqual((await caches()).caches, [])

  const listing = await repo(remote, 'ls', 'latest')
  const before = server.requests.length
  assert.equal(await repo(remote, 'ls', 'latest'), listing)
  const asked = server.requests.slice(before)
  assert.ok(asked.length > 0)
  assert.deepEqual(
    asked.filter(each => /^GET .*(?:index|snapshots|data)\/[0-9a-f]{64}/.test(each)),
    [],
  )
  const [cache, ...others] = (await caches()).caches
  assert.ok(cache && cache.bytes > 500 && !cache.aged && others.length === 0)
  await utimes(path.join(base, cache.repository), new Date(0), new Date(0))
  assert.match((await runBlackstart(['repo', 'cache'], { env })).out, /unused for 30 days/)
  assert.deepEqual(await caches('--cleanup'), { folder: base, caches: [], removed: [cache.repository] })
  assert.deepEqual(await readdir(base), ['CACHEDIR.TAG'])
  await rm(scratch, { recursive: true })
})
