// Everything here works on text in which a character is a byte (latin1), so that what is kept is what the device sent.

/** CSI sequences, then the two- and three-character escapes of a VT100. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const escapes = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[()#][ -~]|[ -Z\\^-~])/g

/** What remains of a line on the screen: escapes left out, backspaces and carriage returns obeyed, right end trimmed. */
export function visibleLine(line: string): string {
  const plain = line.replace(escapes, '').replace(/\r+$/, '')
  const shown = plain.slice(plain.lastIndexOf('\r') + 1)
  if (!shown.includes('\b')) return shown.trimEnd()
  const cells: string[] = []
  for (const cell of shown) {
    if (cell === '\b') cells.pop()
    else cells.push(cell)
  }
  return cells.join('').trimEnd()
}

/** The visible last line, the one without a line end. */
export function lastLine(text: string): string {
  return visibleLine(text.slice(text.lastIndexOf('\n') + 1))
}

/**
 * A pager's pattern at the very end of what was received, with the escapes and blanks around it. Null where it is not there;
 * else the offset from which everything belongs to the pager.
 */
export function askedAt(text: string, pattern: RegExp): number | null {
  const line = text.lastIndexOf('\n') + 1
  const sequence = escapes.source
  const found = new RegExp(
    `(?:${sequence})*(?:${pattern.source})(?:${sequence}|[ \\r])*$`,
    pattern.flags.replace('g', ''),
  )
  const match = found.exec(text.slice(line))
  return match === null ? null : line + match.index
}

/** How devices take a pager's text off the screen again, from its end on. Never a line end, never an indentation. */
const erasure =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /^(?:\r(?!\n)(?: *\r(?!\n))*|\x08+(?: +\x08+)*|\x1b\[[\d;?]*[A-Za-z](?: +(?=\x1b\[))?)+/

/** A pager's text within what was received: from its first byte to the byte after its last. */
export interface Cut {
  readonly from: number
  readonly to: number
}

/** Leaves out the pagers and what erased them. */
export function withoutPagers(text: string, cuts: readonly Cut[]): string {
  let kept = ''
  let at = 0
  for (const { from, to } of cuts) {
    kept += text.slice(at, from)
    at = to + (erasure.exec(text.slice(to, to + 2000))?.[0].length ?? 0)
  }
  return kept + text.slice(at)
}

/** Switches of the terminal's mode that a line editor or a pager sends before the output begins. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const modes = /^(?:\r*\x1b(?:\[\?[\d;]+[hl]|[=>]))+(?:\r(?!\n))*/

/** Leaves out the echo of the command: the first line if it shows the command, or as many lines as the model says. */
export function withoutEcho(text: string, command: string, echoLines: number | null): string {
  let rest = text
  for (let lines = echoLines ?? (showsCommand(text, command) ? 1 : 0); lines > 0; lines -= 1) {
    const end = rest.indexOf('\n')
    rest = end === -1 ? '' : rest.slice(end + 1)
  }
  return rest.replace(modes, '')
}

function showsCommand(text: string, command: string): boolean {
  const end = text.indexOf('\n')
  if (end === -1) return false
  const squeezed = (line: string) => line.replace(escapes, '').replace(/[\s\b]/g, '')
  const line = text.slice(0, end)
  return squeezed(visibleLine(line)).endsWith(squeezed(command)) || squeezed(line).endsWith(squeezed(command))
}

/** Leaves out the last line while it shows the prompt, at most `times`. */
export function withoutPrompts(text: string, prompt: string, times: number): string {
  let rest = text
  for (let left = times; left > 0 && lastLine(rest) === prompt; left -= 1) {
    rest = rest.slice(0, rest.lastIndexOf('\n') + 1)
    if (left > 1 && lastLine(rest.replace(/\r*\n$/, '')) === prompt) rest = rest.replace(/\r*\n$/, '')
  }
  return rest
}

/** The last line that shows something; empty where none does. */
export function lastWords(text: string): string {
  return lastLine(text.slice(-10_000).trimEnd()).trim()
}

/** The line among the first five of an answer that says the device refused; null where none does. */
export function refusalIn(text: string, errors: readonly RegExp[]): string | null {
  const lines = text.slice(0, 4000).split('\n', 12).map(visibleLine)
  const first = lines.filter(line => line.trim() !== '').slice(0, 5)
  return first.find(line => errors.some(error => error.test(line))) ?? null
}
