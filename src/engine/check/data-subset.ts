import { BlackstartError } from '../../errors.ts'
import { parsePercent, parseSize } from '../prune/size-words.ts'

/** Which packs a check reads. */
export type DataSubset =
  /** restic's n/t: the same packs each time, all of them in `of` checks. */
  | { readonly kind: 'part'; readonly part: number; readonly of: number }
  /** By chance. */
  | { readonly kind: 'percent'; readonly percent: number }
  | { readonly kind: 'bytes'; readonly bytes: number }
  /**
   * Every pack within so many days, as packs come and go, when it runs each day. With `since`, the time of the last such
   * check, days on which none ran are made up for.
   */
  | { readonly kind: 'rotation'; readonly days: number; readonly since?: Date }

/** restic's: a pack's part is told from the first byte of its name. */
const mostParts = 256
const mostDays = 3660

/** restic's words, `2/5`, `10%`, `5G`, and `30d` for a rotation. Throws `usage`. */
export function parseDataSubset(text: string): DataSubset {
  const part = /^(\d+)\/(\d+)$/.exec(text.trim())
  if (part !== null) return partOf(text, Number(part[1]), Number(part[2]))
  const days = /^(\d+)d$/.exec(text.trim())
  if (days !== null) return rotationOf(text, Number(days[1]))
  const percent = parsePercent(text)
  if (percent === null) return { kind: 'bytes', bytes: parseSize(text) }
  if (percent > 0) return { kind: 'percent', percent }
  throw new BlackstartError('usage', `"${text}" of the data is nothing. Write more than 0%.`)
}

function partOf(text: string, part: number, of: number): DataSubset {
  if (of >= 1 && of <= mostParts && part >= 1 && part <= of) return { kind: 'part', part, of }
  throw new BlackstartError(
    'usage',
    `"${text}" is no part. Write n/t, with t up to ${mostParts} and n from 1 to t: 2/5.`,
  )
}

function rotationOf(text: string, days: number): DataSubset {
  if (days >= 1 && days <= mostDays) return { kind: 'rotation', days }
  throw new BlackstartError('usage', `"${text}" is no rotation. Write a number of days from 1 to ${mostDays}: 30d.`)
}

/** The packs of `bytesOf` (bytes by name) that are read at `now`. `random` gives numbers from 0 to below 1. */
export function chosenPacks(
  bytesOf: ReadonlyMap<string, number>,
  subset: DataSubset,
  now: Date,
  random: () => number,
): ReadonlySet<string> {
  const names = [...bytesOf.keys()]
  switch (subset.kind) {
    case 'part':
      return new Set(names.filter(name => Number.parseInt(name.slice(0, 2), 16) % subset.of === subset.part - 1))
    case 'percent':
      return new Set(shuffled(names, random).slice(0, Math.ceil((names.length * subset.percent) / 100)))
    case 'bytes':
      return upTo(shuffled(names, random), bytesOf, subset.bytes)
    case 'rotation':
      return new Set(names.filter(name => isDue(name, subset.days, subset.since ?? null, now)))
  }
}

function shuffled(names: string[], random: () => number): string[] {
  for (let left = names.length; left > 1; left -= 1) {
    const other = Math.floor(random() * left)
    const last = names[left - 1] as string
    names[left - 1] = names[other] as string
    names[other] = last
  }
  return names
}

/** At least one, where there is one. */
function upTo(names: readonly string[], bytesOf: ReadonlyMap<string, number>, most: number): Set<string> {
  const chosen = new Set<string>()
  let bytes = 0
  for (const name of names) {
    bytes += bytesOf.get(name) ?? 0
    if (bytes > most && chosen.size > 0) break
    chosen.add(name)
  }
  return chosen
}

const dayLength = 24 * 60 * 60_000

/** A pack's day in the period follows from its name alone: it has the same one as long as it exists. */
function isDue(name: string, days: number, since: Date | null, now: Date): boolean {
  const today = Math.floor(now.getTime() / dayLength)
  const elapsed = since === null ? 1 : Math.max(1, today - Math.floor(since.getTime() / dayLength))
  const own = Number.parseInt(name.slice(0, 12), 16) % days
  const ago = (((today - own) % days) + days) % days
  return ago < elapsed
}
