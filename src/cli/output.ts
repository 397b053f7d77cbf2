import { styleText } from 'node:util'
import { columnsOf, LiveLine } from './live-line.ts'

type Style = Parameters<typeof styleText>[0]

/** What a command says: its result on standard output, its progress on standard error. */
export interface Output {
  readonly json: boolean
  /** The command's one result: `document` with --json, otherwise `text`. */
  result(document: unknown, text: string): void
  /** Bytes for standard output as they are. */
  raw(bytes: Uint8Array): Promise<void>
  /** A line of progress. */
  line(text: string): void
  /**
   * Replaces the last line of progress on a terminal, at most ten times a second: a text that takes work is asked for then
   * only. Says nothing elsewhere.
   */
  live(text: string | (() => string)): void
  /** Coloured for standard output, where that is a terminal. */
  style(style: Style, text: string): string
  readonly colour: boolean
  /** Columns of the terminal; without end where standard output is none, so that nothing is cut. */
  readonly width: number
}

export function output(json: boolean): Output {
  const terminal = process.stderr.isTTY === true
  const colour = !json && process.stdout.isTTY === true && process.env.NO_COLOR === undefined
  const live = new LiveLine(process.stderr, () => performance.now())
  const clear = () => live.clear()
  return {
    json,
    colour,
    width: columnsOf(process.stdout) ?? Number.POSITIVE_INFINITY,
    result(document, text) {
      clear()
      if (json) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
      else if (text !== '') process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
    },
    raw(bytes) {
      clear()
      return new Promise((resolve, reject) => process.stdout.write(bytes, error => (error ? reject(error) : resolve())))
    },
    line(text) {
      clear()
      process.stderr.write(`${text}\n`)
    },
    live(text) {
      if (terminal) live.set(typeof text === 'string' ? () => text : text)
    },
    style: (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text),
  }
}
