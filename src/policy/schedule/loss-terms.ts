/** What makes up the loss in one scenario, in milliseconds: REQUIREMENTS.md, schedule from MTDL. */
export interface LossTerms {
  readonly mtdl: number
  /** The longest time without a break in which nothing may be read; may be endless. */
  readonly quiet: number
  /** How long a capture takes, as it is counted. */
  readonly capture: number
  /** From the end of a capture until the version is verified in the place. */
  readonly lag: number
}

/** Milliseconds: how finely the capture loop tells items apart that fall due. */
const loopStep = 1_000
/** A 96th of the lag is a quarter of an hour of a day. */
const lagShare = 96

/**
 * The shortest interval that is worth keeping, in milliseconds: captures of a device follow each other, so none begins
 * sooner than the one before it takes; and where a copy needs a day to arrive, reading more than 96 times meanwhile puts a
 * load on the plant and saves next to nothing.
 */
export function shortestInterval(capture: number, lag: number): number {
  return Math.max(loopStep, capture, Math.ceil(lag / lagShare))
}

/** What capture and lag leave of the MTDL, in milliseconds; negative where they leave nothing. */
export function intervalLeft({ mtdl, capture, lag }: LossTerms): number {
  return mtdl - capture - lag
}

/** Whether max(interval, quiet) + capture + lag ≤ MTDL can be held by an interval that is worth keeping. */
export function isFeasible(terms: LossTerms): boolean {
  const left = intervalLeft(terms)
  return left >= shortestInterval(terms.capture, terms.lag) && terms.quiet <= left
}

/**
 * The interval that a scenario asks for, feasible or not: what is left of the MTDL, and never less than the shortest. It
 * grows with the MTDL without a jump where the scenario becomes feasible, so that a tighter MTDL never gives a longer one.
 */
export function intervalAsked(terms: LossTerms): number {
  return Math.max(intervalLeft(terms), shortestInterval(terms.capture, terms.lag))
}

/** The longest lag that is feasible with the other terms, in milliseconds; negative where none is. */
export function longestLag({ mtdl, quiet, capture }: Omit<LossTerms, 'lag'>): number {
  const left = mtdl - capture
  const byShare = Math.floor((left * lagShare) / (lagShare + 1)) - 1
  return Math.min(left - Math.max(quiet, shortestInterval(capture, 0)), left >= lagShare ? byShare : 0)
}

/** The longest capture that is feasible with the other terms, in milliseconds; negative where none is. */
export function longestCapture({ mtdl, quiet, lag }: Omit<LossTerms, 'capture'>): number {
  const left = mtdl - lag
  return Math.min(left - Math.max(quiet, shortestInterval(0, lag)), Math.floor(left / 2))
}

/** The tightest MTDL that is feasible with the other terms, in milliseconds; endless where quiet is. */
export function shortestMtdl({ quiet, capture, lag }: Omit<LossTerms, 'mtdl'>): number {
  return Math.max(quiet, shortestInterval(capture, lag)) + capture + lag
}
