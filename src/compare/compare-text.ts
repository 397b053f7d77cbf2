import type { Hunk, HunkLine } from './comparison.ts'
import { type LineEdit, lineEdits } from './line-edits.ts'
import { changedSecretMask, type RedactedLine, secretMask } from './redact.ts'

/** A line as it is compared, as it is shown, and where it stands. */
export interface ComparedLine {
  /** From 1. */
  readonly number: number
  /** What decides whether two lines are the same: volatile bytes and layout are out of it. */
  readonly key: string
  /** The line as it may be shown; asked for only where it is. */
  redacted(): RedactedLine
}

export interface TextDifference {
  readonly removed: number
  readonly added: number
  /** Null when the texts are too different to be shown line by line. */
  readonly hunks: readonly Omit<Hunk, 'heading'>[] | null
  /** True when there are more hunks than are given. */
  readonly cut: boolean
}

/** With more changed lines than this nobody reads them one by one. */
const changedLines = 20_000
const shownLines = 3000

/** The difference of two texts, with `context` unchanged lines around each change. Deterministic, and bounded in time. */
export function compareText(
  from: readonly ComparedLine[],
  to: readonly ComparedLine[],
  context: number,
): TextDifference {
  const keysOf = (lines: readonly ComparedLine[]): string[] => lines.map(line => line.key)
  const edits = lineEdits(keysOf(from), keysOf(to))
  const removed = edits.filter(edit => edit.kind === 'removed').length
  const added = edits.filter(edit => edit.kind === 'added').length
  if (removed + added > changedLines) return { removed, added, hunks: null, cut: false }
  const hunks: Omit<Hunk, 'heading'>[] = []
  let lines = 0
  for (const group of groupsOf(edits, context)) {
    if (lines > shownLines) return { removed, added, hunks, cut: true }
    const hunk = hunkOf(group.slice(0, shownLines), from, to)
    hunks.push(hunk)
    lines += hunk.lines.length
    if (group.length > shownLines) return { removed, added, hunks, cut: true }
  }
  return { removed, added, hunks, cut: false }
}

/** Stretches of edits that hold every change, each with up to `context` unchanged lines before and after. */
function* groupsOf(edits: readonly LineEdit[], context: number): Generator<LineEdit[]> {
  let start = -1
  let last = -1
  for (const [at, edit] of edits.entries()) {
    if (edit.kind === 'same') continue
    if (start !== -1 && at - last > 2 * context + 1) {
      yield edits.slice(start, last + context + 1)
      start = -1
    }
    if (start === -1) start = Math.max(0, at - context)
    last = at
  }
  if (start !== -1) yield edits.slice(start, last + context + 1)
}

function hunkOf(
  group: readonly LineEdit[],
  from: readonly ComparedLine[],
  to: readonly ComparedLine[],
): Omit<Hunk, 'heading'> {
  const [first] = group
  return {
    from: from[first?.from ?? 0]?.number ?? from.length + 1,
    fromLines: group.filter(edit => edit.kind !== 'added').length,
    to: to[first?.to ?? 0]?.number ?? to.length + 1,
    toLines: group.filter(edit => edit.kind !== 'removed').length,
    lines: shownLinesOf(group, from, to),
  }
}

function shownLinesOf(
  group: readonly LineEdit[],
  from: readonly ComparedLine[],
  to: readonly ComparedLine[],
): HunkLine[] {
  const lines: { kind: HunkLine['kind']; text: string }[] = []
  let removed: { at: number; line: RedactedLine }[] = []
  for (const edit of group) {
    const line = (edit.kind === 'removed' ? from[edit.from] : to[edit.to])?.redacted()
    if (line === undefined) continue
    if (edit.kind === 'same') removed = []
    if (edit.kind === 'removed') removed.push({ at: lines.length, line })
    const place = removed.findIndex(one => one.line.shown === line.shown)
    const partner = edit.kind === 'added' ? removed.splice(Math.max(place, 0), 1)[0] : undefined
    const before = partner === undefined ? undefined : lines[partner.at]
    if (partner === undefined || before === undefined) lines.push({ kind: edit.kind, text: shorten(line.shown, 0) })
    else {
      const shown = markChangedSecrets(line, partner.line)
      const start = firstDifference(partner.line.shown, shown)
      before.text = shorten(partner.line.shown, start)
      lines.push({ kind: edit.kind, text: shorten(shown, start) })
    }
  }
  return lines
}

/** Says so where a secret was put in another's place: masked, the two lines would look the same. */
function markChangedSecrets(line: RedactedLine, before: RedactedLine): string {
  const parts = line.shown.split(secretMask)
  if (parts.length !== line.secrets.length + 1 || before.secrets.length !== line.secrets.length) return line.shown
  return parts
    .map((part, at) => {
      if (at === 0) return part
      return (line.secrets[at - 1] === before.secrets[at - 1] ? secretMask : changedSecretMask) + part
    })
    .join('')
}

const shownCharacters = 400

/** At most 400 characters of a line, so that what begins at `start` is among them. */
function shorten(text: string, start: number): string {
  if (text.length <= shownCharacters) return text
  const from = start < shownCharacters / 2 ? 0 : Math.min(start - 80, text.length - shownCharacters)
  const end = from + shownCharacters
  return `${from > 0 ? '…' : ''}${text.slice(from, end)}${end < text.length ? '…' : ''}`
}

function firstDifference(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at += 1
  return at
}
