/** Milliseconds by which a recorded time may lie ahead of the clock: so much a running clock is set back. */
const slack = 5 * 60_000

/**
 * Whether a recorded time lies so far ahead of the clock (epoch milliseconds) that one of the two clocks was wrong: how long ago
 * it was is not known then, and it proves nothing recent.
 */
export function isAhead(time: Temporal.Instant, now: number): boolean {
  return time.epochMilliseconds > now + slack
}

/** Epoch milliseconds of the last moment at which the time still is ahead. */
export function aheadUntil(time: Temporal.Instant): number {
  return time.epochMilliseconds - slack - 1
}
