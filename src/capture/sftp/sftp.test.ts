import assert from 'node:assert/strict'
import { appendFile, chmod, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { type SftpDevice, type SftpDeviceOptions, startSftpDevice } from '../../../lab/devices/sftp-device.ts'
import { sshdLacking, startSshd } from '../../../lab/peers/sshd.ts'
import type { BlackstartError } from '../../errors.ts'
import type { Target } from '../connector.ts'
import {
  type ContractCase,
  captured,
  connectorContract,
  contractTree,
  entriesOf,
  type Given,
  sampleBytes,
  testTarget,
} from '../contract.ts'
import { type SftpOptions, sftp } from './sftp.ts'

const password = 'correct horse battery'
const tree: readonly Given[] = [
  ...contractTree,
  { type: 'link', path: 'program/current', target: '../visu.dat' },
  { type: 'link', path: 'nowhere', target: '/does/not/exist' },
]
const content = tree.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.content.length : 0), 0)

interface SftpCase extends ContractCase<SftpOptions> {
  readonly device: SftpDevice
  readonly folder: string
}

type Sources = Partial<SftpDeviceOptions>

async function simulated(device: Sources = {}): Promise<SftpCase> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-sftp-'))
  const running = await startSftpDevice({ folder, user: 'backup', password, ...device })
  const options: SftpOptions = { port: running.port, user: 'backup', legacy: false, path: '/item' }
  return {
    connector: sftp,
    device: running,
    folder,
    tree,
    secrets: [password],
    target: overrides => testTarget({ options, secret: () => password, ...overrides }),
    fill: given => fill(path.join(folder, 'item'), given),
    async cutOff(point, points) {
      // half of the points by bytes, so that files break in the middle; half by requests, so that listings do
      if (point % 2 === 0) running.faults.cutAfterBytes = Math.floor((content * (point - 1)) / points)
      else running.faults.cutAfterRequests = Math.ceil((30 * point) / points)
      if (point % 2 === 0) delete running.faults.cutAfterRequests
      else delete running.faults.cutAfterBytes
      return {}
    },
    async goSilent() {
      running.faults.stallAfterBytes = 1000
    },
    sessions: () => running.sessions,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function overSshd(): Promise<ContractCase<SftpOptions>> {
  const server = await startSshd({ chroot: true })
  const seen = { open: 0, most: 0 }
  const options: SftpOptions = { port: server.port, user: server.user, legacy: false, path: `${server.remote}/item` }
  const target = (overrides: Partial<Target<SftpOptions>> = {}) =>
    testTarget({ options, secret: () => server.password, ...overrides })
  const fillAsUser = async (given: readonly Given[]) => {
    await fill(path.join(server.folder, 'item'), given)
    await chmod(path.join(server.folder, 'item'), 0o777)
    for (const { type, path: at } of given)
      if (type === 'folder') await chmod(path.join(server.folder, 'item', at), 0o777)
  }
  const count = async () => {
    seen.open = (await server.sessions()).length
    seen.most = Math.max(seen.most, seen.open)
  }
  const poll = setInterval(() => void count(), 10)
  let calls = 0
  return {
    connector: sftp,
    tree,
    secrets: [server.password],
    target,
    fill: fillAsUser,
    /** Ends the server's session process at a moment spread over the capture's requests. */
    async cutOff(point, points) {
      const count = async () => {
        calls += 1
      }
      if (calls === 0) await captured(sftp, target({ pace: { bytes: count, pause: count } }))
      const moment = Math.max(1, Math.floor((calls * point) / points) - 1)
      let call = 0
      const cut = async () => {
        call += 1
        if (call === moment) await server.cut()
      }
      return { pace: { bytes: cut, pause: cut } }
    },
    sessions: () => seen,
    async [Symbol.asyncDispose]() {
      clearInterval(poll)
      await server[Symbol.asyncDispose]()
    },
  }
}

connectorContract('sftp from the simulated device', simulated)
connectorContract('sftp from a real sshd', overSshd, sshdLacking)

async function fill(root: string, given: readonly Given[]): Promise<void> {
  await rm(root, { recursive: true, force: true })
  await mkdir(root)
  for (const entry of given) {
    const at = path.join(root, entry.path)
    if (entry.type === 'folder') await mkdir(at)
    else if (entry.type === 'link') await symlink(entry.target, at)
    else await writeFile(at, entry.content)
  }
}

const signal = () => AbortSignal.timeout(20_000)

async function failsWith(promise: Promise<unknown>, code: string, words: RegExp): Promise<void> {
  await assert.rejects(promise, (error: BlackstartError) => {
    assert.equal(error.code, code, error.message)
    assert.match(error.message, /^test-asset\/test-item: /)
    assert.match(error.message, words)
    assert.ok(!error.message.includes(password))
    return true
  })
}

test('several paths keep their places below the folder that holds them all', async () => {
  await using source = await simulated()
  await source.fill(tree)
  const options = { ...source.target().options, path: ['/item/program/deep', '/item/one.bin'] }
  const all = await captured(sftp, source.target({ options }))
  const paths = ['one.bin', 'program', 'program/deep', 'program/deep/Pâte à pain (2).st']
  assert.deepEqual(
    all.map(entry => entry.path),
    paths,
  )
  await source.fill([])
  const given = tree.filter(entry => paths.includes(entry.path))
  await sftp.restore!(source.target({ options }), entriesOf(given), signal())
  assert.equal((await captured(sftp, source.target({ options }))).length, 4)
})

test('paths are normalised; one that leaves its folder, or lies in another, is refused', () => {
  const parse = (value: unknown) => sftp.options.safeParse({ user: 'u', path: value })
  assert.equal(parse('/a//b/./c/').data?.path, '/a/b/c')
  assert.equal(parse('./').data?.path, '.')
  for (const bad of ['', '../x', '/a/../b', [], ['/a', '/a/b'], ['/a', '/a']]) assert.equal(parse(bad).success, false)
})

test('one file is captured, and restored, as itself', async () => {
  await using source = await simulated()
  await source.fill(tree)
  const options = { ...source.target().options, path: '/item/program/main.st' }
  const [only, ...more] = await captured(sftp, source.target({ options }))
  assert.deepEqual([only?.path, only?.content?.length, more.length], ['main.st', 180_000, 0])
  const given: Given[] = [{ type: 'file', path: 'main.st', content: Buffer.from('new') }]
  await sftp.restore!(
    source.target({ options }),
    entriesOf(given, { mode: 0o640, mtime: 1_700_000_000n * 10n ** 9n }),
    signal(),
  )
  const [restored] = await captured(sftp, source.target({ options }))
  assert.deepEqual(
    [String(restored?.content), restored?.stat.mode, restored?.stat.mtime],
    ['new', 0o640, 1_700_000_000n * 10n ** 9n],
  )
})

test('a file that the device ends early is truncated, never whole', async () => {
  await using source = await simulated({ faults: { shortFiles: 1 } })
  await source.fill([{ type: 'file', path: 'a', content: sampleBytes(100_000, 1) }])
  await failsWith(captured(sftp, source.target()), 'truncated', /sent 99999 of the 100000 bytes of \/item\/a/)
})

test('a device that gives less than was asked for is asked for the rest', async () => {
  await using source = await simulated({ faults: { mostPerRead: 1000 } })
  await source.fill([{ type: 'file', path: 'a', content: sampleBytes(100_000, 1) }])
  const [only] = await captured(sftp, source.target())
  assert.ok(only?.content?.equals(sampleBytes(100_000, 1)))
})

test('a file that grows, or is written again, while it is read fails as changed', async () => {
  await using source = await simulated()
  const file = path.join(source.folder, 'item/a')
  const changes = [() => appendFile(file, 'x'), () => utimes(file, 1, 1), () => writeFile(file, 'short')]
  for (const change of changes) {
    await source.fill([{ type: 'file', path: 'a', content: sampleBytes(2_000_000, 1) }])
    let done = false
    const bytes = async () => {
      if (!done) await change()
      done = true
    }
    const target = source.target({ pace: { bytes, pause: async () => undefined } })
    await failsWith(captured(sftp, target), 'changed-while-read', /\/item\/a changed on the device/)
  }
})

test('a device that goes silent is given up after the idle timeout', async () => {
  await using source = await simulated({ faults: { stallAfterBytes: 100_000 } })
  await source.fill(tree)
  const started = performance.now()
  await failsWith(
    captured(sftp, source.target({ timeouts: { connect: 2000, idle: 300 } })),
    'timeout',
    /went silent for 0.3 s/,
  )
  assert.ok(performance.now() - started < 3000)
})

test('an abort ends a capture of a silent device at once', async () => {
  await using source = await simulated({ faults: { stallAfterBytes: 100_000 } })
  await source.fill(tree)
  const controller = new AbortController()
  setTimeout(() => controller.abort(new Error('enough')), 300)
  const started = performance.now()
  await assert.rejects(captured(sftp, source.target(), controller.signal), /enough/)
  assert.ok(performance.now() - started < 1300)
})

test('a missing path is told', async () => {
  await using source = await simulated()
  await failsWith(captured(sftp, source.target()), 'missing', /has no \/item/)
})

test('a restore passes through no link, leaves no folder, and keeps what it does not write', async () => {
  await using source = await simulated()
  await source.fill([
    { type: 'link', path: 'out', target: '..' },
    { type: 'file', path: 'other', content: Buffer.from('kept') },
    { type: 'link', path: 'x', target: 'other' },
  ])
  const restored = (given: Given) => sftp.restore!(source.target(), entriesOf([given]), signal())
  const written = Buffer.from('new')
  await failsWith(restored({ type: 'file', path: 'out/y', content: written }), 'refused', /a link/)
  await failsWith(restored({ type: 'file', path: '../y', content: written }), 'refused', /leads out/)
  await restored({ type: 'file', path: 'x', content: written })
  assert.equal(await readFile(path.join(source.folder, 'item/x'), 'utf8'), 'new')
  assert.equal(await readFile(path.join(source.folder, 'item/other'), 'utf8'), 'kept')
})

test('a device that cannot rename is written to directly', async () => {
  await using source = await simulated({ faults: { noRename: true } })
  await source.fill([{ type: 'file', path: 'a', content: Buffer.from('old') }])
  await sftp.restore!(source.target(), entriesOf([{ type: 'file', path: 'a', content: Buffer.from('new') }]), signal())
  const all = await captured(sftp, source.target())
  assert.deepEqual(
    all.map(entry => [entry.path, String(entry.content)]),
    [['a', 'new']],
  )
})

test('a real sshd lets in by key, and its pinned host key is checked before the login', {
  skip: sshdLacking ?? false,
}, async () => {
  await using server = await startSshd()
  await writeFile(path.join(server.folder, 'a'), 'a')
  const options: SftpOptions = {
    port: server.port,
    user: server.user,
    legacy: false,
    path: server.remote,
    keySecret: 'key',
  }
  const secret = (name: string) => (name === 'key' ? server.privateKey : assert.fail(`asked for ${name}`))
  const trust = () => assert.fail('a pinned key needs no trust')
  const facts: Record<string, string> = {}
  const observe = (fact: string, value: string) => {
    facts[fact] = value
  }
  const target = (hostKey: string) => testTarget({ options: { ...options, hostKey }, secret, trust, observe })
  assert.equal((await captured(sftp, target(server.hostKey))).length, 1)
  assert.deepEqual(facts, { hostKey: server.hostKey })
  const other = `SHA256:${'A'.repeat(43)}`
  await failsWith(captured(sftp, target(other)), 'host-key', /shows the host key SHA256:.*replaced/)
})

test('a name that is not UTF-8 fails the capture, because it cannot be asked for', {
  skip: sshdLacking ?? false,
}, async () => {
  await using server = await startSshd({ chroot: true })
  await writeFile(Buffer.concat([Buffer.from(`${server.folder}/caf`), Buffer.from([0xe9])]), 'x')
  const options: SftpOptions = { port: server.port, user: server.user, legacy: false, path: server.remote }
  const target = testTarget({ options, secret: () => server.password })
  await failsWith(captured(sftp, target), 'unsupported', /caf.* is not UTF-8/)
})

test('100 MB over a real sshd arrive whole', { skip: sshdLacking ?? false }, async context => {
  await using server = await startSshd({ chroot: true })
  const big = Buffer.concat(Array.from({ length: 100 }, () => Buffer.from(sampleBytes(1_000_000, 7))))
  await writeFile(path.join(server.folder, 'big'), big)
  const options: SftpOptions = { port: server.port, user: server.user, legacy: false, path: server.remote }
  const started = performance.now()
  const [only] = await captured(sftp, testTarget({ options, secret: () => server.password }))
  context.diagnostic(`${Math.round(100_000 / (performance.now() - started))} MB/s`)
  assert.ok(only?.content?.equals(big))
})

test('a connection that breaks is noticed at once, however slow the pace', async () => {
  await using source = await simulated()
  await source.fill([{ type: 'file', path: 'big.bin', content: sampleBytes(500_000, 4) }])
  source.device.faults.cutAfterBytes = 40_000
  let called = 0
  const pace = {
    bytes: async () => {
      called += 1
      await new Promise(resolve => setTimeout(resolve, 100))
    },
    pause: () => Promise.resolve(),
  }
  await failsWith(captured(sftp, source.target({ pace })), 'connection-lost', /Check the network/)
  assert.ok(called <= 5, `${called} more requests were waited for`)
})
