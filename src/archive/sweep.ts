import type { AssetItem } from '../site/item-lookup.ts'
import type { Archive } from './archive.ts'
import { openSweepSession, type SweepResult, type SweepSettings } from './sweep-session.ts'

export interface SweepOptions extends SweepSettings {
  /** How many devices are read at once. */
  readonly concurrency: number
  /** Captures also inside quiet windows. */
  readonly ignoreQuiet: boolean
  readonly onStart: (item: string) => void
  /** Called when a result counts: after the repository and the journal hold it. */
  readonly onResult: (result: SweepResult) => void
}

export const sweepDefaults = {
  concurrency: 4,
  backoff: [1_000, 5_000, 15_000],
  commitEvery: 30_000,
  sessionWait: 600_000,
} as const

/**
 * Captures items together: they share packs and index files, and each counts once the repository and then the journal
 * hold it. Ends with the node's own items. An item that fails does not stop the others; an abort ends all of them, and
 * what was read whole until then is kept.
 */
export async function sweep(
  archive: Archive,
  items: readonly AssetItem[],
  options: SweepOptions,
  signal: AbortSignal,
): Promise<readonly SweepResult[]> {
  await using session = await openSweepSession(archive, options, signal)
  const results: SweepResult[] = []
  const tell = (result: SweepResult) => {
    results.push(result)
    options.onResult(result)
  }
  const queues = [...Map.groupBy(items, of => of.asset.id).values()]
  const told: Promise<void>[] = []
  const workers = Array.from({ length: Math.min(options.concurrency, queues.length) }, async () => {
    for (let queue = queues.shift(); queue !== undefined; queue = queues.shift()) {
      for (const of of queue) {
        if (!signal.aborted) options.onStart(of.id)
        const { stored } = await session.read(of, options, signal)
        told.push(stored.then(tell))
      }
    }
  })
  const ends = await Promise.allSettled(workers)
  for (const ended of ends) if (ended.status === 'rejected') throw await afterAll(told, ended.reason)
  await session.commit().catch(async error => {
    throw await afterAll(told, error)
  })
  await Promise.all(told)
  for (const failed of await session.captureOwn()) tell(failed)
  return results
}

/** What was told until then is told before the error is thrown. */
async function afterAll(told: readonly Promise<void>[], error: unknown): Promise<unknown> {
  await Promise.allSettled(told)
  return error
}
