import { CST } from 'yaml'

/** Follows how deep a stream of YAML lexemes is nested, so that a bomb is refused before anything recursive sees it. */
export class Nesting {
  /** Columns at which the open block mappings and lists began. */
  readonly #blocks: number[] = []
  #flow = 0
  #column = 0
  /** Where in its line the current key or value began; null before it. */
  #entry: number | null = null
  #scalar = false
  /** Where the last lexeme began in the text. */
  offset = 0
  #end = 0

  /** The depth after this lexeme; a list that stands in the column of its key counts as one with the mapping. */
  add(lexeme: string): number {
    this.offset = this.#end
    const type = this.#scalar ? 'scalar-text' : CST.tokenType(lexeme)
    this.#scalar = type === 'scalar'
    if (type === 'scalar' || type === 'doc-mode') this.#entry ??= this.#column
    else if (type === 'flow-error-end') this.#flow = 0
    else {
      this.#structure(type)
      this.#advance(lexeme)
      this.#end += lexeme.length
    }
    return this.#blocks.length + this.#flow
  }

  #structure(type: string | null): void {
    if (type === 'flow-map-start' || type === 'flow-seq-start') this.#flow += 1
    else if (type === 'flow-map-end' || type === 'flow-seq-end') this.#flow = Math.max(0, this.#flow - 1)
    else if (type === 'doc-start' || type === 'doc-end') this.#blocks.length = 0
    else if (this.#flow === 0 && type === 'map-value-ind') this.#open(this.#entry ?? this.#column)
    else if (this.#flow === 0 && (type === 'seq-item-ind' || type === 'explicit-key-ind')) {
      this.#open(this.#column)
      this.#entry = null
      return
    }
    if (type !== 'space') this.#entry ??= this.#column
  }

  #open(column: number): void {
    while ((this.#blocks.at(-1) ?? -1) > column) this.#blocks.pop()
    if ((this.#blocks.at(-1) ?? -1) < column) this.#blocks.push(column)
  }

  #advance(lexeme: string): void {
    const end = lexeme.lastIndexOf('\n')
    this.#column = end < 0 ? this.#column + lexeme.length : lexeme.length - end - 1
    if (end >= 0) this.#entry = null
  }
}
