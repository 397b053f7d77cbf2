import path from 'node:path'
import { BlackstartError } from '../../errors.ts'

/** One of restic's patterns for paths, which are absolute (`/etc/hosts`). */
export interface PathPattern {
  /** Whether the path, or a folder that it lies in, is meant. */
  matches(path: string): boolean
  /** Whether anything below the path can be meant. */
  matchesBelow(path: string): boolean
}

/**
 * `*.bak` means such a name wherever it lies, `cache/tmp` these two wherever they follow each other, `/var/log` only that;
 * `**` stands for any number of folders, `*` and `?` for characters of a name, `[a-z]` and `[^a]` for one, `\` takes the next
 * character as it is. The empty pattern means everything. Throws `usage` for a pattern that cannot be read.
 */
export function pathPattern(pattern: string, options: { readonly ignoreCase: boolean }): PathPattern {
  if (pattern === '') return { matches: () => true, matchesBelow: () => true }
  const fold = (text: string) => (options.ignoreCase ? text.toLowerCase() : text)
  const names = path.posix
    .normalize(fold(pattern))
    .replace(/(.)\/$/, '$1')
    .split('/')
  // As restic has it: with several `**`, a path is met only from so many names on.
  const least = names.filter(name => name === '**').length > 1 ? names.length - 1 : 0
  // A relative pattern can begin anywhere as it is.
  while (names.length > 1 && names[0] === '**') names.shift()
  // A relative pattern begins at the beginning of a name; only `**` by itself may stand for none.
  const begin = names[0] === '' ? '^' : names.length === 1 && names[0] === '**' ? '(?:^|/)' : '/'
  const whole = new RegExp(`${begin}${joined(names, pattern)}(?:/|$)`, 'u')
  return {
    matches: path => whole.test(fold(path)) && (least === 0 || path.split('/').length >= least),
    matchesBelow: belowAbsolute(names, pattern, fold) ?? (() => true),
  }
}

function joined(names: readonly string[], pattern: string): string {
  let text = ''
  for (const [i, name] of names.entries()) {
    if (name === '**') text += '(?:/[^/]*)*'
    else text += `${i === 0 ? '' : '/'}${nameExpression(name, pattern)}`
  }
  return text
}

/** Null for a relative pattern, which may be met anywhere. */
function belowAbsolute(
  names: readonly string[],
  pattern: string,
  fold: (text: string) => string,
): ((path: string) => boolean) | null {
  if (names[0] !== '') return null
  const fixed = names.includes('**') ? names.slice(0, names.indexOf('**')) : names
  const expressions = fixed.map(name => new RegExp(`^${nameExpression(name, pattern)}$`, 'u'))
  return path => {
    const given = fold(path).split('/')
    return expressions.slice(0, given.length).every((expression, i) => expression.test(given[i] as string))
  }
}

/** The expression of one name, by the rules of Go's `filepath.Match`. */
function nameExpression(name: string, pattern: string): string {
  let text = ''
  let read = 0
  for (const [token] of name.matchAll(/\*|\?|\[\^?(?:\\.|[^\\\]])+\]|\\.|[^*?[\\]/gsu)) {
    text += tokenExpression(token)
    read += token.length
  }
  if (read === name.length) return text
  throw new BlackstartError('usage', `"${pattern}" is no pattern: "${name}" has a [ without ], or ends in a backslash.`)
}

function tokenExpression(token: string): string {
  if (token === '*') return '[^/]*'
  if (token === '?') return '[^/]'
  if (token.startsWith('[')) return classExpression(token)
  return unescaped(token).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')
}

/** `[^a-z\]]`: single characters, and ranges of them; a range that ends before it begins has none. */
function classExpression(token: string): string {
  const negated = token.startsWith('[^')
  const body = token.slice(negated ? 2 : 1, -1)
  const parts = Array.from(body.matchAll(/(\\.|[^\\])(?:-(\\.|[^\\]))?/gsu), ([, first = '', last = first]) => {
    const [low, high] = [unescaped(first), unescaped(last)]
    return (low.codePointAt(0) ?? 0) > (high.codePointAt(0) ?? 0) ? '' : `${inClass(low)}-${inClass(high)}`
  })
  return `[${negated ? '^/' : ''}${parts.join('')}]`
}

function inClass(character: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character
}

function unescaped(token: string): string {
  return token.length > 1 && token.startsWith('\\') ? token.slice(1) : token
}
