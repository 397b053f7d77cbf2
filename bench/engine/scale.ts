// What very many blobs, snapshots and files cost: time and memory of each operation, with and without them, and for each million.
//   bin/node bench/engine/scale.ts [--full] [--only blobs,snapshots,entries,files] [--peers ours,restic] [--runs N]
//     [--blobs N] [--packs N] [--snapshots N] [--entries N] [--files N] [--json FILE] [--work DIR] [--program FILE]
// --full: 10 million blobs in 100,000 packs, 500,000 snapshots, a folder of 300,000 entries, 5 million files.
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { table } from '../../src/cli/table.ts'
import { median } from './goals.ts'
import { type Measured, measure } from './measure.ts'
import { peerCalled } from './peers/all.ts'
import type { Peer } from './peers/peer.ts'
import { findPrograms } from './peers/programs.ts'
import { rightAligned } from './report.ts'
import { allLoads, type Load, type OperationName, operationCommand, prepareLoad } from './scale/loads.ts'
import { workFolder } from './work-folder.ts'

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string', default: 'blobs,snapshots,entries,files' },
    peers: { type: 'string', default: 'ours,restic' },
    runs: { type: 'string', default: '1' },
    blobs: { type: 'string' },
    packs: { type: 'string' },
    snapshots: { type: 'string' },
    entries: { type: 'string' },
    files: { type: 'string' },
    json: { type: 'string' },
    work: { type: 'string', default: '/var/tmp/blackstart-bench' },
    program: { type: 'string', default: path.resolve(import.meta.dirname, '../../bin/blackstart') },
  },
})
const counts: Readonly<Record<string, number>> = {
  blobs: Number(values.blobs ?? (values.full ? 10_000_000 : 200_000)),
  snapshots: Number(values.snapshots ?? (values.full ? 500_000 : 2_000)),
  entries: Number(values.entries ?? (values.full ? 300_000 : 5_000)),
  files: Number(values.files ?? (values.full ? 5_000_000 : 10_000)),
}
const packs = Number(values.packs ?? (values.full ? 100_000 : 2_000))
const loads = allLoads(packs).filter(({ name }) => values.only.split(',').includes(name))
const peerWords = (['ours', 'restic'] as const).filter(name => values.peers.split(',').includes(name))
if (loads.length === 0 || peerWords.length === 0) throw new Error('--only and --peers leave nothing to measure')

interface ScaleRow {
  readonly load: string
  readonly unit: string
  readonly count: number
  readonly operation: OperationName
  readonly peer: string
  readonly bare: Measured
  readonly full: Measured
}

const ended = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ended.abort(new Error(`ended by ${name}`)))
const { signal } = ended

await using work = await workFolder(values.work)
const programs = await findPrograms(path.resolve(values.program), path.join(work.runs, 'empty'), signal)

/** Every operation on a repository with so many, in the peers' turns. */
async function measureLoad(load: Load, count: number, peers: readonly Peer[]): Promise<Map<string, Measured>> {
  const folder = path.join(work.runs, `${load.name}-${count}`)
  const source = path.join(folder, 'source')
  await load.makeSource(source, Math.max(count, 1), signal)
  const results = new Map<string, Measured>()
  for (const peer of peers) {
    const place = { folder: path.join(folder, peer.name), source, passwordFile: programs.passwordFile }
    const attempt = await prepareLoad(load, count, peer, place, signal)
    for (const operation of load.operations) {
      const runs: Measured[] = []
      for (let run = 0; run < Number(values.runs); run += 1) {
        const target = path.join(attempt.folder, `restored-${run}`)
        if (operation === 'restore') await mkdir(target)
        const command = operationCommand(operation, peer, attempt, target, programs)
        if (command !== null) runs.push(await measure(command, path.join(attempt.folder, `${operation}.log`), signal))
      }
      results.set(`${operation} ${peer.name}`, medians(runs))
      process.stderr.write(`  ${count} ${load.unit}: ${operation} ${peer.name}: ${medians(runs).wall.toFixed(2)} s\n`)
    }
  }
  return results
}

function medians(runs: readonly Measured[]): Measured {
  const of = (field: keyof Measured): number => median(runs.map(run => run[field]))
  return { wall: of('wall'), cpu: of('cpu'), peak: of('peak'), settle: of('settle') }
}

const mebibyte = 1024 ** 2

function cells({ operation, peer, count, bare, full }: ScaleRow): string[] {
  const each = (a: number, b: number): number => ((b - a) * 1e6) / count
  return [
    ...[`${operation}`, peer, bare.wall.toFixed(2), full.wall.toFixed(2), full.cpu.toFixed(2)],
    ...[(bare.peak / mebibyte).toFixed(0), (full.peak / mebibyte).toFixed(0)],
    ...[each(bare.wall, full.wall).toFixed(2), each(bare.cpu, full.cpu).toFixed(2)],
    (each(bare.peak, full.peak) / mebibyte).toFixed(0),
  ]
}

const head = ['', 'peer', 'bare: wall s', 'wall s', 'CPU s', 'bare: peak MiB', 'peak MiB']
const perMillion = ['wall s/million', 'CPU s/million', 'MiB/million']
const rows: ScaleRow[] = []
for (const load of loads) {
  const count = counts[load.name] ?? 0
  const peers = peerWords.map(name => peerCalled(name, programs))
  const [bare, full] = [await measureLoad(load, 0, peers), await measureLoad(load, count, peers)]
  const own = load.operations.flatMap(operation =>
    peers.flatMap(({ name: peer }): ScaleRow[] => {
      const [without, with_] = [bare.get(`${operation} ${peer}`), full.get(`${operation} ${peer}`)]
      if (without === undefined || with_ === undefined) return []
      return [{ load: load.name, unit: load.unit, count, operation, peer, bare: without, full: with_ }]
    }),
  )
  rows.push(...own)
  process.stdout.write(`${count} ${load.unit}\n${table(...rightAligned([...head, ...perMillion], own.map(cells)))}\n\n`)
}
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ packs, rows }, null, 1)}\n`)
