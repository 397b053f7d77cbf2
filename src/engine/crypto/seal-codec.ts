import { createCipheriv } from 'node:crypto'
import sodium from 'sodium-native'
import { nativeSealCodec } from './native-seal-codec.ts'

/** The three primitives of sealing, under one key. */
export interface SealCodec {
  /** AES-256 in counter mode, which decrypts as it encrypts: `from` to as many bytes of `to`, which may be `from` itself. */
  counter(nonce: Uint8Array, from: Uint8Array, to: Uint8Array): void
  /** One block of AES-128, 16 bytes, from `from` to `to`. */
  block(from: Uint8Array, to: Uint8Array): void
  /** The Poly1305 tag of `message`, 16 bytes, to `to`. `oneTimeKey` has 32 bytes: r, then s. */
  tag(message: Uint8Array, oneTimeKey: Uint8Array, to: Uint8Array): void
}

/** `encrypt` has 32 bytes, `k` has 16. */
export type SealCodecOf = (encrypt: Uint8Array, k: Uint8Array) => SealCodec

/** Through the interfaces of Node, on every system. */
export const nodeSealCodec: SealCodecOf = (encrypt, k) => {
  // AES of one block keeps no state, so one cipher serves for all.
  const cipher = createCipheriv('aes-128-ecb', k, null).setAutoPadding(false)
  return {
    counter: (nonce, from, to) => to.set(createCipheriv('aes-256-ctr', encrypt, nonce).update(from)),
    block: (from, to) => to.set(cipher.update(from)),
    tag: (message, oneTimeKey, to) => sodium.crypto_onetimeauth(to, message, oneTimeKey),
  }
}

let chosen: SealCodecOf | null = null

/** The fastest that works here, which is found out once a thread. */
export const bestSealCodec: SealCodecOf = (encrypt, k) => {
  const native = chosen === null ? nativeSealCodec() : null
  chosen ??= native !== null && agrees(native) ? native : nodeSealCodec
  return chosen(encrypt, k)
}

/** Whether the codec does what Node's does. */
export function agrees(codec: SealCodecOf): boolean {
  return sample(codec).equals(sample(nodeSealCodec))
}

/** What a codec makes of 100 bytes, twice: nothing of the first may be left in the second. */
function sample(codecOf: SealCodecOf): Buffer {
  const bytes = Buffer.from(Array.from({ length: 100 }, (_, i) => i))
  const codec = codecOf(Uint8Array.from(bytes.subarray(0, 32)), Uint8Array.from(bytes.subarray(32, 48)))
  const made = Buffer.alloc(164)
  for (const nonce of [bytes.subarray(48, 64), bytes.subarray(64, 80)]) {
    codec.counter(nonce, bytes, made)
    codec.counter(nonce, made.subarray(3, 50), made.subarray(3, 50))
    codec.block(nonce, made.subarray(100))
    codec.tag(made.subarray(0, 116), bytes.subarray(0, 32), made.subarray(116, 132))
    bytes.set(made.subarray(64, 164))
  }
  return made
}
