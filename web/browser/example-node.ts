import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { makeExampleSite } from '../../lab/plant/example-site.ts'
import { freeNeighbours } from '../../lab/plant/free-ports.ts'
import { startPlant } from '../../lab/plant/plant.ts'
import { newPlantState, type PlantState, portsFrom, writePlantState } from '../../lab/plant/plant-state.ts'
import { type Served, serveSite } from '../../lab/serve-site.ts'

export interface ExampleNode extends Omit<Served, 'said'> {
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
  const { url, token } = started.use(await serveSite(folder, { signal, withPages: true }))
  const running = started.move()
  return { url, token, folder, state, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
