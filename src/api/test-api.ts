// For tests: a real node over a real site, served over real HTTP, with one account for each role.
import { randomBytes } from 'node:crypto'
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { siteText, type TestItem, type TestSite, testSite } from '../../lab/test-site.ts'
import { openSiteNode } from '../node/open-site-node.ts'
import { addAccount, localManager } from '../node/people/manage-people.ts'
import type { Role } from '../node/people/may.ts'
import { identityPurpose, openPeople, type People } from '../node/people/people.ts'
import type { SiteNode } from '../node/site-node.ts'
import type { NodeParts } from './api-context.ts'
import { type ConnectionLimits, connectionLimits } from './guard/connections.ts'
import { type Served, serveNode } from './serve-node.ts'
import { socketPath } from './socket-file.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests assert what the document holds
  readonly json: any
}

export interface Asked {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** One who is signed in. */
export interface Client {
  ask(path: string, asked?: Asked): Promise<Answer>
  readonly cookie: string
  readonly csrf: string
}

export interface TestApi extends AsyncDisposable {
  readonly site: TestSite
  readonly node: SiteNode
  readonly people: People
  readonly served: Served
  readonly mistakes: unknown[]
  /** Milliseconds by which the clock of the accounts is ahead. */
  readonly clock: { ahead: number }
  /** Nobody is signed in. */
  ask(path: string, asked?: Asked): Promise<Answer>
  as(role: Role | 'cell-operator'): Promise<Client>
  /** Waits until it finds something, ten seconds at most. */
  until<Found>(find: () => Found | Promise<Found>): Promise<NonNullable<Found>>
}

export const password = 'a long enough passphrase'
export const items: readonly TestItem[] = [
  { id: 'plc/program', path: './plc' },
  { id: 'hmi/screens', path: './hmi' },
]

const cheap = { memory: 8_192, passes: 1, lanes: 1 }

export async function testApi(
  options: {
    readonly text?: (text: string) => string
    readonly parts?: NodeParts
    readonly pages?: string
    /** Milliseconds. */
    readonly heartbeat?: number
    readonly connections?: Partial<ConnectionLimits>
  } = {},
): Promise<TestApi> {
  await using opening = new AsyncDisposableStack()
  const site = opening.use(await testSite(items))
  const change = options.text ?? ((text: string) => text)
  // the second asset stands in a zone of its own
  const zoned = siteText(items)
    .replace('  - { id: operations, level: 3 }', '  - { id: office, level: 2 }\n  - { id: operations, level: 3 }')
    .replace('id: hmi\n    kind: plc\n    zone: cell', 'id: hmi\n    kind: hmi\n    zone: office')
  await site.write('site.yaml', change(zoned))
  await site.write('plc/main.st', 'x := 1;\n')
  await site.write('hmi/start.txt', 'screen 1\nusername admin password 0 geheim\n')
  const stop = new AbortController()
  opening.defer(() => stop.abort())
  const mistakes: unknown[] = []
  const clock = { ahead: 0 }
  const node = opening.use(
    await openSiteNode({ folder: site.folder, onTrouble: message => void mistakes.push(message) }, stop.signal),
  )
  const archive = node.archive({ name: 'test', from: null })
  const people = opening.use(
    await openPeople({
      ...{
        folder: site.folder,
        key: archive.repository.deriveKey(identityPurpose),
        now: () => new Date(Date.now() + clock.ahead),
      },
      ...{ random: randomBytes, relyingParty: null, cost: cheap },
      record: events => archive.record.add(events, stop.signal),
    }),
  )
  const served = opening.use(
    await serveNode({
      ...{ node, people, parts: options.parts ?? {}, pages: options.pages ?? site.at('no-pages'), version: '0.0.0' },
      ...(options.heartbeat === undefined ? {} : { heartbeat: options.heartbeat }),
      connections: { ...connectionLimits, ...options.connections },
      ...{ host: '127.0.0.1', port: 0, names: ['node.plant.example'], tls: null },
      ...{ socket: socketPath(archive.paths.run), onMistake: error => void mistakes.push(error) },
    }),
  )
  await makeAccounts(people)
  const ask = (path: string, asked?: Asked) => request(served.url, path, asked)
  const clients = new Map<string, Promise<Client>>()
  const held = opening.move()
  return {
    ...{ site, node, people, served, mistakes, clock, ask, until },
    as(role) {
      const known = clients.get(role) ?? signIn(served.url, role)
      clients.set(role, known)
      return known
    },
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  }
}

async function makeAccounts(people: People): Promise<void> {
  const by = localManager('test')
  const signal = new AbortController().signal
  const add = (name: string, role: Role, zones: 'all' | string[]) =>
    addAccount(people, by, { name, display: name, password, temporary: false, grants: [{ role, zones }] }, signal)
  for (const role of ['administrator', 'engineer', 'operator', 'viewer'] as const) await add(role, role, 'all')
  await add('cell-operator', 'operator', ['cell'])
}

async function signIn(url: string, name: string): Promise<Client> {
  const answer = await request(url, '/api/session', { method: 'POST', body: { name, password } })
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const csrf: string = answer.json.session.csrf
  const ask = (path: string, asked: Asked = {}) =>
    request(url, path, { ...asked, headers: { cookie, 'x-csrf-token': csrf, ...asked.headers } })
  return { ask, cookie, csrf }
}

/** Not `fetch`, which would not send a host or an origin that is forged. */
export function request(
  url: string,
  path: string,
  { method = 'GET', body, headers = {} }: Asked = {},
): Promise<Answer> {
  const raw = typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
  const type =
    raw === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(raw)) }
  const { hostname, port } = new URL(url)
  return send({ hostname, port, path, method, headers: { ...type, ...headers } }, raw)
}

export function send(options: http.RequestOptions, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = http.request({ ...options, agent: false, timeout: 20_000 }, response => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8')
        const isJson = response.headers['content-type']?.startsWith('application/json') === true
        const head = new Headers()
        for (const [name, value] of Object.entries(response.headers)) head.set(name, String(value))
        resolve({ status: response.statusCode ?? 0, headers: head, text, json: isJson ? JSON.parse(text) : null })
      })
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer within 20 seconds')))
    sent.on('error', reject)
    sent.end(body)
  })
}

async function until<Found>(find: () => Found | Promise<Found>): Promise<NonNullable<Found>> {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(20)) {
    const found = await find()
    if (found) return found
  }
  throw new Error('not found within ten seconds')
}

/** Every item has been read. */
export async function captured(api: TestApi): Promise<void> {
  await api.until(() => api.node.judged().judgement.items.every(({ lastConfirmed }) => lastConfirmed !== null))
}
