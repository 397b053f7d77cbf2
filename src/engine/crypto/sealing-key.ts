import { hkdfSync, randomBytes, randomFillSync, timingSafeEqual } from 'node:crypto'
import { bestSealCodec, type SealCodec } from './seal-codec.ts'

const nonceBytes = 16
const tagBytes = 16
/** By how many bytes sealing lengthens: the nonce before, the tag behind. */
export const sealOverhead = nonceBytes + tagBytes

/** AES-256-CTR with Poly1305-AES, as in restic's design document: `nonce ‖ ciphertext ‖ tag`. */
export class SealingKey {
  readonly #encrypt: Buffer
  readonly #r: Buffer
  readonly #k: Buffer
  readonly #codec: SealCodec
  /** Random bytes: each blob's nonce is taken from them, and none twice. */
  readonly #nonces = Buffer.alloc(256 * nonceBytes)
  #nextNonce = this.#nonces.byteLength
  /** Poly1305-AES (Bernstein 2005): r, then AES_k(nonce). */
  readonly #oneTimeKey = Buffer.alloc(32)
  readonly #tag = Buffer.alloc(tagBytes)

  /** `encrypt` has 32 bytes, `k` and `r` have 16 each. */
  constructor(encrypt: Uint8Array, k: Uint8Array, r: Uint8Array, codecOf = bestSealCodec) {
    if (encrypt.byteLength !== 32 || k.byteLength !== 16 || r.byteLength !== 16) throw new RangeError('wrong key size')
    this.#encrypt = Buffer.from(encrypt)
    this.#k = Buffer.from(k)
    this.#r = Buffer.from(r)
    this.#oneTimeKey.set(this.#r)
    this.#codec = codecOf(this.#encrypt, this.#k)
  }

  static random(): SealingKey {
    return new SealingKey(randomBytes(32), randomBytes(16), maskR(randomBytes(16)))
  }

  /** From 64 derived bytes: AES-256 key, then k, then r. */
  static derived(bytes: Uint8Array): SealingKey {
    return new SealingKey(bytes.subarray(0, 32), bytes.subarray(32, 48), bytes.subarray(48, 64))
  }

  seal(plain: Uint8Array): Buffer {
    const sealed = Buffer.allocUnsafeSlow(plain.byteLength + sealOverhead)
    this.sealInto(plain, sealed, 0)
    return sealed
  }

  /**
   * Seals to `target`, from `offset` on; returns how many bytes that are. `plain` may lie in `target` just where its
   * ciphertext comes to lie, 16 bytes behind `offset`, but overlap with it in no other way.
   */
  sealInto(plain: Uint8Array, target: Uint8Array, offset: number): number {
    const length = plain.byteLength + sealOverhead
    if (!(offset >= 0 && offset + length <= target.byteLength)) throw new RangeError('no room for what is sealed')
    const nonce = this.#freshNonce()
    const sealed = target.subarray(offset + nonceBytes, offset + length - tagBytes)
    this.#codec.counter(nonce, plain, sealed)
    target.set(nonce, offset)
    this.#authenticate(nonce, sealed)
    target.set(this.#tag, offset + length - tagBytes)
    return length
  }

  /** Null when the bytes are not what was sealed with this key. */
  open(bytes: Uint8Array): Buffer | null {
    const sealed = this.#authentic(bytes)
    if (sealed === null) return null
    const plain = Buffer.allocUnsafeSlow(sealed.byteLength)
    this.#codec.counter(bytes.subarray(0, nonceBytes), sealed, plain)
    return plain
  }

  /** As `open`, but where the bytes are: the plain ones are a view of them. They stay what they were where it is null. */
  openInPlace(bytes: Uint8Array): Uint8Array | null {
    const sealed = this.#authentic(bytes)
    if (sealed !== null) this.#codec.counter(bytes.subarray(0, nonceBytes), sealed, sealed)
    return sealed
  }

  /** Whether the bytes are what was sealed with this key. */
  isAuthentic(bytes: Uint8Array): boolean {
    return this.#authentic(bytes) !== null
  }

  /** 32 bytes for another purpose, from which this key cannot be computed. */
  derive(purpose: string): Uint8Array {
    const material = Buffer.concat([this.#encrypt, this.#k, this.#r])
    return new Uint8Array(hkdfSync('sha256', material, Buffer.alloc(0), `blackstart/${purpose}`, 32))
  }

  /** The JSON that a key file seals. */
  toJson(): string {
    const mac = { k: this.#k.toString('base64'), r: this.#r.toString('base64') }
    return JSON.stringify({ mac, encrypt: this.#encrypt.toString('base64') })
  }

  /** Throws where the text is not such JSON, or a key is all zeros, which restic takes for none. */
  static fromJson(text: string): SealingKey {
    const { mac, encrypt } = JSON.parse(text) as { mac: { k: string; r: string }; encrypt: string }
    const parts = [fromBase64(encrypt), fromBase64(mac.k), fromBase64(mac.r)] as const
    if (parts.some(part => part.every(byte => byte === 0))) throw new RangeError('an empty key')
    return new SealingKey(...parts)
  }

  /** The ciphertext, where its tag is right; else null. */
  #authentic(bytes: Uint8Array): Uint8Array | null {
    if (bytes.byteLength < sealOverhead) return null
    const sealed = bytes.subarray(nonceBytes, bytes.byteLength - tagBytes)
    this.#authenticate(bytes.subarray(0, nonceBytes), sealed)
    return timingSafeEqual(this.#tag, bytes.subarray(bytes.byteLength - tagBytes)) ? sealed : null
  }

  /** Leaves the tag in `#tag`. */
  #authenticate(nonce: Uint8Array, sealed: Uint8Array): void {
    this.#codec.block(nonce, this.#oneTimeKey.subarray(16))
    this.#codec.tag(sealed, this.#oneTimeKey, this.#tag)
  }

  #freshNonce(): Uint8Array {
    if (this.#nextNonce === this.#nonces.byteLength) {
      randomFillSync(this.#nonces)
      this.#nextNonce = 0
    }
    this.#nextNonce += nonceBytes
    return this.#nonces.subarray(this.#nextNonce - nonceBytes, this.#nextNonce)
  }
}

function fromBase64(text: string): Buffer {
  return Buffer.from(text, 'base64')
}

/** Clears the bits of r that Poly1305 does not use. */
function maskR(r: Buffer): Buffer {
  for (const i of [3, 7, 11, 15]) r[i] = (r[i] as number) & 15
  for (const i of [4, 8, 12]) r[i] = (r[i] as number) & 252
  return r
}
