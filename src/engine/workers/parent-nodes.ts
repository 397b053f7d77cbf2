import { compareBytes, decodeBytes } from '../tree/byte-string.ts'
import { goUnquote } from '../tree/go-json.ts'

const beginning = '{"name":"'
/** A node's begin: a nested object with a name, as in the extended attributes, has no type behind it. */
const nodeStart = /\{"name":("(?:[^"\\]|\\.)*"),"type":"/y

/** The nodes of a tree as text, looked up in the order of their names without parsing the tree. */
export class ParentNodes {
  readonly #text: string
  #at: number
  #isSkipped = false

  /** `tree` is a plain tree, or a part of one that begins with a node; null where the folder is new. */
  constructor(tree: Uint8Array | null) {
    this.#text = tree === null ? '' : Buffer.from(tree.buffer, tree.byteOffset, tree.byteLength).toString()
    this.#at = this.#text.indexOf(beginning)
  }

  /** The JSON of the node with that name; null where there is none. Names must be asked for in the order of trees. */
  find(name: string): string | null {
    while (this.#at !== -1) {
      const found = this.#nameHere()
      if (found === null) return null
      const order = found === name ? 0 : compareBytes(found, name)
      if (order > 0) return null
      const node = this.#next()
      if (order === 0) return node
      this.#isSkipped = true
    }
    return null
  }

  /** True when each of the nodes has been found. */
  get areAllFound(): boolean {
    return this.#at === -1 && !this.#isSkipped
  }

  /** The JSON of each node that is left. */
  *rest(): Generator<string> {
    while (this.#at !== -1) yield this.#next()
  }

  #next(): string {
    const end = this.#end()
    const node = this.#text.slice(this.#at, end)
    this.#at = this.#text.startsWith(beginning, end + 1) ? end + 1 : -1
    return node
  }

  /** The nodes before the one with that name, or the first one behind it: a tree of their own. Null where there are none. */
  upTo(name: string): Uint8Array | null {
    const from = this.#at
    let end = from
    while (this.#at !== -1) {
      const found = this.#nameHere()
      if (found === null || compareBytes(found, name) >= 0) break
      end = this.#end()
      this.#at = this.#text.startsWith(beginning, end + 1) ? end + 1 : -1
    }
    return end === from ? null : Buffer.from(`${this.#text.slice(from, end)}]}`)
  }

  /** As `upTo`, of all nodes that are left. */
  others(): Uint8Array | null {
    return this.#at === -1 ? null : Buffer.from(this.#text.slice(this.#at))
  }

  #nameHere(): string | null {
    nodeStart.lastIndex = this.#at
    const quoted = nodeStart.exec(this.#text)?.[1]
    if (quoted === undefined) return null
    if (!quoted.includes('\\')) return quoted.slice(1, -1)
    const bytes = goUnquote(JSON.parse(quoted) as string)
    return bytes === null ? null : decodeBytes(bytes)
  }

  /** Where the node that begins here ends: before the comma of the next one, or before the tree's end. */
  #end(): number {
    for (let comma = this.#text.indexOf(`},${beginning}`, this.#at); comma !== -1; ) {
      nodeStart.lastIndex = comma + 2
      if (nodeStart.test(this.#text)) return comma + 1
      comma = this.#text.indexOf(`},${beginning}`, comma + 1)
    }
    return this.#text.lastIndexOf(']}')
  }
}
