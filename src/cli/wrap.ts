/** Breaks a text at spaces into lines of at most `width` columns, all but the first indented. Longer words stay whole. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = []
  let line = /^ */.exec(text)?.[0] ?? ''
  let empty = true
  for (const word of text.slice(line.length).split(' ')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line)
      line = indent + word
    } else line += empty ? word : ` ${word}`
    empty = false
  }
  return [...lines, line].join('\n')
}
