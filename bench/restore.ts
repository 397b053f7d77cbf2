/**
 * Restores by us, by stock restic and by `cp -r`, in turns, of one repository that restic wrote and whose key costs nothing to open.
 * Words: --set small|large|plc|disk, --scale 0.25, --runs 3, --only ours, --work FOLDER (kept; in a RAM disk it shows the processor's part).
 */
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { initRepository } from '../src/engine/repository.ts'
import { localBackend } from '../src/storage/local/local-backend.ts'
import { type Command, type Measured, measure, runPlain } from './engine/measure.ts'
import { outputOf } from './engine/peers/programs.ts'
import { prepareSet } from './engine/sets/bench-set.ts'
import { diskImage } from './engine/sets/disk-image.ts'
import { largeFiles } from './engine/sets/large-files.ts'
import { plcArchive } from './engine/sets/plc-archive.ts'
import { smallFiles } from './engine/sets/small-files.ts'

const { values } = parseArgs({
  options: {
    set: { type: 'string', default: 'small' },
    scale: { type: 'string', default: '0.25' },
    runs: { type: 'string', default: '3' },
    only: { type: 'string', default: 'ours,restic,cp' },
    work: { type: 'string', default: '/var/tmp/blackstart-bench-restore' },
  },
})
const signal = new AbortController().signal
const root = path.resolve(import.meta.dirname, '..')
const recipe = { small: smallFiles, large: largeFiles, plc: plcArchive, disk: diskImage }[values.set]
if (recipe === undefined) throw new Error(`there is no set ${values.set}`)

const work = path.resolve(values.work)
await mkdir(work, { recursive: true })
const set = await prepareSet(recipe, work, Number(values.scale), signal)
const repository = path.join(work, `${recipe.name}-${values.scale}-repository`)
const passwordFile = path.join(work, 'password')
const password = 'the password of a benchmark'
const log = path.join(work, 'log')
await writeFile(passwordFile, `${password}\n`)
const restic = await outputOf(path.join(root, 'lab/peers/restic.sh'), [], 'see lab/setup', signal)
const env = { XDG_CACHE_HOME: path.join(work, 'cache') }
const restore = (target: string): string[] => ['restore', `latest:${set.source}`, '--target', target]
const commands: Readonly<Record<string, (target: string) => Command>> = {
  ours: target => {
    const words = ['repo', ...restore(target), '--repo', repository, '--password-file', passwordFile]
    return { program: path.join(root, 'bin/blackstart'), words, env }
  },
  restic: target => ({ program: restic, words: ['-r', repository, '-p', passwordFile, ...restore(target)], env }),
  cp: target => ({ program: 'cp', words: ['-r', set.source, target] }),
}

if (!existsSync(path.join(repository, 'config'))) {
  await rm(repository, { recursive: true, force: true })
  const cheap = { scrypt: { N: 1024, r: 8, p: 1 } }
  await initRepository(localBackend(repository), password, cheap, signal)
  const backup = ['-r', repository, '-p', passwordFile, 'backup', set.source]
  await runPlain({ program: restic, words: backup, env }, log, signal)
}

const measured = new Map<string, Measured[]>()
const targets = path.join(work, 'targets')
for (let run = 0; run < Number(values.runs); run += 1) {
  for (const name of values.only.split(',')) {
    const target = path.join(targets, `${name}-${run}`)
    await mkdir(targets, { recursive: true })
    const figures = await measure((commands[name] as (target: string) => Command)(target), log, signal)
    measured.set(name, [...(measured.get(name) ?? []), figures])
  }
}
await rm(targets, { recursive: true, force: true })

const median = (name: string, of: keyof Measured): number =>
  (measured.get(name) ?? []).map(figures => figures[of]).sort((a, b) => a - b)[Math.floor(Number(values.runs) / 2)] ??
  Number.NaN
process.stdout.write(`${set.files} files, ${(set.bytes / 2 ** 20).toFixed(0)} MiB, medians of ${values.runs}\n`)
for (const name of measured.keys()) {
  const ratio = (of: keyof Measured): string => (median(name, of) / median('ours', of)).toFixed(2)
  const figures = `wall ${median(name, 'wall').toFixed(2)} s, cpu ${median(name, 'cpu').toFixed(2)} s, peak ${(median(name, 'peak') / 2 ** 20).toFixed(0)} MiB, sync ${median(name, 'settle').toFixed(2)} s`
  process.stdout.write(`${name.padEnd(7)} ${figures}; to ours: wall ${ratio('wall')}, cpu ${ratio('cpu')}\n`)
}
