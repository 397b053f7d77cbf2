import type { FileHint } from './normalise.ts'
import { cliPatterns, fieldPatterns } from './secret-patterns.ts'

export const secretMask = '‹secret›'
export const changedSecretMask = '‹secret, changed›'

/** A line as it may be shown, and what was masked in it, in order. */
export interface RedactedLine {
  readonly shown: string
  readonly secrets: readonly string[]
}

/** The text with every secret masked, for showing only. The lines stay where they are. */
export function redact(hint: FileHint, text: string): string {
  const lines = text.split(/(\r\n|\n|\r)/)
  const redactLine = lineRedactor(
    hint,
    lines.filter((_, at) => at % 2 === 0),
  )
  return lines.map((part, at) => (at % 2 === 0 ? redactLine(at / 2).shown : part)).join('')
}

/** Redacts single lines of a text, so that only what is shown need be searched. */
export function lineRedactor(hint: FileHint, lines: readonly string[]): (at: number) => RedactedLine {
  const keys = privateKeyLines(lines)
  const program = /^\s*</.test(lines[0] ?? '') || programFile.test(hint.path)
  const patterns = program ? fieldPatterns : [...fieldPatterns, ...cliPatterns]
  return at => {
    const line = lines[at] ?? ''
    return keys.has(at) && line.trim() !== '' ? { shown: secretMask, secrets: [line] } : redactLine(line, patterns)
  }
}

/** Programs and drawings: words like "password" in their comments are no commands that a secret follows. */
const programFile = /\.(?:st|scl|exp|udt|db|awl|l5x|xml|tc\w+|json|ls|src|mod|script|urp|sql|js|py)$/i

/** Lines between the first and the last one of a private key. */
function privateKeyLines(lines: readonly string[]): Set<number> {
  const keys = new Set<number>()
  let inside = false
  for (const [at, line] of lines.entries()) {
    if (inside && line.includes('-----END')) inside = false
    if (inside) keys.add(at)
    if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(line)) inside = !/-----END/.test(line)
  }
  return keys
}

function redactLine(line: string, patterns: readonly RegExp[]): RedactedLine {
  const shown: string[] = []
  const secrets: string[] = []
  let at = 0
  for (const [start, end] of merged(patterns.flatMap(pattern => groupsOf(line, pattern)))) {
    shown.push(line.slice(at, start), secretMask)
    secrets.push(line.slice(start, end))
    at = end
  }
  shown.push(line.slice(at))
  return { shown: shown.join(''), secrets }
}

type Range = readonly [start: number, end: number]

function groupsOf(line: string, pattern: RegExp): Range[] {
  return [...line.matchAll(pattern)].flatMap(match =>
    (match.indices ?? [])
      .slice(1)
      .filter((range): range is [number, number] => range !== undefined && range[0] < range[1]),
  )
}

function merged(ranges: readonly Range[]): Range[] {
  const result: [number, number][] = []
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1)
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end)
    else result.push([start, end])
  }
  return result
}
