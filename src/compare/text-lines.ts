/** A line of a text, by offsets: `start` up to `end`, then its line end up to `next`. */
export interface TextLine {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly next: number
}

/** The lines of a text; CRLF, LF and a lone CR end a line. */
export function* textLines(text: string): Generator<TextLine> {
  const lineEnd = /\r\n|\n|\r/g
  let start = 0
  for (let match = lineEnd.exec(text); match !== null; match = lineEnd.exec(text)) {
    yield { text: text.slice(start, match.index), start, end: match.index, next: lineEnd.lastIndex }
    start = lineEnd.lastIndex
  }
  if (start < text.length) yield { text: text.slice(start), start, end: text.length, next: text.length }
}
