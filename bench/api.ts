// Every list and page of the API over a large site: 2,000 assets, 10,000 items, 5 million captures; p50 and p99 of each route,
// for whoever sees the whole site and for whoever sees all of its zones but one.
// bin/node bench/api.ts [--json] [--captures N] [--requests N] [--keep FOLDER]
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { runBlackstart, startBlackstart } from '../lab/run-blackstart.ts'
import { table } from '../src/cli/table.ts'
import { fillRecord, siteYaml, zoneCount } from './api-site.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    captures: { type: 'string', default: '5000000' },
    requests: { type: 'string', default: '300' },
    keep: { type: 'string' },
  },
})
const scale = { assets: 2_000, itemsPerAsset: 5, captures: Number(values.captures), versionsPerItem: 25 }
const requests = Number(values.requests)
const password = 'a long enough passphrase'
const say = (line: string) => void process.stderr.write(`${line}\n`)

const routes = [
  '/api/overview',
  '/api/map',
  '/api/items',
  '/api/items?limit=500',
  '/api/items?q=robot%20number%2019&sort=-confirmed',
  '/api/items?state=failed,stale&sort=due',
  '/api/assets',
  '/api/assets?zone=zone-3&sort=-name',
  '/api/assets/asset-77',
  '/api/items/asset-77/item-2',
  '/api/items/asset-77/item-2/versions',
  '/api/items/asset-77/item-2/captures',
  '/api/items/asset-77/item-2/captures?outcome=failed',
  '/api/captures',
  '/api/captures?own=false',
  '/api/captures?outcome=failed',
  '/api/captures?outcome=changed&limit=500',
  '/api/runs',
  '/api/restores',
  '/api/findings',
  '/api/findings?of=process-3',
  '/api/findings/next',
  '/api/flows',
  '/api/flows?q=robot&limit=500',
  '/api/criticality',
  '/api/processes/process-3/interview',
  '/api/what-if?lose=node',
  '/api/processes/process-3',
  '/api/plan?process=process-3',
  '/api/journal',
  '/api/journal?who=jane@desk',
  '/api/journal?item=asset-77',
  '/api/storage',
  '/api/site',
  '/api/site/versions',
  '/api/approvals',
  '/api/vocabulary',
  '/healthz',
  '/metrics',
]

interface Measured {
  readonly route: string
  readonly who: string
  readonly kilobytes: number
  readonly p50: number
  readonly p99: number
}

async function makeSite(folder: string): Promise<void> {
  await writeFile(path.join(folder, 'site.yaml'), siteYaml(scale))
  const made = await runBlackstart(['init'], { site: folder })
  if (made.code !== 0) throw new Error(made.err)
  const zones = Array.from({ length: zoneCount - 1 }, (_, z) => ['--zone', `zone-${z}`]).flat()
  // who sees all zones but one, and for whom nothing can be made beforehand
  for (const [name, ...rights] of [
    ['whole', '--role', 'administrator'],
    ['most', '--role', 'engineer', ...zones],
  ] as const) {
    const added = await runBlackstart(['people', 'add', name, ...rights], { site: folder, input: `${password}\n` })
    if (added.code !== 0) throw new Error(added.err)
  }
  say('filling the catalog …')
  await fillRecord(folder, scale, new Date())
}

async function ask(url: string, agent: http.Agent, at: string, headers: http.OutgoingHttpHeaders, body?: string) {
  const started = performance.now()
  const method = body === undefined ? 'GET' : 'POST'
  const request = http.request(new URL(at, url), { agent, method, headers, timeout: 60_000 })
  request.end(body)
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  const parts = await Array.fromAsync(response as AsyncIterable<Buffer>)
  const milliseconds = performance.now() - started
  return {
    milliseconds,
    status: response.statusCode,
    headers: response.headers,
    text: Buffer.concat(parts).toString('utf8'),
  }
}

async function signIn(url: string, name: string): Promise<http.OutgoingHttpHeaders> {
  const type = { 'content-type': 'application/json' }
  const answer = await ask(url, new http.Agent(), '/api/session', type, JSON.stringify({ name, password }))
  return { cookie: answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '' }
}

/** Null where it is not for them. */
async function measure(
  url: string,
  headers: http.OutgoingHttpHeaders,
  route: string,
  who: string,
): Promise<Measured | null> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 2 })
  const taken: number[] = []
  let bytes = 0
  const one = async () => {
    const { milliseconds, status, text } = await ask(url, agent, route, headers)
    if (status !== 200) throw new Error(`${route}: ${status} ${text.slice(0, 300)}`)
    bytes = Buffer.byteLength(text)
    return milliseconds
  }
  const first = await ask(url, agent, route, headers)
  if (first.status === 403 && who === 'most') return null
  const turns = Array.from({ length: 2 }, async () => {
    for (let count = 0; count < requests / 2; count += 1) taken.push(await one())
  })
  await Promise.all(turns)
  agent.destroy()
  taken.sort((a, b) => a - b)
  const at = (share: number) => taken[Math.min(taken.length - 1, Math.floor(taken.length * share))] ?? 0
  return { route, who, kilobytes: bytes / 1024, p50: at(0.5), p99: at(0.99) }
}

const folder = values.keep ?? (await mkdtemp(path.join(os.tmpdir(), 'blackstart-bench-')))
if ((await stat(path.join(folder, 'data')).catch(() => null)) === null) await makeSite(folder)
say('starting the node …')
const server = startBlackstart(['serve', '--port', '0', '--json'], { site: folder })
server.stderr?.on('data', (part: Buffer) => say(part.toString('utf8').trimEnd()))
try {
  let text = ''
  const started = performance.now()
  for await (const part of server.stdout ?? []) {
    text += String(part)
    if (/\n\}\n$/.test(text)) break
  }
  const opened = performance.now() - started
  const { url } = JSON.parse(text) as { url: string }
  const measured: Measured[] = []
  for (const who of ['whole', 'most']) {
    const headers = await signIn(url, who)
    for (const route of routes) {
      const one = await measure(url, headers, route, who)
      if (one !== null) measured.push(one)
    }
  }
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8').catch(() => '')
  const rss = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0)
  if (values.json) process.stdout.write(`${JSON.stringify({ scale, requests, opened, measured }, null, 2)}\n`)
  else {
    const rows = measured.map(one => [
      one.route,
      one.who,
      one.kilobytes.toFixed(1),
      one.p50.toFixed(1),
      one.p99.toFixed(1),
    ])
    process.stdout.write(`${table(['ROUTE', 'WHO', 'KiB', 'P50 MS', 'P99 MS'], rows)}\n`)
    say(`opened in ${(opened / 1000).toFixed(1)} s, ${Math.round(rss / 1024)} MiB`)
  }
  const slow = measured.filter(({ p99 }) => p99 >= 100)
  if (slow.length > 0) {
    say(`over 100 ms: ${slow.map(({ route, who }) => `${route} (${who})`).join(', ')}`)
    process.exitCode = 1
  }
} finally {
  server.kill('SIGTERM')
  await once(server, 'close')
  if (values.keep === undefined) await rm(folder, { recursive: true, force: true })
}
