import { type NativeFunction, type NativeValue, nativeLibrary } from '../files/native.ts'
import type { SealCodecOf } from './seal-codec.ts'

const tagBytes = 16

/** OpenSSL's functions (EVP_EncryptInit(3), EVP_MAC(3)) and a thread's contexts for them, used one call after the other. */
interface OpenSsl {
  readonly init: NativeFunction
  readonly update: NativeFunction
  readonly macInit: NativeFunction
  readonly macUpdate: NativeFunction
  readonly macFinal: NativeFunction
  readonly counter: NativeValue
  readonly block: NativeValue
  readonly mac: NativeValue
}

/**
 * The OpenSSL that Node carries, without what Node does around it: no object and no buffer for each call, and a Poly1305 that
 * uses all of the processor. Null where Node does not let it be found. The contexts are kept as long as the thread.
 */
export function nativeSealCodec(): SealCodecOf | null {
  const openssl = openOpenSsl()
  if (openssl === null) return null
  const { init, update, macInit, macUpdate, macFinal, counter, block, mac } = openssl
  const written = new Int32Array(1)
  const tagLength = new BigUint64Array(1)
  return (encrypt, k) => ({
    counter(nonce, from, to) {
      if (to.byteLength < from.byteLength || nonce.byteLength !== 16) throw new RangeError('wrong size for AES')
      done(init(counter, null, null, encrypt, nonce))
      done(update(counter, to, written, from, from.byteLength))
      if (written[0] !== from.byteLength) throw new Error('OpenSSL stopped in between')
    },
    block(from, to) {
      if (from.byteLength !== 16 || to.byteLength < 16) throw new RangeError('wrong size for AES')
      done(init(block, null, null, k, null))
      done(update(block, to, written, from, 16))
    },
    tag(message, oneTimeKey, to) {
      if (oneTimeKey.byteLength !== 32 || to.byteLength < tagBytes) throw new RangeError('wrong size for Poly1305')
      done(macInit(mac, oneTimeKey, 32, null))
      done(macUpdate(mac, message, message.byteLength))
      done(macFinal(mac, to, tagLength, tagBytes))
    },
  })
}

function done(result: NativeValue): void {
  if (result !== 1) throw new Error('OpenSSL failed')
}

function openOpenSsl(): OpenSsl | null {
  const library = nativeLibrary()
  if (typeof library === 'string') return null
  const { find } = library
  const init = find('EVP_EncryptInit_ex', 'int', ['pointer', 'pointer', 'pointer', 'bytes', 'bytes'])
  const update = find('EVP_EncryptUpdate', 'int', ['pointer', 'bytes', 'bytes', 'bytes', 'int'])
  const macInit = find('EVP_MAC_init', 'int', ['pointer', 'bytes', 'size', 'pointer'])
  const macUpdate = find('EVP_MAC_update', 'int', ['pointer', 'bytes', 'size'])
  const macFinal = find('EVP_MAC_final', 'int', ['pointer', 'bytes', 'bytes', 'size'])
  if (!init || !update || !macInit || !macUpdate || !macFinal) return null
  const context = (algorithm: string): NativeValue => {
    const made = find('EVP_CIPHER_CTX_new', 'pointer', [])?.() ?? null
    const cipher = find(algorithm, 'pointer', [])?.() ?? null
    return made && cipher && init(made, cipher, null, null, null) === 1 ? made : null
  }
  const poly1305 = find('EVP_MAC_fetch', 'pointer', ['pointer', 'bytes', 'pointer'])?.(null, text('POLY1305'), null)
  const mac = poly1305 ? (find('EVP_MAC_CTX_new', 'pointer', ['pointer'])?.(poly1305) ?? null) : null
  const counter = context('EVP_aes_256_ctr')
  const block = context('EVP_aes_128_ecb')
  if (!mac || !counter || !block) return null
  return { init, update, macInit, macUpdate, macFinal, counter, block, mac }
}

/** As C has it. */
function text(value: string): Buffer {
  return Buffer.from(`${value}\0`)
}
