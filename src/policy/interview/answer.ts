import { durationOf, formatDuration, milliseconds, parseDuration, whyNoDuration } from '../../site/duration.ts'

/** What an answer means: a duration as the file may say it, nothing (unknown), or why it is no answer. */
export type Answer =
  | { readonly kind: 'duration'; readonly text: string; readonly duration: Temporal.Duration }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'wrong'; readonly reason: string }

const day = 86_400_000
const unitWords: readonly [RegExp, string][] = [
  [/(\d)(?:sec|secs|seconds?)(?![a-z])/g, '$1s'],
  [/(\d)(?:min|mins|minutes?|mn)(?![a-z])/g, '$1m'],
  [/(\d)(?:hr|hrs|hours?)(?![a-z])/g, '$1h'],
  [/(\d)(?:days?)(?![a-z])/g, '$1d'],
  [/(\d)(?:weeks?)(?![a-z])/g, '$1w'],
]

/** Durations of site.yaml, and what people say: `4 hours`, `90 min`, `1h 30m`. Empty, `unknown` or `?` is unknown. At most that many days. */
export function readAnswer(given: string, mostDays: number): Answer {
  const typed = given.trim()
  if (/^(?:|\?|unknown|none)$/i.test(typed)) return { kind: 'unknown' }
  const text = parseDuration(typed) === null ? spoken(typed) : typed
  const duration = parseDuration(text)
  if (duration === null) return wrong(`${JSON.stringify(typed)} ${whyNoDuration(typed)}`)
  if (milliseconds(duration) > mostDays * day) return wrong(`${JSON.stringify(typed)} is longer than ${mostDays} days`)
  return { kind: 'duration', text, duration }
}

/** What may be answered. */
export const answerAllowed = 'a time such as 90s, 15m, 4h, 7d or 2w (90 min or 2 hours is understood too)'

function wrong(reason: string): Answer {
  return { kind: 'wrong', reason: `${reason}; give ${answerAllowed}, or nothing where nobody knows` }
}

/** As the file may say it; the text itself where it is no duration. */
function spoken(text: string): string {
  const short = unitWords.reduce(
    (said, [word, unit]) => said.replace(word, unit),
    text.toLowerCase().replace(/\s+/g, ''),
  )
  const parts = short.match(/\d+[wdhms]/g) ?? []
  if (parts.length === 0 || parts.join('') !== short) return text
  const durations = parts.map(part => parseDuration(part) ?? zeroOf(part))
  // one that is too long is not left out
  if (durations.includes(null)) return text
  const total = durations.reduce((sum, one) => sum + (one === null ? 0 : milliseconds(one)), 0)
  return durationText(durationOf(total))
}

/** `1h 0m` has a part that is no duration by itself. */
function zeroOf(part: string): Temporal.Duration | null {
  return /^0+[wdhms]$/.test(part) ? durationOf(0) : null
}

/** On one word, as the file may say it: `4h`, `90m`. */
export function durationText(duration: Temporal.Duration): string {
  const whole = formatDuration(duration)
  if (parseDuration(whole) !== null) return whole
  const total = milliseconds(duration)
  for (const [unit, size] of [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const) {
    if (total % size === 0) return `${total / size}${unit}`
  }
  return duration.toString()
}
