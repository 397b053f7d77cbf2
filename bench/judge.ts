// How long the policy needs: 10,000 items judged from scratch, and judged again after one fact changed.
//   bin/node bench/judge.ts [--items 10000] [--runs 11] [--json]
import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { Facts, ItemFacts } from '../src/policy/facts.ts'
import { createJudge } from '../src/policy/judge.ts'
import { parseSite } from '../src/site/parse-site.ts'
import type { Site } from '../src/site/site.ts'

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '10000' },
    runs: { type: 'string', default: '11' },
    json: { type: 'boolean', default: false },
  },
})
const now = Temporal.Instant.from('2026-11-24T12:00:00Z')
const itemsPerAsset = 4

/** Assets of four items in cells of 50, a process for each cell, one for the whole plant, and four places. */
function plant(items: number): Site {
  const assets = Array.from({ length: Math.ceil(items / itemsPerAsset) }, (_, index) => {
    const own = Array.from(
      { length: itemsPerAsset },
      (_, item) => `{ id: item-${item}, kind: program, via: files, options: { path: ./x } }`,
    )
    return `  - { id: plc-${index}, kind: plc, zone: cell-${Math.floor(index / 50)}, life: { since: 2016-05, years: 15 }, items: [${own.join(', ')}] }`
  })
  const cells = Math.ceil(assets.length / 50)
  const each = <Text>(count: number, text: (index: number) => Text) => Array.from({ length: count }, (_, i) => text(i))
  const text = `site: { name: Bench, timezone: Europe/Paris }
zones:
  - { id: operations, level: 3 }
${each(cells, cell => `  - { id: cell-${cell}, level: 2 }`).join('\n')}
conduits:
${each(cells, cell => `  - { from: operations, to: cell-${cell}, allow: [ftp] }`).join('\n')}
node: { zone: operations }
processes:
${each(cells, cell => `  - { id: line-${cell}, data: configuration, mtdl: ${1 + (cell % 8)}h, mtd: 8h, needs: [${each(Math.min(50, assets.length - cell * 50), asset => `plc-${cell * 50 + asset}`).join(', ')}] }`).join('\n')}
  - { id: everything, data: configuration, mtdl: 1d, mtd: 2d, needs: [${each(cells, cell => `line-${cell}`).join(', ')}] }
assets:
${assets.join('\n')}
failureModes:
${assets.map((_, index) => `  - { asset: plc-${index}, mode: battery-lost, severity: { production: ${1 + (index % 5)} } }`).join('\n')}
places:
  - { id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }
  - { id: vault, via: local, options: { path: ./v }, medium: disk, location: plant, domain: vault, machine: vault, locked: 30d, lag: 10m }
  - { id: usb, via: local, options: { path: ./u }, medium: removable, location: safe, domain: usb, online: false, lag: 7d }
  - { id: away, via: local, options: { path: ./a }, medium: disk, location: other site, domain: away, machine: away, offsite: true, lag: 30m }
`
  const { site, problems } = parseSite(Buffer.from(text), new Map([['files', z.unknown()]]))
  if (site === null) throw new Error(JSON.stringify(problems.slice(0, 3)))
  return site
}

function known(index: number): ItemFacts {
  const seen = now.subtract({ minutes: index % 90 })
  const verified = { version: 'v1', seen, time: seen }
  return {
    latest: { version: 'v1', inRepository: true },
    lastConfirmed: seen,
    failure: null,
    approved: index % 3 === 0 ? null : 'v1',
    drifted: false,
    unexpected: false,
    changedFrom: null,
    drills: index % 2 === 0 ? [] : [{ time: seen, version: 'v1', passed: true, milliseconds: 30_000 }],
    captureTimes: [2_000, 2_500, 1_900],
    copies: ['local', 'vault', 'away'].map(place => ({ place, newest: 'v1', verified })),
  }
}

function factsOf(site: Site): Facts {
  const ids = site.assets.flatMap(asset => asset.items.map(item => `${asset.id}/${item.id}`))
  return {
    now,
    items: new Map(ids.map((id, index) => [id, known(index)])),
    places: new Map(),
    firstVersion: null,
    rehearsals: new Map(),
    connections: new Map(
      ids.map((id, index) => {
        const host = `10.0.${Math.floor(index / 1000)}.${Math.floor(index / itemsPerAsset) % 250}`
        return [id, [{ protocol: 'ftp', transport: 'tcp', host, ports: { from: 21, to: 21 }, part: 'control' }]]
      }),
    ),
    observed: [],
    services: [],
    authorityEnds: null,
    acknowledgements: [],
    keyBesideData: false,
    recoveryKitOnDisk: false,
  }
}

function timed(action: () => void): number {
  const start = performance.now()
  action()
  return performance.now() - start
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}

const site = plant(Number(values.items))
const facts = factsOf(site)
const [scratch, again, later, ranking]: [number[], number[], number[], number[]] = [[], [], [], []]
let findings = 0
for (let run = 0; run < Number(values.runs); run += 1) {
  let judge = createJudge(site)
  scratch.push(
    timed(() => {
      judge = createJudge(site)
      findings = judge.judge(facts).findings.length
    }),
  )
  const id = `plc-${run * 7}/item-1`
  const changed = { ...facts, items: new Map(facts.items).set(id, { ...known(5), drifted: true }) }
  again.push(timed(() => void judge.judge(changed)))
  later.push(timed(() => void judge.judge({ ...changed, now: now.add({ seconds: 30 }) })))
  const judgement = judge.judge({ ...changed, now: now.add({ seconds: 30 }) })
  ranking.push(timed(() => void judgement.ranking()))
}
const rows = {
  fromScratch: median(scratch),
  oneFactChanged: median(again),
  halfAMinuteLater: median(later),
  ranking: median(ranking),
}
if (values.json) process.stdout.write(`${JSON.stringify({ items: facts.items.size, findings, milliseconds: rows })}\n`)
else {
  process.stdout.write(
    `${facts.items.size} items, ${site.processes.length} processes, ${findings} findings; medians of ${values.runs} runs\n`,
  )
  for (const [name, milliseconds] of Object.entries(rows))
    process.stdout.write(`${name.padEnd(20)} ${milliseconds.toFixed(1).padStart(8)} ms\n`)
}
