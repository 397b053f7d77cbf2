import { createCipheriv, hash } from 'node:crypto'
import sodium from 'sodium-native'
import { type SealingKey, sealOverhead } from '../crypto/sealing-key.ts'
import { openBlob } from '../pack/blob-sealing.ts'
import type { PackedBlob } from '../pack/pack-header.ts'
import { type NativeCodecs, nativeCodecs } from './native-codecs.ts'

export type SealedBlob = Pick<PackedBlob, 'type' | 'id' | 'plainLength'>

/** Larger ones are opened without memory that is kept. restic makes none above 8 MiB. */
const mostKept = 16 * 1024 * 1024
const nonceBytes = 16
const tagBytes = 16

/** Opens blobs one after the other, with memory and contexts that are kept. */
export class BlobOpener implements Disposable {
  readonly #key: SealingKey
  readonly #codecs: NativeCodecs | null
  readonly #tagKey: (nonce: Uint8Array) => Buffer
  #plain = Buffer.alloc(0)

  constructor(key: SealingKey) {
    this.#key = key
    const { encrypt, mac } = JSON.parse(key.toJson()) as { encrypt: string; mac: { k: string; r: string } }
    this.#codecs = nativeCodecs(Buffer.from(encrypt, 'base64'))
    const block = createCipheriv('aes-128-ecb', Buffer.from(mac.k, 'base64'), null).setAutoPadding(false)
    const tagKey = Buffer.concat([Buffer.from(mac.r, 'base64'), Buffer.alloc(16)])
    this.#tagKey = nonce => {
      tagKey.set(block.update(nonce), 16)
      return tagKey
    }
  }

  /**
   * The plain content, valid until the next call; or what is wrong with the bytes, to end the sentence "it …". The bytes
   * are used up: sealed content is opened in its place.
   */
  open(blob: SealedBlob, bytes: Uint8Array): Uint8Array | string {
    const codecs = this.#codecs
    const { plainLength } = blob
    if (codecs === null || (plainLength ?? 0) > mostKept) return openBlob(this.#key, blob, bytes)
    const what = `${blob.type} blob ${blob.id}`
    const opened = this.#decrypt(codecs, bytes)
    if (opened === null) return `fails the authentication of ${what}`
    const plain = plainLength === null ? opened : this.#decompress(codecs, opened, plainLength)
    if (plain === null) return `cannot be decompressed at ${what}`
    return hash('sha256', plain, 'hex') === blob.id ? plain : `holds other bytes than the index says at ${what}`
  }

  [Symbol.dispose](): void {
    this.#codecs?.[Symbol.dispose]()
  }

  #decrypt(codecs: NativeCodecs, bytes: Uint8Array): Uint8Array | null {
    if (bytes.byteLength < sealOverhead) return null
    const nonce = bytes.subarray(0, nonceBytes)
    const sealed = bytes.subarray(nonceBytes, bytes.byteLength - tagBytes)
    const tag = bytes.subarray(bytes.byteLength - tagBytes)
    if (!sodium.crypto_onetimeauth_verify(tag, sealed, this.#tagKey(nonce))) return null
    return codecs.crypt(nonce, sealed) ? sealed : null
  }

  #decompress(codecs: NativeCodecs, packed: Uint8Array, length: number): Uint8Array | null {
    if (this.#plain.byteLength < length) this.#plain = Buffer.allocUnsafeSlow(Math.max(length, 1024 * 1024))
    const plain = this.#plain.subarray(0, length)
    return codecs.decompress(packed, plain) === length ? plain : null
  }
}
