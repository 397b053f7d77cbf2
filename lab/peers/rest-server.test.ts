import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { describeFolder, pseudoRandom, scratchFolder, stockRestic } from '../../src/engine/test-repository.ts'
import { makeCertificate } from './ftp-certificate.ts'
import { type RestServerOptions, startRestServer } from './rest-server.ts'

const found = await stockRestic()
const skip = typeof found === 'string' ? found : false
const restic = typeof found === 'string' ? () => Promise.resolve('') : found
const scratch = await mkdtemp(path.join(os.tmpdir(), 'blackstart-rest-server-'))
after(() => rm(scratch, { recursive: true, force: true }))

/** A whole life of a repository, by stock restic alone, through the server. */
async function live(options: Omit<RestServerOptions, 'folder'>, ...words: string[]): Promise<void> {
  await using work = await scratchFolder()
  const source = work.path('source')
  const folder = work.path('served')
  await promisify(execFile)('mkdir', [source, folder])
  await writeFile(path.join(source, 'large'), pseudoRandom(1, 3_000_000))
  await writeFile(path.join(source, 'empty'), '')
  await using server = await startRestServer({ folder, ...options })
  const { user = '', password: secret = '' } = options.login ?? {}
  const url = new URL('deep/repository/', server.url)
  Object.assign(url, { username: user, password: secret })
  const run = (...more: string[]) => restic(`rest:${url.href}`, ...words, ...more)
  await run('init')
  await run('backup', source)
  await writeFile(path.join(source, 'large'), pseudoRandom(2, 3_000_000))
  await run('backup', source)
  await run('check', '--read-data')
  await run('forget', '--keep-last', '1', '--prune', '--group-by', '')
  await run('check', '--read-data')
  await run('restore', 'latest', '--target', work.path('restored'))
  assert.deepEqual(await describeFolder(path.join(work.path('restored'), source)), await describeFolder(source))
  assert.deepEqual((await readdir(path.join(folder, 'deep/repository'))).sort(), [
    ...['config', 'data', 'index', 'keys', 'locks', 'snapshots'],
  ])
}

describe('the REST server of the lab', { skip }, () => {
  it('serves stock restic from init to prune, in versions 2 and 1 of the protocol', async () => {
    await live({ version: 2 })
    await live({ version: 1 })
  })

  it('serves it behind a login and TLS', async () => {
    const tls = makeCertificate()
    const ca = path.join(scratch, 'ca.pem')
    await writeFile(ca, tls.cert)
    await live({ tls, login: { user: 'node', password: 'a:b@c/d' } }, '--cacert', ca)
    await assert.rejects(live({ tls }), /certificate/)
  })

  it('lets in only who knows the password, and keeps what is append-only', async () => {
    await using work = await scratchFolder()
    const login = { user: 'node', password: 'right' }
    await using server = await startRestServer({ folder: work.folder, login, appendOnly: true })
    const location = (secret: string) => `rest:${server.url.replace('//', `//node:${secret}@`)}`
    await assert.rejects(restic(location('wrong'), 'init'), /401/)
    await restic(location('right'), 'init')
    await restic(location('right'), 'backup', import.meta.filename)
    await restic(location('right'), 'forget', 'latest').catch(() => '') // 0.18 says it, and may still call that a success
    assert.ok(server.requests.some(request => request.startsWith('DELETE /snapshots/')))
    await restic(location('right'), 'check', '--read-data')
    assert.equal((JSON.parse(await restic(location('right'), 'snapshots', '--json')) as unknown[]).length, 1)
    assert.deepEqual(await readdir(work.path('locks')), [])
  })

  it('takes no file whose content is not what its name says, and none twice', async () => {
    await using work = await scratchFolder()
    await using server = await startRestServer({ folder: work.folder })
    const post = async (name: string, body: string) =>
      (await fetch(`${server.url}${name}`, { method: 'POST', body })).status
    assert.equal(await post('?create=true', ''), 200)
    const name = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881' // of "x"
    assert.equal(await post(`index/${name}`, 'y'), 400)
    assert.deepEqual(await readdir(work.path('index')), [])
    assert.equal(await post(`index/${name}`, 'x'), 200)
    assert.equal(await post(`index/${name}`, 'x'), 403)
    assert.equal(await post('config', 'one'), 200)
    assert.equal(await post('config', 'two'), 403)
    assert.equal(await post(`index/../../${name}`, 'x'), 404)
  })
})
