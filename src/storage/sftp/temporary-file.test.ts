import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { after, it } from 'node:test'
import { type FaultProxy, startFaultProxy } from '../../../lab/peers/fault-proxy.ts'
import { type Sshd, sshdLacking } from '../../../lab/peers/sshd.ts'
import { SftpSession } from './sftp-session.ts'
import { TemporaryFile } from './temporary-file.ts'
import { failing, TestRepositories } from './test-repositories.ts'

const skip = sshdLacking ?? false
const signal = AbortSignal.timeout(60_000)
/** Sixteen pieces that are under way, and one that waits for them or is filled. */
const mostHeld = 17 * 255 * 1024
const repositories = new TestRepositories()
after(() => repositories[Symbol.asyncDispose]())
const server = await repositories.sshd()

it('holds no more than was not acknowledged, however large the file and however often the connection breaks', {
  skip,
}, async () => {
  await using proxy = await startFaultProxy(server)
  const content = randomBytes(24_000_000)
  let held = 0
  const file = await TemporaryFile.create(
    await session(server, proxy),
    `${server.remote}/file-tmp-1`,
    undefined,
    signal,
  )
  let broken = false
  proxy.arm(...[3_000_000, 2_000_000, 5_000_000].map(after => ({ what: 'reset', on: 'sent', after }) as const))
  for (let at = 0; at < content.length; ) {
    try {
      if (broken) await file.goOn(await session(server, proxy), signal)
      broken = false
      await file.append(content.subarray(at, at + 500_000), signal)
      at += 500_000
    } catch (error) {
      failing('connection-lost', true)(error)
      broken = true
    }
    held = Math.max(held, file.held)
  }
  assert.equal(await file.moveTo(`${server.remote}/file`, signal), content.length)
  assert.ok(held > 0 && held <= mostHeld, `${held} bytes held`)
  assert.equal(file.held, 0)
  assert.ok(content.equals(await readFile(path.join(server.folder, 'file'))))
  assert.deepEqual([proxy.connections, proxy.armed], [4, 0])
  await file.session.end()
})

function session({ user, privateKey, hostKey }: Sshd, { port }: FaultProxy): Promise<SftpSession> {
  const place = { user, host: '127.0.0.1', port, folder: '' }
  const access = { privateKey, hostKey }
  return SftpSession.open({ place, user, access, location: 'sftp:test', idleTimeout: 10_000 }, signal)
}
