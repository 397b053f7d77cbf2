import { sealOverhead } from '../crypto/sealing-key.ts'
import type { BlobType } from '../pack/pack-header.ts'

/** Hears of what an index lists, in its order. Ids are 64 hexadecimal digits of `json`, from a byte on. */
export interface IndexSink {
  pack(idAt: number): void
  blob(type: BlobType, idAt: number, offset: number, length: number, plainLength: number): void
}

const head = Buffer.from('{"packs":[')
const packHead = Buffer.from('{"id":"')
const blobsHead = Buffer.from('","blobs":[')
const typeHead = Buffer.from('","type":"')
const data = Buffer.from('data","offset":')
const tree = Buffer.from('tree","offset":')
const lengthHead = Buffer.from(',"length":')
const plainHead = Buffer.from(',"uncompressed_length":')

const [quote, comma, brace, bracket] = [0x22, 0x2c, 0x7d, 0x5d]

/**
 * Reads an index as restic and this program write it, without making objects of its blobs: millions of them lie in one
 * repository. False where the JSON has another form, which may be an index all the same; the sink may have heard of some by then.
 */
export function scanIndex(json: Buffer, sink: IndexSink): boolean {
  return new Scan(json, sink).run()
}

class Scan {
  readonly #json: Buffer
  readonly #sink: IndexSink
  #at = 0

  constructor(json: Buffer, sink: IndexSink) {
    this.#json = json
    this.#sink = sink
  }

  run(): boolean {
    if (!this.#skip(head)) return false
    return this.#list(() => this.#pack()) && this.#byte(brace) && this.#at === this.#json.byteLength
  }

  #pack(): boolean {
    const id = this.#id()
    if (id === -1 || !this.#skip(blobsHead)) return false
    this.#sink.pack(id)
    return this.#list(() => this.#blob()) && this.#byte(brace)
  }

  #blob(): boolean {
    const id = this.#id()
    if (id === -1 || !this.#skip(typeHead)) return false
    const isData = this.#skip(data)
    if (!isData && !this.#skip(tree)) return false
    const offset = this.#number()
    const length = this.#skip(lengthHead) ? this.#number() : -1
    const plainLength = this.#skip(plainHead) ? this.#number() : 0
    if (offset < 0 || length < sealOverhead || plainLength < 0 || !this.#byte(brace)) return false
    this.#sink.blob(isData ? 'data' : 'tree', id, offset, length, plainLength)
    return true
  }

  /** `]` ends it; `[` was read. */
  #list(element: () => boolean): boolean {
    if (this.#byte(bracket)) return true
    do {
      if (!element()) return false
    } while (this.#byte(comma))
    return this.#byte(bracket)
  }

  /** Where an id begins, or -1. */
  #id(): number {
    if (!this.#skip(packHead)) return -1
    const begin = this.#at
    for (let i = begin; i < begin + 64; i += 1) if (!isHex(this.#json[i])) return -1
    this.#at = begin + 64
    return this.#json[this.#at] === quote ? begin : -1
  }

  /** Below 2^32; -1 for what is none. */
  #number(): number {
    const begin = this.#at
    let value = 0
    for (let digit = this.#digit(); digit >= 0 && digit <= 9; digit = this.#digit()) {
      value = value * 10 + digit
      this.#at += 1
    }
    const digits = this.#at - begin
    const isNumber = digits === 1 || (digits > 1 && digits <= 10 && this.#json[begin] !== 0x30)
    return isNumber && value < 2 ** 32 ? value : -1
  }

  #digit(): number {
    return (this.#json[this.#at] ?? 0) - 0x30
  }

  #byte(byte: number): boolean {
    if (this.#json[this.#at] !== byte) return false
    this.#at += 1
    return true
  }

  #skip(text: Buffer): boolean {
    const { byteLength } = text
    for (let i = 0; i < byteLength; i += 1) if (this.#json[this.#at + i] !== text[i]) return false
    this.#at += byteLength
    return true
  }
}

function isHex(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66))
}
