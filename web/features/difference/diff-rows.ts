import type { Change, Hunk } from '../../../src/api/schema/version.ts'
import { pairLines } from './pair-lines.ts'

export type Side = { readonly number: number; readonly text: string; readonly marks: Marks | null }
/** From where to where, of the text, it differs from the other side's. */
export type Marks = readonly [number, number]

export type DiffRow =
  | { readonly type: 'file'; readonly change: Change; readonly stop: number }
  | { readonly type: 'hunk'; readonly heading: string | null; readonly hidden: boolean; readonly stop: number | null }
  | { readonly type: 'pair'; readonly before: Side | null; readonly after: Side | null; readonly same: boolean }
  | { readonly type: 'volatile'; readonly change: Change }
  | { readonly type: 'binary'; readonly change: Change }

export type Layout = 'split' | 'unified'

/** All that is shown, row by row. `stop` numbers the places at which the next and the previous change are. */
export function diffRows(changes: readonly Change[], layout: Layout, folded: ReadonlySet<string>): readonly DiffRow[] {
  const rows: DiffRow[] = []
  let stop = 0
  for (const change of changes) {
    rows.push({ type: 'file', change, stop: stop++ })
    if (folded.has(change.path)) continue
    for (const [position, hunk] of (change.hunks ?? []).entries()) {
      const begins = position === 0 && hunk.from <= 1 && hunk.to <= 1
      rows.push({ type: 'hunk', heading: hunk.heading, hidden: begins, stop: position === 0 ? null : stop++ })
      for (const row of hunkRows(hunk, layout)) rows.push(row)
    }
    if (change.binary !== undefined) rows.push({ type: 'binary', change })
    if ((change.volatile ?? []).length > 0) rows.push({ type: 'volatile', change })
  }
  return rows
}

function hunkRows(hunk: Hunk, layout: Layout): DiffRow[] {
  const rows: DiffRow[] = []
  let [from, to] = [hunk.from, hunk.to]
  let removed: Side[] = []
  let added: Side[] = []
  const flush = () => {
    const pairs = markedPairs(removed, added)
    if (layout === 'split') for (const pair of pairs) rows.push({ type: 'pair', ...pair, same: false })
    else {
      for (const { before } of pairs) if (before !== null) rows.push({ type: 'pair', before, after: null, same: false })
      for (const { after } of pairs) if (after !== null) rows.push({ type: 'pair', before: null, after, same: false })
    }
    removed = []
    added = []
  }
  for (const { kind, text } of hunk.lines) {
    if (kind === 'removed') removed.push({ number: from++, text, marks: null })
    else if (kind === 'added') added.push({ number: to++, text, marks: null })
    else {
      flush()
      const [before, after] = [from++, to++]
      rows.push({
        type: 'pair',
        before: { number: before, text, marks: null },
        after: { number: after, text, marks: null },
        same: true,
      })
    }
  }
  flush()
  return rows
}

/** Lines that stand against one another show where they differ. */
function markedPairs(removed: readonly Side[], added: readonly Side[]) {
  const textOf = ({ text }: Side) => text
  return pairLines(removed.map(textOf), added.map(textOf)).map(([from, to]) => {
    const before = from === null ? null : (removed[from] ?? null)
    const after = to === null ? null : (added[to] ?? null)
    if (before === null || after === null) return { before, after }
    const [a, b] = differing(before.text, after.text)
    return { before: { ...before, marks: a }, after: { ...after, marks: b } }
  })
}

/** The middles of two lines that have a beginning or an end in common; null where they have too little of it. */
export function differing(before: string, after: string): readonly [Marks | null, Marks | null] {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start += 1
  let end = 0
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1
  if ((start + end) * 3 < shorter) return [null, null]
  return [
    [start, before.length - end],
    [start, after.length - end],
  ]
}
