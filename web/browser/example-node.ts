import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { makeExampleSite } from '../../lab/plant/example-site.ts'
import { freeNeighbours } from '../../lab/plant/free-ports.ts'
import { startPlant } from '../../lab/plant/plant.ts'
import { newPlantState, type PlantState, portsFrom, writePlantState } from '../../lab/plant/plant-state.ts'
import { startBlackstart } from '../../lab/run-blackstart.ts'

export interface ExampleNode extends AsyncDisposable {
  readonly url: string
  /** Of the first administrator; null where there is an account. */
  readonly token: string | null
  readonly folder: string
  readonly state: PlantState
}

/** The example plant on ports of the system's, and `blackstart serve` over it, in a folder that is removed at the end. */
export async function startExampleNode(signal: AbortSignal): Promise<ExampleNode> {
  await using started = new AsyncDisposableStack()
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-pages-'))
  started.defer(() => rm(folder, { recursive: true, force: true }))
  const state = newPlantState(portsFrom(await freeNeighbours(4)))
  await writePlantState(folder, state)
  started.use(await startPlant(folder, { state, now: () => new Date(), measureEvery: 1_000 }))
  await makeExampleSite(folder, state, () => undefined, signal)
  const node = startBlackstart(['serve', '--port', '0', '--json'], { site: folder })
  started.defer(() => stop(node))
  const { url, token, pages } = await answerOf(node, signal)
  if (!pages) throw new Error('The pages are not built. Run: npm run build')
  const running = started.move()
  return { url, token, folder, state, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

async function stop(node: ChildProcess): Promise<void> {
  if (node.exitCode !== null || node.signalCode !== null) return
  node.kill('SIGINT')
  const late = setTimeout(() => node.kill('SIGKILL'), 15_000)
  await once(node, 'close')
  clearTimeout(late)
}

interface Served {
  readonly url: string
  readonly token: string | null
  readonly pages: boolean
}

/** What `serve` prints once it listens. */
async function answerOf(node: ChildProcess, signal: AbortSignal): Promise<Served> {
  let out = ''
  let err = ''
  node.stdin?.end()
  return await new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
    node.once('close', code => reject(new Error(`blackstart serve ended with ${code}: ${err}`)))
    node.stderr?.on('data', (part: Buffer) => {
      err = `${err}${part.toString('utf8')}`.slice(-8_000)
    })
    node.stdout?.on('data', (part: Buffer) => {
      out += part.toString('utf8')
      const answer = parsed(out)
      if (answer !== null) resolve(answer)
    })
  })
}

function parsed(text: string): Served | null {
  try {
    return JSON.parse(text) as Served
  } catch {
    return null
  }
}
