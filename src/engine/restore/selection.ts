import { BlackstartError } from '../../errors.ts'
import { type PathPattern, pathPattern } from '../browse/path-pattern.ts'

export interface Patterns {
  /** What to restore; everything where there are none. Not together with the excludes. */
  readonly includes?: readonly string[]
  /** The same, whatever the case of letters. */
  readonly insensitiveIncludes?: readonly string[]
  readonly excludes?: readonly string[]
  readonly insensitiveExcludes?: readonly string[]
}

/** What happens to an entry, and whether anything below it, where it is a folder, may have to be restored. */
export interface Selected {
  readonly itself: boolean
  readonly below: boolean
}

/** Takes an entry by its folder, from the root of what is restored on (`/a`; the root is empty), and its name. */
export type Selection = (folder: { readonly location: string }, name: string) => Selected

type PathSelection = (path: string) => Selected

/** restic's rules. Throws `usage` for a pattern that cannot be read, and for includes and excludes together. */
export function selection(patterns: Patterns): Selection {
  const includes = lists(patterns.includes, patterns.insensitiveIncludes)
  const excludes = lists(patterns.excludes, patterns.insensitiveExcludes)
  if (includes.length > 0 && excludes.length > 0) {
    throw new BlackstartError('usage', 'Give patterns of what to restore or of what to leave out, not both.')
  }
  if (includes.length > 0) {
    return ({ location }, name) => {
      const found = includes.map(list => list(`${location}/${name}`))
      return { itself: found.some(({ itself }) => itself), below: found.some(({ below }) => below) }
    }
  }
  if (excludes.length === 0) return () => all
  return ({ location }, name) => {
    const wanted = excludes.every(list => !list(`${location}/${name}`).itself)
    return wanted ? all : nothing
  }
}

/** Whether there is a pattern of any sort. */
export function isFiltered(patterns: Patterns): boolean {
  const { includes = [], insensitiveIncludes = [], excludes = [], insensitiveExcludes = [] } = patterns
  return [includes, insensitiveIncludes, excludes, insensitiveExcludes].flat().some(pattern => pattern !== '')
}

const all: Selected = { itself: true, below: true }
const nothing: Selected = { itself: false, below: false }

function lists(exact: readonly string[] = [], insensitive: readonly string[] = []): PathSelection[] {
  return [patternList(exact, false), patternList(insensitive, true)].filter(list => list !== null)
}

/** The patterns in their order: one that begins with `!` takes back what those before it matched. Null for none. */
function patternList(patterns: readonly string[], ignoreCase: boolean): PathSelection | null {
  const parsed = patterns.filter(pattern => pattern !== '').map(pattern => parsePattern(pattern, ignoreCase))
  if (parsed.length === 0) return null
  return path => {
    let [itself, below] = [false, false]
    for (const { negated, pattern } of parsed) {
      const matches = pattern.matches(path)
      itself = negated ? itself && !matches : itself || matches
      below = negated ? below && !matches : below || pattern.matchesBelow(path)
    }
    return { itself, below }
  }
}

interface ListedPattern {
  readonly negated: boolean
  readonly pattern: PathPattern
}

function parsePattern(pattern: string, ignoreCase: boolean): ListedPattern {
  const negated = pattern.startsWith('!')
  return { negated, pattern: pathPattern(negated ? pattern.slice(1) : pattern, { ignoreCase }) }
}
