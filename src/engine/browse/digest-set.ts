import { hash } from 'node:crypto'

const slotBytes = 16

/** A set of texts and bytes by half of their SHA-256: 20 to 40 bytes each, however long they are. */
export class DigestSet {
  #slots = Buffer.alloc(1024 * slotBytes)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** False where it is in already. */
  add(content: string | Uint8Array): boolean {
    const digest = digestOf(content)
    const at = slotOf(this.#slots, digest)
    if (!isFree(this.#slots, at)) return false
    this.#slots.set(digest, at)
    this.#size += 1
    if (this.#size * slotBytes * 5 > this.#slots.byteLength * 4) this.#grow()
    return true
  }

  has(content: string | Uint8Array): boolean {
    return !isFree(this.#slots, slotOf(this.#slots, digestOf(content)))
  }

  #grow(): void {
    const larger = Buffer.alloc(this.#slots.byteLength * 2)
    for (let at = 0; at < this.#slots.byteLength; at += slotBytes) {
      const digest = this.#slots.subarray(at, at + slotBytes)
      if (!isFree(this.#slots, at)) larger.set(digest, slotOf(larger, digest))
    }
    this.#slots = larger
  }
}

function digestOf(content: string | Uint8Array): Buffer {
  return hash('sha256', content, 'buffer').subarray(0, slotBytes)
}

/** Where the digest is, or else the free slot where it belongs. */
function slotOf(slots: Buffer, digest: Buffer): number {
  const first = (digest.readUIntBE(0, 6) % (slots.byteLength / slotBytes)) * slotBytes
  for (let at = first; ; at = (at + slotBytes) % slots.byteLength) {
    if (isFree(slots, at) || slots.compare(digest, 0, slotBytes, at, at + slotBytes) === 0) return at
  }
}

/** No digest has all of these zero. */
function isFree(slots: Buffer, at: number): boolean {
  return slots.readUInt32LE(at) === 0 && slots.readBigUInt64LE(at + 8) === 0n
}
