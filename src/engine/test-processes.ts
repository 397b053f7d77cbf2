/** What the tests of kills and power cuts share: one operation on a repository, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { password } from './test-repository.ts'

const engine = import.meta.dirname

export type Operation = 'prune' | 'copy' | 'repair' | 'heal' | 'capture'

/** One operation on a repository, in a process of its own; for `capture` it prints the ids of the snapshots. */
const program = `
  const [operation, folder, other, password, engine, seed] = process.argv.slice(1)
  const { localBackend } = await import(engine + '/../storage/local/local-backend.ts')
  const { openRepository } = await import(engine + '/repository.ts')
  const signal = AbortSignal.timeout(600_000)
  const options = { lockWait: { atMost: 120_000 } }
  const open = where => openRepository(localBackend(where), password, options, signal)
  const everything = { maxUnused: { bytes: 0 } }
  if (operation === 'prune') {
    const { prune } = await import(engine + '/prune/prune.ts')
    await prune(await open(folder), { ...everything, ...options }, signal)
  } else if (operation === 'copy') {
    const { copySnapshots } = await import(engine + '/copy/copy-snapshots.ts')
    await copySnapshots(await open(other), await open(folder), options, signal)
  } else if (operation === 'repair') {
    const { repairIndex } = await import(engine + '/repair/repair-index.ts')
    const { repairPacks } = await import(engine + '/repair/repair-packs.ts')
    await repairIndex(await open(folder), { readAllPacks: true }, signal)
    await repairPacks(await open(folder), { packs: 'damaged' }, signal)
  } else if (operation === 'heal') {
    const { repairFromCopy } = await import(engine + '/repair/repair-from-copy.ts')
    await repairFromCopy({ backend: localBackend(folder), password, open: options }, await open(other), {}, signal)
  } else if (operation === 'capture') {
    const { contentsOf, store } = await import(engine + '/prune/test-snapshots.ts')
    const repository = await open(folder)
    for (let i = 0; i < 4; i += 1) {
      const number = Number(seed) + i
      process.stdout.write((await store(repository, contentsOf(number))) + ' ' + number + '\\n')
    }
  }
  process.stdout.write('done\\n')
`

export interface Run {
  readonly child: ChildProcess
  /** Lines printed so far. */
  readonly said: () => string[]
  /** What it has printed, line by line, once it has ended. */
  readonly ended: Promise<string[]>
}

export function run(operation: Operation, folder: string, other = '', seed = 0): Run {
  const words = [operation, folder, other, password, engine, String(seed)]
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  const said = (): string[] => text.split('\n').slice(0, -1)
  const ended = (async () => {
    for await (const piece of child.stdout.setEncoding('utf8')) text += piece
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    return said()
  })()
  return { child, said, ended }
}
