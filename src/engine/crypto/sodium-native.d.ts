/** The part of sodium-native that the engine uses; the package brings no types. */
declare module 'sodium-native' {
  interface Sodium {
    /** Writes the Poly1305 tag (16 bytes) of `message` under the one-time `key` (32 bytes: r, then s) to `tag`. */
    crypto_onetimeauth(tag: Uint8Array, message: Uint8Array, key: Uint8Array): void
    /** Compares in constant time. */
    crypto_onetimeauth_verify(tag: Uint8Array, message: Uint8Array, key: Uint8Array): boolean
  }
  const sodium: Sodium
  export = sodium
}
