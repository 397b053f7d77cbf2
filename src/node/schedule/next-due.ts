import type { AssetItem } from '../../site/item-lookup.ts'
import { nextClosing, windowsAround } from '../../site/window.ts'

/** How an item is captured. Milliseconds. */
export interface ItemPace {
  /** From the beginning of one capture to that of the next. */
  readonly interval: number
  /** How long a capture is counted with. */
  readonly captureTime: number
}

export interface NextDue {
  readonly at: Temporal.Instant
  /** A change window closes then. */
  readonly closing: boolean
}

/**
 * When an item is captured next whose interval counts from `from`: after it, or sooner where one of its change windows
 * closes. Where that lies in a quiet time, just before it begins, so that no more is lost than the quiet time; too late for
 * that, when it ends. Never before `now`.
 */
export function nextDue(
  { asset, item }: AssetItem,
  { interval, captureTime }: ItemPace,
  { from, now }: { readonly from: Temporal.Instant; readonly now: Temporal.Instant },
  timezone: string,
): NextDue {
  const regular = from.add({ milliseconds: Math.round(interval) })
  const after = Temporal.Instant.compare(regular, now) < 0 ? now : regular
  const closing = item.change.length === 0 ? null : nextClosing(item.change, now, timezone)
  const isClosing = closing !== null && Temporal.Instant.compare(closing, after) < 0
  const due = isClosing ? closing : after
  const windows = [...asset.quiet, ...item.quiet]
  const quiet = windows.length === 0 ? null : windowsAround(windows, due, timezone)
  if (quiet === null) return { at: due, closing: isClosing }
  const before = quiet.start.subtract({ milliseconds: Math.ceil(captureTime) })
  const isLate = Temporal.Instant.compare(before, now.add({ seconds: 1 })) <= 0
  return { at: isLate ? quiet.end : before, closing: isClosing }
}

/** When the quiet time in which `now` lies ends; null where it lies in none. */
export function quietEnd({ asset, item }: AssetItem, now: Temporal.Instant, timezone: string): Temporal.Instant | null {
  const windows = [...asset.quiet, ...item.quiet]
  return windows.length === 0 ? null : (windowsAround(windows, now, timezone)?.end ?? null)
}
