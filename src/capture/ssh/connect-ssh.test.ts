import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import os from 'node:os'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { type SftpDeviceOptions, startSftpDevice } from '../../../lab/devices/sftp-device.ts'
import { BlackstartError } from '../../errors.ts'
import { testTarget } from '../contract.ts'
import { connectSsh, type SshOptions, type SshTarget } from './connect-ssh.ts'

const password = 'correct horse battery'
const device = (more: Partial<SftpDeviceOptions> = {}) =>
  startSftpDevice({ folder: os.tmpdir(), user: 'backup', password, ...more })

const options = (port: number, more: Partial<SshOptions> = {}): SshOptions => ({
  port,
  user: 'backup',
  legacy: false,
  ...more,
})
const target = (port: number, more: Partial<SshTarget> = {}) =>
  testTarget({ options: options(port), secret: () => password, ...more })

async function failure(promise: Promise<unknown>, code: string, words: RegExp): Promise<void> {
  await assert.rejects(promise, (error: BlackstartError) => {
    assert.equal(error.code, code, error.message)
    assert.match(error.message, words)
    assert.ok(error.message.startsWith('test-asset/test-item: '))
    assert.ok(!inspect(error, { depth: 8 }).includes(password))
    return true
  })
}

const signal = () => AbortSignal.timeout(10_000)

test('logs in by password, and by keyboard-interactive where the device asks', async () => {
  for (const asks of [false, true]) {
    await using running = await device({ asks })
    await using connection = await connectSsh(target(running.port), options(running.port), signal())
    assert.equal(connection.device, `127.0.0.1:${running.port}`)
    assert.deepEqual([running.sessions.logins, running.sessions.open], [1, 1])
  }
})

test('a wrong password is tried once, by one method, and the sentence names the secret', async () => {
  for (const asks of [false, true]) {
    await using running = await device({ asks })
    const wrong = target(running.port, { secret: () => `${password}?` })
    await failure(
      connectSsh(wrong, options(running.port), signal()),
      'login-refused',
      /user "backup".*Check secrets set test-asset\./,
    )
    assert.ok(running.sessions.refused <= 1)
  }
})

test('an untrusted host key ends the connection before the login begins', async () => {
  await using running = await device()
  const trust = (fingerprint: string) => {
    assert.equal(fingerprint, running.hostKey)
    throw new BlackstartError('host-key', 'test-asset/test-item: another key than before')
  }
  await failure(connectSsh(target(running.port, { trust }), options(running.port), signal()), 'host-key', /another key/)
  assert.deepEqual([running.sessions.logins, running.sessions.refused], [0, 0])
})

test('a device that knows old algorithms only is refused, unless the item asks for them', async () => {
  const algorithms = {
    kex: ['diffie-hellman-group14-sha1' as const],
    cipher: ['aes128-cbc' as const],
    hmac: ['hmac-sha1' as const],
  }
  await using running = await device({ algorithms })
  await failure(
    connectSsh(target(running.port), options(running.port), signal()),
    'protocol',
    /no matching key exchange.*`legacy: true`/,
  )
  await using _ = await connectSsh(target(running.port), options(running.port, { legacy: true }), signal())
  assert.equal(running.sessions.logins, 1)
})

test('a silent listener is a timeout, a closed port unreachable, another protocol told', async () => {
  const silent = net.createServer().listen(0, '127.0.0.1')
  const chatty = net.createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1')
  await Promise.all([once(silent, 'listening'), once(chatty, 'listening')])
  const portOf = (server: net.Server) => (server.address() as net.AddressInfo).port
  const timeouts = { connect: 200, idle: 200 }
  await failure(
    connectSsh(target(0, { timeouts }), options(portOf(silent)), signal()),
    'timeout',
    /did not answer in time/,
  )
  await failure(connectSsh(target(0), options(portOf(chatty)), signal()), 'connection-lost', /before the login/)
  const closed = portOf(silent)
  silent.close()
  chatty.close()
  await failure(connectSsh(target(0), options(closed), signal()), 'unreachable', /does not answer \(ECONNREFUSED\)/)
})

test('an abort ends the login at once with its own reason', async () => {
  const silent = net.createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as net.AddressInfo
  const started = performance.now()
  await assert.rejects(connectSsh(target(port), options(port), AbortSignal.timeout(100)), { name: 'TimeoutError' })
  assert.ok(performance.now() - started < 1000)
  silent.close()
})

test('a device that resets the connection as it is ended takes nothing away', async () => {
  await using running = await device()
  let resets = false
  const between = net.createServer(client => {
    const away = net.connect(running.port, '127.0.0.1')
    client.on('data', data => (resets ? client.resetAndDestroy() : away.write(data)))
    away.on('data', data => client.write(data))
    for (const socket of [client, away]) socket.on('error', () => undefined)
    client.on('close', () => away.destroy())
  })
  between.listen(0, '127.0.0.1')
  await once(between, 'listening')
  const { port } = between.address() as net.AddressInfo
  try {
    await using connection = await connectSsh(target(port), options(port), signal())
    assert.equal(connection.ended.aborted, false)
    resets = true
  } finally {
    between.close()
  }
})
