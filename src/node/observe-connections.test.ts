import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { startFtpDevice } from '../../lab/devices/ftp-device.ts'
import { siteFrom } from '../../lab/test-facts.ts'
import type { AnyConnector } from '../archive/archive.ts'
import type { Entry } from '../capture/connector.ts'
import { captured, entriesOf, testTarget } from '../capture/contract.ts'
import { ftp } from '../capture/ftp/ftp.ts'
import { ftpOptions } from '../capture/ftp/ftp-options.ts'
import type { NeededConnection } from '../policy/facts.ts'
import { neededConnections } from './needed-connections.ts'
import { observeConnections } from './observe-connections.ts'

const item = 'plc/program'
const never = new AbortController().signal

async function startDevice() {
  const root = await mkdtemp(path.join(os.tmpdir(), 'blackstart-observe-'))
  await mkdir(path.join(root, 'sub'))
  for (const name of ['one.prg', 'sub/two.prg']) await writeFile(path.join(root, name), name)
  const device = await startFtpDevice({ root })
  return {
    port: device.port,
    async [Symbol.asyncDispose]() {
      await device[Symbol.asyncDispose]()
      await rm(root, { recursive: true })
    },
  }
}

function watchedFtp(host: string, port: number, needed: readonly NeededConnection[] | null = null) {
  const options = ftpOptions.parse({ host, port })
  const target = testTarget({ item, options })
  const told = needed ?? ftp.connections({ item, asset: target.asset, options })
  const watch = observeConnections(new Map([[item, told]]))
  const connector = watch.watched(new Map([['ftp', ftp as AnyConnector]])).get('ftp')
  assert.ok(connector)
  return { watch, connector, target }
}

for (const host of ['127.0.0.1', 'localhost']) {
  test(`all the connections of a capture from ${host} fold to the flows that it needs`, async () => {
    await using device = await startDevice()
    const { watch, connector, target } = watchedFtp(host, device.port)
    using _watch = watch
    assert.equal((await captured(connector, target)).length, 3)
    const expected = [
      { item, host, port: device.port },
      { item, host, port: 1024 },
    ]
    assert.deepEqual(watch.take(), expected)
    assert.deepEqual(watch.take(), [], 'each is told once')
    await connector.restore?.(
      target,
      entriesOf([{ type: 'file', path: 'three.prg', content: Buffer.from('3') }]),
      never,
    )
    assert.deepEqual(watch.take(), expected)
  })
}

test('the connections of a fingerprint are seen too', async () => {
  await using device = await startDevice()
  const { watch, connector, target } = watchedFtp('127.0.0.1', device.port)
  using _watch = watch
  await connector.fingerprint?.(target, never)
  assert.deepEqual(
    watch.take().map(({ port }) => port),
    [device.port, 1024],
  )
})

test('an IPv6 address is recognised in any spelling', async () => {
  await using device = await startDevice()
  const needed = { protocol: 'ftp', transport: 'tcp', host: '::FFFF:7f00:1', part: 'control' } as const
  const told = [{ ...needed, ports: { from: 1000, to: 65_535 } }]
  const { watch, connector, target } = watchedFtp('::ffff:127.0.0.1', device.port, told)
  using _watch = watch
  await captured(connector, target)
  assert.deepEqual(watch.take(), [{ item, host: '::FFFF:7f00:1', port: 1000 }])
})

test('a connection that is not needed is told as it was', async () => {
  await using device = await startDevice()
  const needed = { protocol: 'ftp', transport: 'tcp', host: '127.0.0.1', part: 'control' } as const
  const { watch, connector, target } = watchedFtp('127.0.0.1', device.port, [{ ...needed, ports: { from: 1, to: 1 } }])
  using _watch = watch
  await captured(connector, target)
  const opened = watch.take()
  assert.equal(opened.length, 1 + 4, 'the control connection, two listings, two files')
  assert.ok(opened.every(one => one.host === '127.0.0.1' && one.port !== 1))
})

test('what is opened besides, by the program or to fetch what a restore writes, is not seen', async () => {
  await using device = await startDevice()
  const server = createServer(socket => socket.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const open = async () => {
    const socket = connect({ host: '127.0.0.1', port }).resume()
    await once(socket, 'close')
  }
  async function* fetched(): AsyncGenerator<Entry> {
    await open()
    for await (const entry of entriesOf([{ type: 'file', path: 'three.prg', content: Buffer.from('3') }])) yield entry
    await open()
  }
  const { watch, connector, target } = watchedFtp('127.0.0.1', device.port)
  using _watch = watch
  await open()
  await connector.restore?.(target, fetched(), never)
  assert.deepEqual(
    watch.take().map(one => one.port),
    [device.port, 1024],
  )
  server.close()
})

test('a watch that is disposed of sees nothing any more', async () => {
  await using device = await startDevice()
  const { watch, connector, target } = watchedFtp('127.0.0.1', device.port)
  watch[Symbol.dispose]()
  await captured(connector, target)
  assert.deepEqual(watch.take(), [])
})

test('an item without an address is left out of what is needed, and the others are not', () => {
  const site = siteFrom(`site: { name: Plant, timezone: Europe/Paris }
zones: [{ id: cell, level: 1 }]
node: { zone: cell }
processes: [{ id: filling, data: configuration, mtdl: 1h, mtd: 4h, needs: [plc, hmi] }]
assets:
  - { id: plc, kind: plc, zone: cell, items: [{ id: program, kind: program, via: ftp, options: ${JSON.stringify(ftpOptions.parse({}))} }] }
  - { id: hmi, kind: hmi, zone: cell, address: hmi.plant, items: [{ id: project, kind: project, via: ftp, options: ${JSON.stringify(ftpOptions.parse({ tls: 'implicit' }))} }] }
places: [{ id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }]
`)
  const needed = neededConnections(site, new Map([['ftp', ftp as AnyConnector]]))
  assert.deepEqual([...needed.keys()], ['hmi/project'])
  const [control, data] = needed.get('hmi/project') ?? []
  assert.deepEqual([control?.protocol, control?.host, control?.ports], ['ftps', 'hmi.plant', { from: 990, to: 990 }])
  assert.deepEqual([data?.part, data?.ports], ['data', { from: 1024, to: 65_535 }])
})
