// `npm start`: the example plant with a site node and its pages over it, until Ctrl-C. Keeps its state in data/example (git ignores it).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rm } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { shortAddress, socketPath } from '../src/api/socket-file.ts'
import { sitePaths } from '../src/archive/site-paths.ts'
import { BlackstartError, reasonOf, systemCode } from '../src/errors.ts'
import { arePagesStale } from './built-pages.ts'
import { isExampleSite, makeExampleSite } from './plant/example-site.ts'
import { freeFrom } from './plant/free-ports.ts'
import { checkPorts, type Plant, startPlant } from './plant/plant.ts'
import {
  examplePort,
  networkDevices,
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
const usualFolder = path.join(checkout, 'data', 'example')
const measureEvery = 5_000
/** As `blackstart serve` has it. */
const usualPage = 8470
/** Milliseconds in which a second signal is the same Ctrl-C, told by npm as well as by the terminal. */
const sameKey = 1_000

const usage =
  'npm start -- [--port FIRST] [--page PORT] [--site DIR]: the first of four ports of devices (20211), the port of the pages (8470), the site folder (data/example)'

const say = (text: string) => void process.stdout.write(`${text}\n`)

async function start(folder: string, { port, page }: StartWords, signal: AbortSignal): Promise<void> {
  say(`Blackstart example: a bottling line on this machine, site folder ${shownPath(folder)}`)
  const made = await isExampleSite(folder)
  if (made) await refuseSecond(folder)
  const { page: _, ...settled } = await stateOf(folder, made, port)
  const pagePort = await pageOf(page)
  const state = pagePort === 0 ? settled : { ...settled, page: pagePort }
  await writePlantState(folder, state)
  await using plant = await startPlant(folder, { state, now: () => new Date(), measureEvery })
  say(devicesText(plant))
  if (!made) {
    say('\nFirst start: making the site. The passwords of the devices go in through standard input.')
    await makeExampleSite(folder, state, step => say(`  ${step}`), signal)
  }
  await buildPages(signal)
  say(hints(folder))
  const code = await run(folder, ['serve', '--port', `${pagePort}`], signal)
  throw new BlackstartError('internal', `blackstart serve ended by itself, with code ${code}.`)
}

/** Where they are not built yet, or were before their sources changed. */
async function buildPages(signal: AbortSignal): Promise<void> {
  if (!(await arePagesStale(checkout))) return
  say('\nBuilding the pages …')
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
    const state = await readPlantState(folder)
    const settled = state.ports['plc-filler']
    if (port === undefined || Number(port) === settled) return state
    throw new BlackstartError(
      'usage',
      `The example in ${shownPath(folder)} has its devices on the ports from ${settled} on, since its first start. Go on with it: npm start. Another one, beside it: npm start -- --site ${shownPath(folder)}-${port} --port ${port}. To begin anew on other ports, delete ${shownPath(folder)}.`,
    )
  }
  const first = port === undefined ? await freeExamplePort() : Number(port)
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

/** The usual ones; the next four that are free, where others have those. */
async function freeExamplePort(): Promise<number> {
  const first = await freeFrom(examplePort, networkDevices.length)
  if (first !== null && first !== examplePort) {
    say(`The ports from ${examplePort} on are taken by others: the devices get those from ${first} on.`)
  }
  return first ?? examplePort
}

/** The port of the pages: as it was said, or the usual one, or the next that is free. */
async function pageOf(page: string | undefined): Promise<number> {
  if (page !== undefined) {
    const port = Number(page)
    if (/^\d{1,5}$/.test(page) && port <= 65_535) return port
    throw new BlackstartError('usage', `--page ${page}: a port from 0 (one that is free) to 65535.`)
  }
  const free = await freeFrom(usualPage, 1)
  if (free !== null && free !== usualPage) say(`Port ${usualPage} is taken by another program: the pages get ${free}.`)
  return free ?? usualPage
}

/** Says where the example of this folder is to be found, where it runs. */
async function refuseSecond(folder: string): Promise<void> {
  const address = shortAddress(socketPath(sitePaths(folder).run))
  if (!(await answers(address))) return
  const { page, ports } = await readPlantState(folder)
  const where = page === undefined ? 'the one that it printed' : `http://localhost:${page}/`
  throw new BlackstartError(
    'refused',
    `The example in ${shownPath(folder)} runs already: its devices on the ports from ${ports['plc-filler']} on, its page ${where}. Use it from here (bin/blackstart --site ${shownPath(folder)} status), or stop it with Ctrl-C where it was started. Another one, beside it: npm start -- --site ${shownPath(folder)}-2`,
  )
}

async function answers(address: string): Promise<boolean> {
  const socket = net.connect(address)
  const open = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return open
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
  const elsewhere = folder === usualFolder ? '' : ` --site ${shownPath(folder)}`
  return `
Try this in a second terminal:
  ${`npm run lab -- tamper plc${elsewhere}`.padEnd(32)} a technician in a hurry changes the filler's program; wait for its new version
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
    options: {
      ...{ site: { type: 'string' }, port: { type: 'string' }, page: { type: 'string' } },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help === true) say(usage)
  else await start(path.resolve(values.site ?? usualFolder), values, stop.signal)
} catch (error) {
  if (stop.signal.aborted) say('\nThe example has stopped. Its history stays; npm start goes on with it.')
  else {
    const wrongUse = systemCode(error)?.startsWith('ERR_PARSE_ARGS') === true
    if (wrongUse) say(usage)
    say(error instanceof BlackstartError || wrongUse ? reasonOf(error) : `Unexpected error: ${reasonOf(error)}`)
    process.exitCode = wrongUse ? 2 : 1
  }
} finally {
  for (const name of signals) process.off(name, interrupt)
}
