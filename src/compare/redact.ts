import type { FileHint } from './normalise.ts'
import { type SecretRange, secretBlocks } from './secret-blocks.ts'
import { cliPatterns, fieldPatterns, lonePattern } from './secret-patterns.ts'

export const secretMask = '‹secret›'
export const changedSecretMask = '‹secret, changed›'

/** A line as it may be shown, and what was masked in it, in order. */
export interface RedactedLine {
  readonly shown: string
  readonly secrets: readonly string[]
}

/** The `format` of a site.yaml of ours: in it secrets are named, and kept elsewhere. */
export const siteFormat = 'blackstart-site'

/** A key of site.yaml with the name of a secret behind it; what cannot be a name is masked as anywhere else. */
const namingKey =
  /(?<![\w-])["']?[A-Za-z]*secret["']?(?=[ \t]*:[ \t]+["']?[A-Za-z0-9][A-Za-z0-9._-]{0,62}["']?[ \t]*(?:[,}\]]|#|$))/gi

/** As no pattern knows it, and as long as it was. */
const withoutNames = (line: string) => line.replace(namingKey, key => '-'.repeat(key.length))

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
  const searched = hint.format === siteFormat ? lines.map(withoutNames) : lines
  const blocks = secretBlocks(searched)
  const program = /^\s*</.test(lines.find(line => line.trim() !== '') ?? '') || programFile.test(hint.path)
  const patterns = program ? fieldPatterns : [...fieldPatterns, lonePattern, ...cliPatterns]
  return at => redactLine(lines[at] ?? '', searched[at] ?? '', patterns, blocks.get(at) ?? [])
}

/** Programs and drawings: words like "password" in their comments are no commands that a secret follows. */
const programFile = /\.(?:st|scl|exp|udt|db|awl|l5x|xml|tc\w+|json|ls|src|mod|script|urp|sql|js|py)$/i

function redactLine(
  line: string,
  searched: string,
  patterns: readonly RegExp[],
  known: readonly SecretRange[],
): RedactedLine {
  const shown: string[] = []
  const secrets: string[] = []
  let at = 0
  const ranges = patterns.flatMap(pattern => groupsOf(searched, pattern))
  for (const [start, end] of merged([...known.filter(range => range[0] < range[1]), ...ranges])) {
    shown.push(line.slice(at, start), secretMask)
    secrets.push(line.slice(start, end))
    at = end
  }
  shown.push(line.slice(at))
  return { shown: shown.join(''), secrets }
}

function groupsOf(line: string, pattern: RegExp): SecretRange[] {
  return [...line.matchAll(pattern)].flatMap(match =>
    (match.indices ?? [])
      .slice(1)
      .filter((range): range is [number, number] => range !== undefined && range[0] < range[1]),
  )
}

function merged(ranges: readonly SecretRange[]): SecretRange[] {
  const result: [number, number][] = []
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1)
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end)
    else result.push([start, end])
  }
  return result
}
