import type { Change, ChangeKind, Comparison, Hunk } from './comparison.ts'

export interface RenderOptions {
  readonly colour: boolean
  /** Columns of the terminal; longer lines are cut. */
  readonly width: number
}

/** A comparison for a terminal: one block a change, volatile ones folded into one line each. Ends with the summary. */
export function renderComparison(comparison: Comparison, options: RenderOptions): string {
  const blocks = comparison.changes.map(change => renderChange(change, options))
  return [...blocks.map(lines => lines.join('\n')), paint('bold', visible(comparison.summary), options)]
    .join('\n\n')
    .concat('\n')
}

const signs: Readonly<Record<ChangeKind, string>> = {
  added: '+',
  removed: '-',
  moved: '>',
  type: '!',
  text: '~',
  binary: '~',
  layout: '·',
  volatile: '·',
  mode: '!',
  link: '!',
}

function renderChange(change: Change, options: RenderOptions): string[] {
  const faint = change.kind === 'volatile' || change.kind === 'layout'
  const title = `${signs[change.kind]} ${change.path}: ${change.what}`
  const lines = [paint(faint ? 'dim' : 'bold', fit(visible(title), options), options)]
  for (const fact of change.facts ?? []) lines.push(fit(`    ${visible(fact)}`, options))
  for (const hunk of change.hunks ?? []) lines.push(...renderHunk(hunk, options))
  for (const range of change.binary?.ranges ?? [])
    lines.push(`    ${hex(range.offset)}–${hex(range.offset + range.length - 1)}  ${range.length} bytes`)
  if (change.binary !== undefined && change.binary.more > 0) lines.push(`    and ${change.binary.more} more places`)
  if (change.kind !== 'volatile' && change.volatile !== undefined)
    lines.push(paint('dim', fit(`  volatile only: ${change.volatile.join(', ')}`, options), options))
  return lines
}

function renderHunk(hunk: Hunk, options: RenderOptions): string[] {
  const place = `@@ -${hunk.from},${hunk.fromLines} +${hunk.to},${hunk.toLines} @@`
  const heading = hunk.heading === null ? '' : ` ${visible(hunk.heading)}`
  return [
    paint('cyan', fit(`${place}${heading}`, options), options),
    ...hunk.lines.map(({ kind, text }) => {
      const sign = kind === 'added' ? '+' : kind === 'removed' ? '-' : ' '
      const line = fit(sign + visible(text.replaceAll('\t', '    ')), options)
      return kind === 'same' ? line : paint(kind === 'added' ? 'green' : 'red', line, options)
    }),
  ]
}

/** What a file holds must not steer the terminal: control characters are shown as symbols. */
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, character => {
    const code = character.charCodeAt(0)
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd'
  })
}

function fit(line: string, { width }: RenderOptions): string {
  return line.length <= width || width < 2 ? line : `${line.slice(0, width - 1)}…`
}

const codes = { bold: '1', dim: '2', red: '31', green: '32', cyan: '36' } as const

function paint(style: keyof typeof codes, text: string, { colour }: RenderOptions): string {
  return colour ? `\u001b[${codes[style]}m${text}\u001b[0m` : text
}

const hex = (offset: number): string => `0x${offset.toString(16).padStart(6, '0')}`
