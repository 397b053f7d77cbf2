import { setImmediate } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { subjects } from './all.ts'
import { inputSeed, Random } from './random.ts'
import type { Trial } from './trial.ts'

/** What `fuzz.ts` hands over. */
export interface Task {
  readonly subject: string
  readonly seed: number
  readonly inputs: number
  /** Where the number of the input that is being tried stands. */
  readonly progress: Int32Array
}

/** What comes back: counts, or the input that broke a property. */
export type Outcome =
  | { readonly accepted: number; readonly grown: number }
  | { readonly broken: number; readonly input: Uint8Array; readonly error: string }

/** Inputs after which this process's memory is looked at. */
const lookEvery = 1000

async function run({ subject: name, seed, inputs, progress }: Task): Promise<Outcome> {
  const trial = subjects.find(each => each.name === name) as Trial
  let accepted = 0
  let least = Number.POSITIVE_INFINITY
  let most = 0
  for (let input = 0; input < inputs; input += 1) {
    Atomics.store(progress, 0, input)
    const bytes = trial.input(new Random(inputSeed(seed, input)))
    try {
      if (trial.attempt(bytes)) accepted += 1
    } catch (error) {
      return {
        broken: input,
        input: bytes,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }
    }
    if (input % lookEvery !== lookEvery - 1) continue
    // what Node's zlib has closed is let go between two turns of the event loop only
    await setImmediate()
    const rss = process.memoryUsage.rss()
    least = Math.min(least, rss)
    most = Math.max(most, rss)
  }
  return { accepted, grown: Math.max(0, most - least) }
}

// Most inputs end in an error that nobody reads.
Error.stackTraceLimit = 3
parentPort?.postMessage(await run(workerData as Task))
