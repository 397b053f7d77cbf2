// Pure decisions about when a channel sends. All times and pauses are milliseconds; `now` is by a clock that may be set.

/** How long the first failure makes a channel wait, and the longest pause. */
const firstPause = 5_000
const longestPause = 15 * 60_000

/** The pause after that many failures in a row: it doubles, and a fifth of it is chance, so that channels do not knock together. */
export function retryPause(failures: number, random: number): number {
  const pause = Math.min(longestPause, firstPause * 2 ** Math.min(20, Math.max(0, failures - 1)))
  return Math.round(pause * (0.9 + 0.2 * random))
}

const firstGap = 60_000
const longestGap = 15 * 60_000
const urgentGap = 10_000

export interface Sent {
  /** When the last message of notices at once went out; null where none did. */
  readonly lastSent: number | null
  /** How long after it the next one waits. */
  readonly gap: number
}

/**
 * The gap after a message that goes out at `now`. The first message after a quiet time makes the next one wait a minute;
 * while messages keep following each other, the gap doubles, up to a quarter of an hour; it is a minute again once
 * nothing was sent for twice the gap.
 */
export function gapAfter({ lastSent, gap }: Sent, now: number): number {
  if (lastSent === null || now - lastSent > 2 * gap || now < lastSent) return firstGap
  return Math.min(longestGap, gap * 2)
}

export interface Waiting {
  /** A message was begun, and is sent again as it is. */
  readonly begun: boolean
  /** Notices at once. */
  readonly atOnce: number
  /** One of them is of severity critical or graver. */
  readonly urgent: boolean
  /** When the first of the digests is due; null where none waits. */
  readonly digestDue: number | null
}

/**
 * When the channel sends its next message, and whether it is a digest; null where nothing waits. What is urgent waits ten
 * seconds at most, and takes what has gathered with it.
 */
export function nextMessage(
  waiting: Waiting,
  sent: Sent & { readonly nextTry: number | null; readonly gathers: boolean },
  now: number,
): { readonly at: number; readonly digest: boolean } | null {
  const tryAt = sent.nextTry === null ? now : bounded(sent.nextTry, now, longestPause * 2)
  if (waiting.begun) return { at: tryAt, digest: false }
  const gap = waiting.urgent ? Math.min(sent.gap, urgentGap) : sent.gap
  const opens = sent.gathers && sent.lastSent !== null ? bounded(sent.lastSent + gap, now, gap) : now
  const candidates = [
    ...(waiting.atOnce > 0 ? [{ at: opens, digest: false }] : []),
    ...(waiting.digestDue === null ? [] : [{ at: waiting.digestDue, digest: true }]),
  ].sort((a, b) => a.at - b.at)
  const [first] = candidates
  return first === undefined ? null : { ...first, at: Math.max(first.at, tryAt) }
}

/** A moment that lies further ahead than it ever can was written before the clock was set back: it is now. */
function bounded(at: number, now: number, most: number): number {
  return at - now > most ? now : at
}
