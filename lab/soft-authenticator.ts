import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/**
 * A passkey in software, as WebAuthn Level 3 and CTAP describe one (ES256, attestation "none"): for tests, and with all
 * that an attacker would like to change in what it answers.
 */
export interface SoftAuthenticator {
  readonly id: string
  register(options: { readonly challenge: string; readonly user: { readonly id: string } }, where: Where): unknown
  assert(options: { readonly challenge: string }, where: Where): unknown
}

export interface Where {
  readonly origin: string
  readonly host: string
  /** Whether the person was verified; true unless told. */
  readonly verified?: boolean
  /** The counter in place of the next one. */
  readonly counter?: number
}

export function softAuthenticator(): SoftAuthenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credential = randomBytes(32)
  const id = credential.toString('base64url')
  let counter = 0
  let handle = ''
  const clientData = (type: string, challenge: string, origin: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const head = (where: Where, flags: number) => {
    counter += 1
    const count = Buffer.alloc(4)
    count.writeUInt32BE(where.counter ?? counter)
    // user present, user verified (WebAuthn, 6.1)
    const bits = flags | 0x01 | (where.verified === false ? 0 : 0x04)
    return Buffer.concat([createHash('sha256').update(where.host).digest(), Buffer.from([bits]), count])
  }
  return {
    id,
    register({ challenge, user }, where) {
      handle = user.id
      const key = publicKey.export({ format: 'jwk' })
      const length = Buffer.alloc(2)
      length.writeUInt16BE(credential.length)
      const cose = Buffer.concat([
        Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
        cborBytes(Buffer.from(key.x ?? '', 'base64url')),
        Buffer.from([0x22]),
        cborBytes(Buffer.from(key.y ?? '', 'base64url')),
      ])
      const data = Buffer.concat([head(where, 0x40), Buffer.alloc(16), length, credential, cose])
      const attestation = Buffer.concat([
        Buffer.from([0xa3]),
        ...[cborText('fmt'), cborText('none'), cborText('attStmt'), Buffer.from([0xa0])],
        ...[cborText('authData'), cborBytes(data)],
      ])
      const response = {
        clientDataJSON: clientData('webauthn.create', challenge, where.origin).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      }
      return { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} }
    },
    assert({ challenge }, where) {
      const client = clientData('webauthn.get', challenge, where.origin)
      const data = head(where, 0)
      const signature = sign('sha256', Buffer.concat([data, createHash('sha256').update(client).digest()]), privateKey)
      const response = {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: handle,
      }
      return { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} }
    },
  }
}

/** RFC 8949, major type 3, up to 23 bytes. */
function cborText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 | text.length]), Buffer.from(text)])
}

/** RFC 8949, major type 2, up to 65535 bytes. */
function cborBytes(bytes: Uint8Array): Buffer {
  const head = bytes.length < 256 ? [0x58, bytes.length] : [0x59, bytes.length >> 8, bytes.length & 255]
  return Buffer.concat([Buffer.from(head), bytes])
}
