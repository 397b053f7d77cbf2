import { type Cipheriv, createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import sodium from 'sodium-native'

const nonceBytes = 16
const tagBytes = 16
/** By how many bytes sealing lengthens: the nonce before, the tag behind. */
export const sealOverhead = nonceBytes + tagBytes

/** AES-256-CTR with Poly1305-AES, as in restic's design document: `nonce ‖ ciphertext ‖ tag`. */
export class SealingKey {
  readonly #encrypt: Buffer
  readonly #r: Buffer
  readonly #k: Buffer
  /** AES-128 of one block keeps no state, so one cipher serves for all. */
  readonly #block: Cipheriv

  /** `encrypt` has 32 bytes, `k` and `r` have 16 each. */
  constructor(encrypt: Uint8Array, k: Uint8Array, r: Uint8Array) {
    if (encrypt.byteLength !== 32 || k.byteLength !== 16 || r.byteLength !== 16) throw new RangeError('wrong key size')
    this.#encrypt = Buffer.from(encrypt)
    this.#k = Buffer.from(k)
    this.#r = Buffer.from(r)
    this.#block = createCipheriv('aes-128-ecb', this.#k, null).setAutoPadding(false)
  }

  static random(): SealingKey {
    return new SealingKey(randomBytes(32), randomBytes(16), maskR(randomBytes(16)))
  }

  /** From 64 derived bytes: AES-256 key, then k, then r. */
  static derived(bytes: Uint8Array): SealingKey {
    return new SealingKey(bytes.subarray(0, 32), bytes.subarray(32, 48), bytes.subarray(48, 64))
  }

  seal(plain: Uint8Array): Buffer {
    const nonce = randomBytes(nonceBytes)
    const sealed = createCipheriv('aes-256-ctr', this.#encrypt, nonce).update(plain)
    const tag = Buffer.alloc(tagBytes)
    sodium.crypto_onetimeauth(tag, sealed, this.#oneTimeKey(nonce))
    return Buffer.concat([nonce, sealed, tag])
  }

  /** Null when the bytes are not what was sealed with this key. */
  open(bytes: Uint8Array): Buffer | null {
    if (bytes.byteLength < sealOverhead) return null
    const nonce = bytes.subarray(0, nonceBytes)
    const sealed = bytes.subarray(nonceBytes, bytes.byteLength - tagBytes)
    const tag = bytes.subarray(bytes.byteLength - tagBytes)
    if (!sodium.crypto_onetimeauth_verify(tag, sealed, this.#oneTimeKey(nonce))) return null
    return createDecipheriv('aes-256-ctr', this.#encrypt, nonce).update(sealed)
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

  /** Poly1305-AES (Bernstein 2005): r, then AES_k(nonce). */
  #oneTimeKey(nonce: Uint8Array): Buffer {
    return Buffer.concat([this.#r, this.#block.update(nonce)])
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
