import type { AssetItem } from '../site/item-lookup.ts'
import { nextClosing, windowsAround } from '../site/window.ts'

/** How an item is captured. Milliseconds. */
export interface ItemPace {
  /** From the beginning of one capture to that of the next. */
  readonly interval: number
  /** How long a capture is counted with. */
  readonly captureTime: number
}

/**
 * When an item that is captured at `now` is captured next: after its interval, or sooner where one of its change windows
 * closes. Where that lies in a quiet time, just before it begins, so that no more is lost than the quiet time; too late for
 * that, when it ends.
 */
export function nextDue(
  { asset, item }: AssetItem,
  { interval, captureTime }: ItemPace,
  now: Temporal.Instant,
  timezone: string,
): Temporal.Instant {
  const after = now.add({ milliseconds: Math.round(interval) })
  // a second after it: the loop is up to a second early
  const closing = nextClosing(item.change, now, timezone)?.add({ seconds: 1 }) ?? null
  const due = closing !== null && Temporal.Instant.compare(closing, after) < 0 ? closing : after
  const quiet = windowsAround([...asset.quiet, ...item.quiet], due, timezone)
  if (quiet === null) return due
  const before = quiet.start.subtract({ milliseconds: Math.ceil(captureTime) })
  return Temporal.Instant.compare(before, now.add({ seconds: 1 })) > 0 ? before : quiet.end
}

/** When the quiet time in which `now` lies ends; null where it lies in none. */
export function quietEnd({ asset, item }: AssetItem, now: Temporal.Instant, timezone: string): Temporal.Instant | null {
  return windowsAround([...asset.quiet, ...item.quiet], now, timezone)?.end ?? null
}
