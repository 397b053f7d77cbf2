/** Milliseconds between two drawings. */
const pause = 100

export interface Terminal {
  readonly columns?: number
  write(text: string): unknown
}

/** Columns of a terminal: some report none, and count as 80. Null where it is no terminal. */
export function columnsOf({ columns }: Pick<Terminal, 'columns'>): number | null {
  return columns === undefined ? null : columns || 80
}

/** The last line of a terminal. It is drawn at most ten times a second, and what it was set to last is drawn in the end. */
export class LiveLine {
  readonly #terminal: Terminal
  readonly #now: () => number
  #text: (() => string) | null = null
  #timer: NodeJS.Timeout | undefined
  #drawn: string | null = null
  #drawnAt = Number.NEGATIVE_INFINITY

  /** `now`: milliseconds, of a clock that does not jump. */
  constructor(terminal: Terminal, now: () => number) {
    this.#terminal = terminal
    this.#now = now
  }

  /** `text` is asked for when it is drawn. */
  set(text: () => string): void {
    this.#text = text
    const left = this.#drawnAt + pause - this.#now()
    if (left <= 0) this.#draw()
    else this.#timer ??= setTimeout(() => this.#draw(), left).unref()
  }

  /** Takes it away, for other lines. */
  clear(): void {
    this.#stop()
    if (this.#drawn !== null) this.#terminal.write('\r\x1b[2K')
    this.#drawn = null
  }

  #draw(): void {
    const text = this.#text?.().slice(0, (columnsOf(this.#terminal) ?? 80) - 1)
    this.#stop()
    if (text === undefined || text === this.#drawn) return
    this.#terminal.write(`${this.#drawn === null ? '' : '\r\x1b[2K'}${text}`)
    this.#drawn = text
    this.#drawnAt = this.#now()
  }

  #stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#text = null
  }
}
