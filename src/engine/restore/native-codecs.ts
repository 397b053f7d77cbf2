import { type NativeFunction, type NativeValue, nativeLibrary } from '../files/native.ts'

/** Codecs whose contexts are kept from one call to the next. Node makes one anew for each call: for 8 KiB, most of the work. */
export interface NativeCodecs extends Disposable {
  /** AES-256 in counter mode, over the bytes themselves; false where it fails. `nonce` has 16 bytes. */
  crypt(nonce: Uint8Array, bytes: Uint8Array): boolean
  /** How many bytes came out; -1 where it is no zstd, or more than `into` holds. */
  decompress(packed: Uint8Array, into: Uint8Array): number
}

/** From the libraries that Node carries; null where it does not let them be found. `key` has 32 bytes. */
export function nativeCodecs(key: Uint8Array): NativeCodecs | null {
  const cipher = aesCounter(key)
  const zstd = cipher === null ? null : zstdDecoder()
  if (cipher === null || zstd === null) {
    cipher?.free()
    return null
  }
  return {
    crypt: cipher.crypt,
    decompress: zstd.decompress,
    [Symbol.dispose]() {
      cipher.free()
      zstd.free()
    },
  }
}

interface Cipher {
  readonly crypt: NativeCodecs['crypt']
  readonly free: () => void
}

/** OpenSSL: EVP_EncryptInit(3). Counter mode decrypts as it encrypts. */
function aesCounter(key: Uint8Array): Cipher | null {
  const library = nativeLibrary()
  if (typeof library === 'string') return null
  const algorithm = library.find('EVP_aes_256_ctr', 'pointer', [])
  const make = library.find('EVP_CIPHER_CTX_new', 'pointer', [])
  const free = library.find('EVP_CIPHER_CTX_free', 'void', ['pointer'])
  const init = library.find('EVP_EncryptInit_ex', 'int', ['pointer', 'pointer', 'pointer', 'bytes', 'bytes'])
  const update = library.find('EVP_EncryptUpdate', 'int', ['pointer', 'bytes', 'bytes', 'bytes', 'int'])
  if (!algorithm || !make || !free || !init || !update) return null
  const context = made(make)
  if (context === null) return null
  const written = new Int32Array(1)
  const crypt: Cipher['crypt'] = (nonce, bytes) =>
    init(context, null, null, null, nonce) === 1 &&
    update(context, bytes, written, bytes, bytes.byteLength) === 1 &&
    written[0] === bytes.byteLength
  const cipher = { crypt, free: () => void free(context) }
  if (init(context, algorithm(), null, key, null) === 1) return cipher
  cipher.free()
  return null
}

interface Decoder {
  readonly decompress: NativeCodecs['decompress']
  readonly free: () => void
}

/** zstd.h: an error is a size that no memory has. */
function zstdDecoder(): Decoder | null {
  const library = nativeLibrary()
  if (typeof library === 'string') return null
  const make = library.find('ZSTD_createDCtx', 'pointer', [])
  const free = library.find('ZSTD_freeDCtx', 'size', ['pointer'])
  const decode = library.find('ZSTD_decompressDCtx', 'size', ['pointer', 'bytes', 'size', 'bytes', 'size'])
  if (!make || !free || !decode) return null
  const context = made(make)
  if (context === null) return null
  return {
    decompress(packed, into) {
      const size = Number(decode(context, into, into.byteLength, packed, packed.byteLength))
      return size <= into.byteLength ? size : -1
    },
    free: () => void free(context),
  }
}

function made(make: NativeFunction): NativeValue {
  const context = make()
  return context === 0n || context === 0 ? null : context
}
