/** Numbers of an index's entries, a bit for each: 1.25 MB for ten million. Grows with the index. */
export class EntrySet {
  #bits: Uint32Array
  #size = 0

  /** Room for numbers below `expected`; larger ones may come. */
  constructor(expected = 0) {
    this.#bits = new Uint32Array((expected >>> 5) + 1)
  }

  get size(): number {
    return this.#size
  }

  has(entry: number): boolean {
    return (((this.#bits[entry >>> 5] ?? 0) >>> (entry & 31)) & 1) === 1
  }

  /** False where it is in already. */
  add(entry: number): boolean {
    if (this.has(entry)) return false
    const word = entry >>> 5
    if (word >= this.#bits.length) this.#grow(word)
    this.#bits[word] = (this.#bits[word] as number) | (1 << (entry & 31))
    this.#size += 1
    return true
  }

  #grow(word: number): void {
    const larger = new Uint32Array(Math.max(word + 1, this.#bits.length * 2))
    larger.set(this.#bits)
    this.#bits = larger
  }
}
