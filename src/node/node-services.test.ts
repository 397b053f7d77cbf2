import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type TestSite, testSite } from '../../lab/test-site.ts'
import { openNodeServices } from './node-services.ts'
import { openSiteNode } from './open-site-node.ts'

const by = { name: 'jo', from: null }
const item = 'plc/program'
const timing = { calm: 100, longest: 1_000, gap: 100 }
const never = new AbortController().signal

interface Told {
  readonly kind: string
  readonly subject: string | null
  readonly title: string
  readonly body: string | null
}

/** Hears what a webhook is told. */
async function listener(): Promise<AsyncDisposable & { readonly url: string; readonly told: Told[] }> {
  const told: Told[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', part => {
      text += part
    })
    request.on('end', () => {
      told.push(...JSON.parse(text).notices)
      response.end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const close = () => new Promise<void>(resolve => server.close(() => resolve()))
  return { url: `http://127.0.0.1:${port}/hook`, told, [Symbol.asyncDispose]: close }
}

async function until<Found>(find: () => Found | undefined | null | false, what: () => unknown): Promise<Found> {
  for (const end = Date.now() + 25_000; Date.now() < end; await sleep(50)) {
    const found = find()
    if (found) return found
  }
  throw new Error(`it did not come about: ${JSON.stringify(what())}`)
}

/** A site that tells a webhook everything, and listens to syslog. */
async function toldSite(url: string, port: number): Promise<TestSite> {
  const site = await testSite([{ id: item, path: './plc' }])
  await site.write('plc/MAIN.st', 'PROGRAM MAIN\n  fill_time := 1200;\nEND_PROGRAM\n')
  const text = await readFile(site.at('site.yaml'), 'utf8')
  const own = text
    .replace('kind: plc\n', 'kind: plc\n    address: 127.0.0.1\n')
    .replace('via: files,', "via: files, fingerprint: never, change: ['mon 03:00-03:01'],")
  const rest = `triggers:
  - { id: log, via: syslog, options: { listen: 127.0.0.1, port: ${port}, transport: udp } }
notify:
  channels:
    - { id: hook, via: webhook, options: { url: '${url}', secret: hook } }
    - { id: other, via: webhook, options: { url: '${url}', secret: hook } }
  rules:
    - { events: [unexpected-change, failure], to: [hook] }
    - { events: [recovered], to: [other] }
`
  await writeFile(site.at('site.yaml'), own + rest)
  const key = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const set = await site.run(['secrets', 'set', 'hook'], `${key}\n`)
  assert.equal(set.code, 0, set.err)
  return site
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>(resolve => socket.close(() => resolve()))
  return port
}

test('a syslog line captures its asset at once, and the unexpected change is told with its difference, once over a restart', async () => {
  await using hook = await listener()
  const port = await freeUdpPort()
  await using site = await toldSite(hook.url, port)
  const troubles: string[] = []
  const onTrouble = (message: string) => void troubles.push(message)
  {
    await using node = await openSiteNode({ folder: site.folder, onTrouble }, never)
    await using services = await openNodeServices(node, { onTrouble, timing }, never)
    await until(
      () => node.runs().find(run => run.outcome === 'version'),
      () => node.runs(),
    )
    await until(
      () => services.triggers.states()[0]?.status === 'working',
      () => services.triggers.states(),
    )
    await site.write('plc/MAIN.st', 'PROGRAM MAIN\n  fill_time := 900;\nEND_PROGRAM\n')
    const sender = createSocket('udp4')
    sender.send('<189>45: *Nov 29 09:00:00.000: %SYS-5-CONFIG_I: Configured from console by admin', port, '127.0.0.1')
    const run = await until(
      () => node.runs().find(({ reason, state }) => reason.kind === 'trigger' && state === 'ended'),
      () => [node.runs(), services.triggers.states()],
    )
    sender.close()
    assert.equal(run.outcome, 'version')
    const change = await until(
      () => hook.told.find(({ kind }) => kind === 'unexpected-change'),
      () => [hook.told, services.notifier.state(), troubles],
    )
    assert.equal(change.subject, item)
    assert.match(change.body ?? '', /fill_time := 900/)
    await until(
      () => node.judged().judgement.findings.some(({ code }) => code === 'changed-unexpectedly'),
      () => troubles,
    )
    await node.capture({ items: [item], by, ignoreQuiet: false })
  }
  const before = hook.told.filter(({ kind }) => kind !== 'node').length
  await using node = await openSiteNode({ folder: site.folder, onTrouble }, never)
  await using _services = await openNodeServices(node, { onTrouble, timing }, never)
  await sleep(2_500)
  assert.equal(hook.told.filter(({ kind }) => kind !== 'node').length, before)
  assert.deepEqual(troubles, [])
})

test('a failure is told once with what to do, and that it is over', async () => {
  await using hook = await listener()
  await using site = await toldSite(hook.url, await freeUdpPort())
  await using node = await openSiteNode({ folder: site.folder, onTrouble: () => undefined }, never)
  await using _services = await openNodeServices(node, { onTrouble: () => undefined, timing }, never)
  await until(
    () => node.runs().find(run => run.outcome === 'version'),
    () => node.runs(),
  )
  const text = await readFile(site.at('site.yaml'), 'utf8')
  const capture = async (count: number) => {
    node.capture({ items: [item], by, ignoreQuiet: false })
    await until(
      () => node.runs().filter(({ state, reason }) => state === 'ended' && reason.kind === 'person').length >= count,
      () => node.runs(),
    )
  }
  await writeFile(site.at('site.yaml'), text.replace('./plc', './gone'))
  await node.reload()
  await capture(1)
  await capture(2)
  await writeFile(site.at('site.yaml'), text)
  await node.reload()
  await capture(3)
  await until(
    () => hook.told.some(({ kind }) => kind === 'recovered'),
    () => hook.told,
  )
  assert.equal(hook.told.filter(({ kind }) => kind === 'failure').length, 1)
})

test('where the journal is another than it was, it is told from its end, and what happens next is told', async () => {
  await using hook = await listener()
  await using site = await toldSite(hook.url, await freeUdpPort())
  await writeFile(
    site.at('data/notices-told.json'),
    JSON.stringify({ seq: 9_999, hash: '0'.repeat(64), offset: 10_000_000 }),
  )
  const troubles: string[] = []
  await using node = await openSiteNode({ folder: site.folder, onTrouble: () => undefined }, never)
  const onTrouble = (message: string) => void troubles.push(message)
  await using _services = await openNodeServices(node, { onTrouble, timing }, never)
  await until(
    () => node.runs().find(run => run.outcome === 'version'),
    () => node.runs(),
  )
  await until(
    () => troubles.some(message => /another than it was/.test(message)),
    () => troubles,
  )
  await site.write('plc/MAIN.st', 'x := 7;')
  node.capture({ items: [item], by, ignoreQuiet: false })
  await until(
    () => hook.told.some(({ kind }) => kind === 'unexpected-change'),
    () => [hook.told, troubles],
  )
})

test('what the node wrote back is told as a restore, and never as a change by somebody', async () => {
  await using hook = await listener()
  await using site = await toldSite(hook.url, await freeUdpPort())
  const file = site.at('site.yaml')
  const rules = `{ events: [unexpected-change, change], to: [hook] }
    - { events: [restore], to: [other] }`
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('{ events: [unexpected-change, failure], to: [hook] }', rules))
  await using node = await openSiteNode({ folder: site.folder, onTrouble: () => undefined }, never)
  const first = await until(
    () => node.runs().find(run => run.outcome === 'version')?.version,
    () => node.runs(),
  )
  await site.write('plc/MAIN.st', 'another')
  const [second] = node.capture({ items: [item], by, ignoreQuiet: false })
  await until(
    () => node.runs().find(({ id, state }) => id === second?.id && state === 'ended'),
    () => node.runs(),
  )
  await using _services = await openNodeServices(node, { onTrouble: () => undefined, timing }, never)
  assert.equal(
    (await node.writeToDevice({ item, version: first, by, withoutSafety: false, reason: '' }).ended).outcome,
    'written',
  )
  await until(
    () => hook.told.some(({ kind }) => kind === 'restore'),
    () => hook.told,
  )
  await site.write('plc/MAIN.st', 'by somebody else')
  node.capture({ items: [item], by, ignoreQuiet: false })
  const changes = () => hook.told.filter(({ kind }) => kind.endsWith('change'))
  await until(() => changes().length > 0, changes)
  assert.match(changes()[0]?.body ?? '', /by somebody else/)
})
