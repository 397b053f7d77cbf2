import { visibleText } from '../../text/visible-text.ts'
import { colourLine, type Language, type Piece } from './colour-line.ts'
import type { Marks } from './diff-rows.ts'

/** A line's text, painted, with the part marked in which it differs. */
export function CodeLine({ text, marks, language }: { text: string; marks: Marks | null; language: Language }) {
  const cuts: Cut[] = []
  let at = 0
  for (const piece of colourLine(text, language)) {
    cuts.push(...cut(piece, marks, at))
    at += piece.text.length
  }
  return (
    <bdi className="code-line">
      {cuts.map(({ from, piece, marked }) => {
        const shown = visibleText(piece.text)
        const className = piece.paint === 'plain' ? undefined : `paint-${piece.paint}`
        return marked ? (
          <mark key={from} className={className}>
            {shown}
          </mark>
        ) : (
          <span key={from} className={className}>
            {shown}
          </span>
        )
      })}
    </bdi>
  )
}

interface Cut {
  readonly from: number
  readonly piece: Piece
  readonly marked: boolean
}

/** The piece, which begins at `start` of its line, in parts that are marked as a whole or not. */
function cut(piece: Piece, marks: Marks | null, start: number): Cut[] {
  const end = start + piece.text.length
  if (marks === null || marks[1] <= start || marks[0] >= end || marks[0] === marks[1]) {
    return [{ from: start, piece, marked: false }]
  }
  const edges = [start, Math.max(start, marks[0]), Math.min(end, marks[1]), end]
  return [0, 1, 2].flatMap(part => {
    const [from, to] = [edges[part] ?? start, edges[part + 1] ?? end]
    if (from === to) return []
    const text = piece.text.slice(from - start, to - start)
    return [{ from, piece: { ...piece, text }, marked: part === 1 }]
  })
}
