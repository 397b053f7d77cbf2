import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..', '..')

/** The sources that fit the patterns, tests aside; as `readSource` takes them. */
export function sourcesIn(...patterns: string[]): readonly string[] {
  return globSync(patterns, { cwd: root, exclude: ['**/*.test.ts', '**/test-*.ts'] })
}

export function readSource(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
}

/** String and template literals of a TypeScript source; what a template computes is `{}`. For tests. */
export interface Literal {
  readonly at: number
  readonly text: string
}

export function literalsOf(source: string): readonly Literal[] {
  const found: Literal[] = []
  codeFrom(source, 0, found, false)
  return found.sort((a, b) => a.at - b.at)
}

/** The sentences with which a source makes errors that people read. */
export function refusalsOf(source: string): readonly string[] {
  const literals = literalsOf(source)
  return [...source.matchAll(/(?:new BlackstartError|\brefusal)\(/gu)].flatMap(({ index, 0: call }) => {
    const end = closing(source, index + call.length)
    return literals.filter(({ at, text }) => at > index && at < end && isSentence(text)).map(({ text }) => text)
  })
}

function isSentence(text: string): boolean {
  return /^[A-Z"{-].* .*[.:}]$/su.test(text) && /[a-z]{2}/u.test(text)
}

function closing(source: string, from: number): number {
  let depth = 1
  let at = from
  for (; depth > 0 && at < source.length; at += 1) {
    if (source[at] === '(') depth += 1
    if (source[at] === ')') depth -= 1
  }
  return at
}

function codeFrom(source: string, from: number, found: Literal[], inTemplate: boolean): number {
  let depth = 0
  let at = from
  while (at < source.length) {
    const sign = source[at]
    if (source.startsWith('//', at)) at = endOf(source, '\n', at)
    else if (source.startsWith('/*', at)) at = endOf(source, '*/', at)
    else if (sign === "'" || sign === '"') at = quotedFrom(source, at, found)
    else if (sign === '`') at = templateFrom(source, at, found)
    else if (sign === '/' && /[=(,:[!&|?{};\n]\s*$/u.test(source.slice(Math.max(0, at - 20), at)))
      at = patternFrom(source, at)
    else {
      if (inTemplate && sign === '}' && depth === 0) return at + 1
      if (sign === '{') depth += 1
      if (sign === '}') depth -= 1
      at += 1
    }
  }
  return at
}

function endOf(source: string, mark: string, from: number): number {
  const at = source.indexOf(mark, from)
  return at < 0 ? source.length : at + mark.length
}

function quotedFrom(source: string, from: number, found: Literal[]): number {
  let text = ''
  let at = from + 1
  for (; source[at] !== source[from] && at < source.length; at += 1) {
    if (source[at] === '\\') at += 1
    text += source[at]
  }
  found.push({ at: from, text })
  return at + 1
}

function templateFrom(source: string, from: number, found: Literal[]): number {
  let text = ''
  let at = from + 1
  while (source[at] !== '`' && at < source.length) {
    if (source.startsWith('${', at)) {
      at = codeFrom(source, at + 2, found, true)
      text += '{}'
      continue
    }
    if (source[at] === '\\') at += 1
    text += source[at]
    at += 1
  }
  found.push({ at: from, text })
  return at + 1
}

function patternFrom(source: string, from: number): number {
  let inClass = false
  for (let at = from + 1; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1
    else if (source[at] === '[') inClass = true
    else if (source[at] === ']') inClass = false
    else if (source[at] === '/' && !inClass) return at + 1
  }
  return source.length
}
