/** Loaded on first use; the library asks for the polyfill to be there before it. */
export async function x509(): Promise<typeof import('@peculiar/x509')> {
  await import('reflect-metadata')
  return import('@peculiar/x509')
}

export const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const
export const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' } as const

/** 126 random bits, positive and of full length (RFC 5280, section 4.1.2.2), hexadecimal. */
export function newSerial(random: (n: number) => Uint8Array): string {
  const bytes = Buffer.from(random(16))
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes.toString('hex')
}
