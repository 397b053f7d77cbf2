import { diffArrays, structuredPatch } from 'diff'
import type { Hunk } from '../../../src/api/schema/version.ts'

/** Lines of the base that are replaced by others; `from` equal to `to` adds some. */
interface Edit {
  readonly from: number
  readonly to: number
  readonly lines: readonly string[]
}

/** Lines around a change. */
const context = 3

/** What two people made of one text, in one: null where both changed the same lines, or lines that touch. */
export function mergeLines(base: string, mine: string, theirs: string): string | null {
  const lines = base.split('\n')
  const own = editsOf(lines, mine.split('\n'))
  const others = editsOf(lines, theirs.split('\n'))
  const added = own.filter(edit => !others.some(other => same(edit, other)))
  if (added.some(edit => others.some(other => touch(edit, other)))) return null
  const edits = [...added, ...others].toSorted((a, b) => b.from - a.from)
  return edits
    .reduce<readonly string[]>((text, { from, to, lines: by }) => text.toSpliced(from, to - from, ...by), lines)
    .join('\n')
}

const touch = (a: Edit, b: Edit) => a.from <= b.to && b.from <= a.to
const same = (a: Edit, b: Edit) => a.from === b.from && a.to === b.to && linesText(a) === linesText(b)
/** No line and an empty one are not the same. */
const linesText = ({ lines }: Edit) => JSON.stringify(lines)

function editsOf(base: readonly string[], text: readonly string[]): readonly Edit[] {
  const edits: Edit[] = []
  let at = 0
  let open: { from: number; lines: string[] } | null = null
  const close = () => {
    if (open !== null) edits.push({ ...open, to: at })
    open = null
  }
  for (const { added, removed, value } of diffArrays([...base], [...text])) {
    if (!added && !removed) close()
    else open ??= { from: at, lines: [] }
    if (added) open?.lines.push(...value)
    else at += value.length
  }
  close()
  return edits
}

/** What one text has that another has not, as differences are shown. */
export function hunksOf(before: string, after: string): Hunk[] {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context })
  return hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
    ...{ from: oldStart, fromLines: oldLines, to: newStart, toLines: newLines, heading: null },
    lines: lines
      .filter(line => !line.startsWith('\\'))
      .map(line => ({
        kind: line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : 'same',
        text: line.slice(1),
      })),
  }))
}
