// `npm run lab -- WORD …`: does to the example plant what people do to plants.
import path from 'node:path'
import { parseArgs } from 'node:util'
import { BlackstartError, reasonOf, systemCode } from '../src/errors.ts'
import { networkDevices, readPlantState } from './plant/plant-state.ts'
import { resetDevice } from './plant/seed-devices.ts'
import { shownPath } from './plant/shown-path.ts'
import { type Tampering, tamperings } from './plant/tampering.ts'

const say = (text: string) => void process.stdout.write(`${text}\n`)

const usage = `npm run lab -- tamper plc|switch|hmi|robot   change something on a running device, over the network
npm run lab -- reset                         put every device back to how it was delivered
npm run lab -- list                          what can be changed, and which item shows it
(--site DIR for another folder than data/example, --help for this)`

async function main(words: readonly string[], folder: string): Promise<void> {
  const [word, what] = words
  if (word === 'tamper') return await tamper(folder, what)
  if (word === 'reset') return await reset(folder)
  if (word === 'list') return say(Object.entries(tamperings).map(listLine).join('\n'))
  throw new BlackstartError('usage', usage)
}

async function tamper(folder: string, what: string | undefined): Promise<void> {
  const tampering = Object.hasOwn(tamperings, what ?? '') ? tamperings[what ?? ''] : undefined
  if (tampering === undefined) throw new BlackstartError('usage', usage)
  const state = await readPlantState(folder)
  const did = await tampering.run(state).catch((error: unknown) => {
    if (systemCode(error) !== 'ECONNREFUSED') throw error
    throw new BlackstartError(
      'unreachable',
      'The example plant is not running. Start it in another terminal: npm start',
      {
        cause: error,
      },
    )
  })
  const blackstart = `bin/blackstart --site ${shownPath(folder)}`
  say(`${tampering.who} ${did}.
The next capture notices it, within half a minute; then: ${blackstart} diff ${tampering.item}`)
}

async function reset(folder: string): Promise<void> {
  await readPlantState(folder)
  for (const device of networkDevices) await resetDevice(folder, device)
  say(
    'Every device but the historian holds what it was delivered with. The history that Blackstart keeps is untouched.',
  )
}

function listLine([word, { item, who }]: [string, Tampering]): string {
  return `tamper ${word.padEnd(8)}${item.padEnd(28)}${who.toLowerCase()}`
}

const example = path.resolve(import.meta.dirname, '..', 'data', 'example')
try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { site: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help === true) say(usage)
  else await main(positionals, path.resolve(values.site ?? example))
} catch (error) {
  const wrongWord = systemCode(error)?.startsWith('ERR_PARSE_ARGS') === true
  const wrongUse = wrongWord || (error instanceof BlackstartError && error.code === 'usage')
  if (wrongWord) say(usage)
  say(error instanceof BlackstartError || wrongWord ? reasonOf(error) : `It did not work: ${reasonOf(error)}`)
  process.exitCode = wrongUse ? 2 : 1
}
