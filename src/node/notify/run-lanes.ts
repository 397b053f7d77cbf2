import { setTimeout as sleep } from 'node:timers/promises'
import type { Lane } from './lane.ts'

export interface RunningLanes {
  /** Those in force; a lane that goes on keeps being the same object. */
  readonly lanes: () => readonly Lane[]
  /** Takes what is to be called when there may be something to do. */
  readonly listen: (wake: () => void) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Lets each lane work whenever it has something to do, none waiting for another, until `signal` aborts. */
export async function runLanes({ lanes, listen, now }: RunningLanes, signal: AbortSignal): Promise<void> {
  const running = new Map<string, Promise<void>>()
  let pulse = new AbortController()
  const wake = () => pulse.abort()
  listen(wake)
  const start = (lane: Lane): void => {
    const work = lane.step(signal).finally(() => {
      running.delete(lane.name)
      wake()
    })
    // a step that `signal` ends rejects, and is asked at the end
    work.catch(() => undefined)
    running.set(lane.name, work)
  }
  while (!signal.aborted) {
    pulse = new AbortController()
    let next = Number.POSITIVE_INFINITY
    for (const lane of lanes().filter(({ name }) => !running.has(name))) {
      const at = lane.nextAt()
      if (at !== null && at <= now()) start(lane)
      else next = Math.min(next, at ?? next)
    }
    await pause(next - now(), AbortSignal.any([signal, pulse.signal]))
  }
  await Promise.allSettled(running.values())
}

/** For that many milliseconds, but no longer than a minute, for the clock may be set meanwhile; less where `signal` aborts. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.min(Math.max(milliseconds, 0), 60_000), undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}

/** Lets every lane work until none has anything to do now; returns when one will have; null for never. */
export async function stepLanes(
  lanes: () => readonly Lane[],
  now: () => number,
  signal: AbortSignal,
): Promise<number | null> {
  for (;;) {
    signal.throwIfAborted()
    const times = lanes().map(lane => ({ lane, at: lane.nextAt() ?? Number.POSITIVE_INFINITY }))
    const due = times.filter(({ at }) => at <= now())
    if (due.length === 0) {
      const next = Math.min(...times.map(({ at }) => at))
      return Number.isFinite(next) ? next : null
    }
    await Promise.all(due.map(({ lane }) => lane.step(signal)))
  }
}
