// The engine against its peers, side by side in one run: stock restic, Borg and `cp -r`, on the same disk with the same key.
//   bin/node bench/engine/main.ts [--quick] [--only case,…] [--peers peer,…] [--runs N] [--cold] [--json FILE] [--work DIR]
//     [--program FILE] [--clean]
// See README.md beside this file.
import { execFileSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Case, cases } from './cases.ts'
import { peerCalled, peerNames } from './peers/all.ts'
import { findPrograms, type Programs } from './peers/programs.ts'
import { figuresTable, goalsTable, mebibytes, reportOf, type StepReport } from './report.ts'
import { runCase, type Sample } from './run-case.ts'
import { prepareSet } from './sets/bench-set.ts'
import { assertFree, workFolder } from './work-folder.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: cases.map(({ name }) => name).join(',') },
    peers: { type: 'string', default: peerNames.join(',') },
    runs: { type: 'string' },
    cold: { type: 'boolean', default: false },
    json: { type: 'string' },
    work: { type: 'string', default: '/var/tmp/blackstart-bench' },
    program: { type: 'string', default: path.resolve(import.meta.dirname, '../../bin/blackstart') },
    clean: { type: 'boolean', default: false },
  },
})
const scale = values.quick ? 0.05 : 1
const rounds = Number(values.runs ?? (values.quick ? 2 : 5))
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--runs ${values.runs}: a whole number, 1 or more`)
const chosenCases = chosen('--only', values.only, cases, ({ name }) => name)
const chosenPeers = chosen('--peers', values.peers, peerNames, name => name)

function chosen<Element>(
  option: string,
  list: string,
  all: readonly Element[],
  nameOf: (element: Element) => string,
): Element[] {
  const wanted = new Set(list.split(','))
  const unknown = wanted.difference(new Set(all.map(nameOf)))
  if (unknown.size > 0) throw new Error(`${option} ${[...unknown].join(',')}: one of ${all.map(nameOf).join(', ')}`)
  return all.filter(element => wanted.has(nameOf(element)))
}

const ended = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ended.abort(new Error(`ended by ${name}`)))
const { signal } = ended

/** The ended case's samples; prints as they come, since a whole run takes its time. */
async function measureCase(which: Case, programs: Programs, folder: string): Promise<Sample[]> {
  say(`${which.name}: ${which.what}${scale === 1 ? '' : `, ${scale} of it`}`)
  const set = await prepareSet(which.set, path.join(values.work, 'sets'), scale, signal)
  say(`  ${set.files} files, ${mebibytes(set.bytes)} MiB`)
  const run = {
    peers: new Map(chosenPeers.map(name => [name, peerCalled(name, programs)])),
    ...{ restic: programs.restic, passwordFile: programs.passwordFile, rounds, cold: values.cold, folder },
    onSample: ({ round, step, peer, wall, cpu }: Sample) =>
      say(`  round ${round + 1} ${step} ${peer}: ${wall.toFixed(2)} s, CPU ${cpu.toFixed(2)} s`),
    onVerified: (peer: string, bytes: number) => say(`  ${peer}: restored as it was, ${mebibytes(bytes)} MiB on disk`),
  }
  try {
    return await runCase(which, set, run, signal)
  } finally {
    await set.revert()
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

async function machine(programs: Programs): Promise<Record<string, unknown>> {
  const versions: Record<string, string> = {}
  for (const name of chosenPeers) versions[name] = await peerCalled(name, programs).version(signal)
  return {
    ...{ versions, program: programs.blackstart, ...sourceState(programs.blackstart) },
    ...{ processor: os.cpus()[0]?.model, cores: os.availableParallelism(), kernel: os.release() },
    ...{ memory: os.totalmem(), load: os.loadavg()[0] },
  }
}

/** Of the checkout that the program lies in; nothing where it is none. */
function sourceState(program: string): Record<string, unknown> {
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', path.dirname(program), ...words], { encoding: 'utf8', stdio: 'pipe' }).trim()
  try {
    return { commit: git('rev-parse', 'HEAD'), uncommitted: git('status', '--short', '--', ':/src') !== '' }
  } catch {
    return {}
  }
}

await using work = await workFolder(values.work)
await assertFree(values.work, 40 * 1024 ** 3 * scale)
const programs = await findPrograms(path.resolve(values.program), path.join(work.runs, 'empty'), signal)
const facts = await machine(programs)
const reports: StepReport[] = []
const samples: Record<string, readonly Sample[]> = {}
for (const which of chosenCases) {
  const own = await measureCase(which, programs, work.runs)
  samples[which.name] = own
  const report = reportOf(which, own)
  reports.push(...report)
  process.stdout.write(`${figuresTable(report)}\n\n`)
}
process.stdout.write(`${goalsTable(reports)}\n`)
if (values.json !== undefined) {
  await mkdir(path.dirname(path.resolve(values.json)), { recursive: true })
  const { quick, cold } = values
  await writeFile(
    values.json,
    `${JSON.stringify({ quick, cold, scale, rounds, machine: facts, reports, samples }, null, 1)}\n`,
  )
}
if (values.clean) await rm(path.join(values.work, 'sets'), { recursive: true, force: true })
