import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Outcome, Task } from './fuzz-worker.ts'

/** Milliseconds that one input may take: beyond, the parser hangs. */
const longest = 20_000
/** MiB that a parser's objects may take. */
const mostHeap = 256
/** Bytes by which the process may grow while inputs are tried. */
const mostGrowth = 512 * 1024 * 1024

export interface FuzzResult {
  /** Inputs that were taken; the others were refused, as they must be. */
  readonly accepted: number
  /** Bytes by which the process grew. */
  readonly grown: number
}

/**
 * Tries a subject's parser with so many inputs, the same ones for the same seed, in a thread of its own: one that hangs or
 * takes all memory is ended. Throws, with what brings the input back, where a property does not hold.
 */
export async function fuzz(subject: string, inputs: number, seed: number): Promise<FuzzResult> {
  const progress = new Int32Array(new SharedArrayBuffer(4))
  const task: Task = { subject, seed, inputs, progress }
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: mostHeap },
  })
  const where = (): string => `${subject}, seed ${seed}, input ${Atomics.load(progress, 0)}`
  const hangs = new AbortController()
  const watch = watchdog(progress, () => hangs.abort(new Error(`${where()}: took more than ${longest / 1000} seconds`)))
  try {
    const [outcome] = (await once(worker, 'message', { signal: hangs.signal })) as [Outcome]
    if ('broken' in outcome) throw new Error(`${where()}: ${outcome.error}\n${shown(outcome.input)}`)
    assert.ok(outcome.grown < mostGrowth, `${where()}: the process grew by ${outcome.grown} bytes`)
    return outcome
  } catch (error) {
    if (hangs.signal.aborted) throw hangs.signal.reason
    throw new Error(`${where()}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  } finally {
    clearInterval(watch)
    await worker.terminate()
  }
}

/** Calls `bark` once the number stands still for too long. */
function watchdog(progress: Int32Array, bark: () => void): NodeJS.Timeout {
  let before = -1
  let since = performance.now()
  return setInterval(() => {
    const now = Atomics.load(progress, 0)
    if (now !== before) since = performance.now()
    before = now
    if (performance.now() - since > longest) bark()
  }, 1000)
}

function shown(input: Uint8Array): string {
  const bytes = Buffer.from(input)
  return `${bytes.byteLength} bytes, as base64: ${bytes.subarray(0, 3000).toString('base64')}`
}
