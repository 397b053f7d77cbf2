// `npm start`: the example plant with a site node and its pages over it, until Ctrl-C. Keeps its state in data/example (git ignores it).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { BlackstartError, reasonOf, systemCode } from '../src/errors.ts'
import { isExampleSite, makeExampleSite } from './plant/example-site.ts'
import { checkPorts, type Plant, startPlant } from './plant/plant.ts'
import {
  examplePort,
  newPlantState,
  type PlantState,
  portsFrom,
  readPlantState,
  writePlantState,
} from './plant/plant-state.ts'
import { shownPath } from './plant/shown-path.ts'
import { spawnBlackstart } from './plant/spawn-blackstart.ts'

interface StartWords {
  readonly port?: string | undefined
  /** Of the pages. */
  readonly page?: string | undefined
}

const checkout = path.resolve(import.meta.dirname, '..')
const measureEvery = 5_000
/** Milliseconds in which a second signal is the same Ctrl-C, told by npm as well as by the terminal. */
const sameKey = 1_000

const say = (text: string) => void process.stdout.write(`${text}\n`)

async function start(folder: string, { port, page }: StartWords, signal: AbortSignal): Promise<void> {
  say(`Blackstart example: a bottling line on this machine, site folder ${shownPath(folder)}`)
  const made = await isExampleSite(folder)
  const state = await stateOf(folder, made, port)
  await using plant = await startPlant(folder, { state, now: () => new Date(), measureEvery })
  say(devicesText(plant))
  if (!made) {
    say('\nFirst start: making the site. The passwords of the devices go in through standard input.')
    await makeExampleSite(folder, state, step => say(`  ${step}`), signal)
  }
  await buildPages(signal)
  say(hints(folder))
  const code = await run(folder, ['serve', ...(page === undefined ? [] : ['--port', page])], signal)
  throw new BlackstartError('internal', `blackstart serve ended by itself, with code ${code}.`)
}

/** Where they are not built yet. */
async function buildPages(signal: AbortSignal): Promise<void> {
  const isBuilt = await stat(path.join(checkout, 'dist', 'web', 'index.html')).catch(() => null)
  if (isBuilt !== null) return
  say('\nBuilding the pages, this once …')
  const child = spawn('npm', ['run', '--silent', 'build'], {
    cwd: checkout,
    stdio: ['ignore', 'ignore', 'inherit'],
    signal,
  })
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0) say('The pages could not be built; the node works without them.')
}

/** The plant of the last run; a new one where the site was never finished. */
async function stateOf(folder: string, made: boolean, port: string | undefined): Promise<PlantState> {
  if (made) {
    if (port === undefined) return await readPlantState(folder)
    throw new BlackstartError(
      'usage',
      `The ports are settled at the first start. Delete ${shownPath(folder)} to choose others.`,
    )
  }
  const first = port === undefined ? examplePort : Number(port)
  if (!Number.isInteger(first) || first < 20_000 || first > 65_000) {
    throw new BlackstartError('usage', `--port ${port}: the first of four ports, from 20000 to 65000.`)
  }
  await refuseOthers(folder)
  const ports = portsFrom(first)
  await checkPorts(ports) // before anything is removed: another start may be making this very site
  for (const part of ['data', 'devices', 'recovery-kit.txt']) {
    await rm(path.join(folder, part), { recursive: true, force: true })
  }
  const state = newPlantState(ports)
  await writePlantState(folder, state)
  return state
}

/** What is not the example's must not be written over. */
async function refuseOthers(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown): string[] => {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  })
  if (names.length === 0 || names.includes('plant.json')) return
  throw new BlackstartError(
    'refused',
    `${shownPath(folder)} holds something else than the example. Choose an empty folder.`,
  )
}

/** Runs it to its end and returns its exit code; Ctrl-C is passed on once and then thrown. */
async function run(folder: string, words: readonly string[], signal: AbortSignal): Promise<number> {
  signal.throwIfAborted()
  const child = spawnBlackstart(folder, words)
  const stop = () => child.kill('SIGINT')
  signal.addEventListener('abort', stop)
  process.on('exit', stop) // it must not outlive its plant
  const [code] = (await once(child, 'close')) as [number]
  signal.removeEventListener('abort', stop)
  process.off('exit', stop)
  signal.throwIfAborted()
  return code
}

function devicesText({ devices }: Plant): string {
  return devices.map(({ id, what, where }) => `  ${id.padEnd(18)}${what.padEnd(24)}${where}`).join('\n')
}

function hints(folder: string): string {
  const blackstart = `bin/blackstart --site ${shownPath(folder)}`
  return `
Try this in a second terminal:
  npm run lab -- tamper plc        a technician in a hurry changes the filler's program; wait for its new version
  ${blackstart} status
  ${blackstart} diff plc-filler/program
  ${blackstart} restore plc-filler/program@previous --to-device
or do all of it in the pages, whose address comes below. More to break: npm run lab -- list. The devices' passwords, to look at them yourself: ${shownPath(path.join(folder, 'plant.json'))}

The site node captures every device now, then each item at its interval, until Ctrl-C:`
}

const stop = new AbortController()
let stopped = 0
const interrupt = () => {
  if (stopped !== 0 && Date.now() - stopped > sameKey) process.exit(130)
  if (stopped === 0) stopped = Date.now()
  stop.abort()
}
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
for (const name of signals) process.on(name, interrupt)
try {
  const { values } = parseArgs({
    options: { site: { type: 'string' }, port: { type: 'string' }, page: { type: 'string' } },
  })
  await start(path.resolve(values.site ?? path.join(checkout, 'data', 'example')), values, stop.signal)
} catch (error) {
  if (stop.signal.aborted) say('\nThe example has stopped. Its history stays; npm start goes on with it.')
  else {
    const wrongUse = systemCode(error)?.startsWith('ERR_PARSE_ARGS') === true
    if (wrongUse)
      say(
        'npm start -- [--port FIRST] [--page PORT] [--site DIR]: the first of four ports of devices (20211), the port of the pages (8470), the site folder (data/example)',
      )
    say(error instanceof BlackstartError || wrongUse ? reasonOf(error) : `Unexpected error: ${reasonOf(error)}`)
    process.exitCode = wrongUse ? 2 : 1
  }
} finally {
  for (const name of signals) process.off(name, interrupt)
}
