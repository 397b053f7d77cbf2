import { setTimeout as sleep } from 'node:timers/promises'
import { BlackstartError, reasonOf } from '../../errors.ts'
import type { Trigger } from '../../site/site.ts'
import { triggerSources } from './all.ts'
import type { TriggerContext, TriggerSource } from './trigger.ts'

/** Milliseconds before a trigger that failed is tried again: the first time, and at most. */
export interface RetryPauses {
  readonly first: number
  readonly longest: number
}

export const retryPauses: RetryPauses = { first: 5_000, longest: 300_000 }

/** Milliseconds after which a trigger that worked counts as sound again. */
const sound = 60_000

/** Runs a trigger until the signal aborts. A failure is told, and it is tried again, later and later. Never throws. */
export async function runTrigger(
  trigger: Trigger,
  context: TriggerContext,
  failed: (sentence: string) => void,
  pauses: RetryPauses,
  signal: AbortSignal,
): Promise<void> {
  let pause = pauses.first
  while (!signal.aborted) {
    const begun = performance.now()
    try {
      await sourceOf(trigger).run(trigger, context, signal)
    } catch (error) {
      if (signal.aborted) return
      failed(sentenceOf(trigger, error))
    }
    pause = performance.now() - begun > sound ? pauses.first : pause
    await sleep(pause, undefined, { signal }).catch(() => undefined)
    pause = Math.min(2 * pause, pauses.longest)
  }
}

function sourceOf(trigger: Trigger): TriggerSource<Trigger> {
  return triggerSources[trigger.via]
}

function sentenceOf({ id }: Trigger, error: unknown): string {
  if (error instanceof BlackstartError) return error.message
  return `trigger ${id}: failed (${reasonOf(error)}). It is tried again; if it stays so, report it.`
}
