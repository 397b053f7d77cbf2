import type { Algorithms } from 'ssh2'

/** What a device of today must speak: no SHA-1, no CBC, no group of 1024 bits. */
const modern = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group14-sha256',
  ],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
  cipher: [
    'aes256-gcm@openssh.com',
    'aes128-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes256-ctr',
    'aes192-ctr',
    'aes128-ctr',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
} as const

/** What devices of 2005 still speak; offered after the modern ones, and only where an item says `legacy: true`. */
const old = {
  kex: ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
  serverHostKey: ['ssh-rsa', 'ssh-dss'],
  cipher: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
  hmac: ['hmac-sha1-etm@openssh.com', 'hmac-sha1', 'hmac-sha1-96', 'hmac-md5', 'hmac-md5-96'],
} as const

/** The algorithms to offer, the preferred ones first. */
export function sshAlgorithms(legacy: boolean): Algorithms {
  const offer = <M, O>(first: readonly M[], then: readonly O[]): (M | O)[] =>
    legacy ? [...first, ...then] : [...first]
  return {
    kex: offer(modern.kex, old.kex),
    serverHostKey: offer(modern.serverHostKey, old.serverHostKey),
    cipher: offer(modern.cipher, old.cipher),
    hmac: offer(modern.hmac, old.hmac),
    compress: ['none'],
  }
}
