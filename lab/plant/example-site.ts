import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { BlackstartError } from '../../src/errors.ts'
import { runBlackstart } from '../run-blackstart.ts'
import { examplePort, networkDevices, type PlantState, portsFrom } from './plant-state.ts'
import { exampleFolder } from './seed-devices.ts'

/** Whether the site folder was made whole: its secrets are set last. */
export async function isExampleSite(folder: string): Promise<boolean> {
  return stat(path.join(folder, readyMark)).then(
    () => true,
    () => false,
  )
}

const readyMark = 'devices/.site-made'

/** Writes the example's `site.yaml` with the plant's ports, initialises the site and sets the secrets of its devices. */
export async function makeExampleSite(
  folder: string,
  state: PlantState,
  onStep: (step: string) => void,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(path.join(folder, 'devices'), { recursive: true })
  const example = await readFile(path.join(exampleFolder, 'site.yaml'), 'utf8')
  await writeFile(path.join(folder, 'site.yaml'), withPorts(example, state.ports))
  const run = (words: readonly string[], input: string) => {
    onStep(`blackstart ${words.join(' ')}`)
    return runToEnd(folder, words, input, signal)
  }
  await run(['init'], '')
  for (const [name, password] of Object.entries(state.passwords)) {
    await run(['secrets', 'set', name], `${password}\n`)
  }
  await writeFile(path.join(folder, readyMark), '')
}

async function runToEnd(folder: string, words: readonly string[], input: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const { code, err } = await runBlackstart(words, { site: folder, input })
  signal.throwIfAborted()
  if (code !== 0) throw new BlackstartError('internal', `blackstart ${words.join(' ')} failed: ${err.trim()}`)
}

/** The text with the plant's ports in the places of the example's, comments and all kept. */
function withPorts(text: string, ports: PlantState['ports']): string {
  const usual = portsFrom(examplePort)
  let result = text
  for (const device of networkDevices) {
    const place = `port: ${usual[device]}\\b`
    if (result.match(new RegExp(place, 'g'))?.length !== 1) {
      throw new BlackstartError('internal', `lab/plant/site.yaml must name port ${usual[device]} once`)
    }
    result = result.replace(new RegExp(place), `port: <${ports[device]}>`)
  }
  return result.replace(/port: <(\d+)>/g, 'port: $1')
}
