import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import path from 'node:path'
import { BlackstartError, systemCode } from '../../errors.ts'
import { writeDurably } from '../../secrets/write-durably.ts'
import { type Authority, type AuthorityFile, backdated, signingKey } from './certificate-authority.ts'
import { keyAlgorithm, newSerial, signingAlgorithm, x509 } from './x509.ts'

/** A certificate with its key, as `node:https` takes them: PEM. */
export interface Identity {
  /** The server's first, then what it was signed with, if more than the authority. */
  readonly cert: string
  readonly key: string
}

const day = 24 * 3_600_000
/** Milliseconds: browsers take 398 days at most. */
const serverLife = 397 * day
/** Milliseconds before its end at which another is made. */
export const renewBefore = 30 * day

/** The certificate that is stored; null where there is none, or none that can be used. */
export async function readServerCertificate(file: string): Promise<Identity | null> {
  try {
    const pem = await readFile(file, 'utf8')
    const cert = pem.slice(pem.indexOf('-----BEGIN CERTIFICATE-----'))
    const key = pem.slice(0, pem.length - cert.length)
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)) ? { cert, key } : null
  } catch (error) {
    // whatever else is wrong with it: another is made
    if (systemCode(error) === 'EACCES' || systemCode(error) === 'EISDIR') throw error
    return null
  }
}

/** Whether another must be made: it ends soon, lacks a name, or was signed by an authority of before. */
export function isDue({ cert }: Identity, authority: Authority, names: readonly string[], now: Date): boolean {
  const own = new X509Certificate(cert)
  const signer = new X509Certificate(authority.certificate)
  if (!own.checkIssued(signer) || !own.verify(signer.publicKey)) return true
  // a clock of before the authority was made is wrong, and no reason to make one that nobody else takes
  if (now.getTime() < signer.validFromDate.getTime()) return false
  if (now.getTime() > own.validToDate.getTime() - renewBefore || now < own.validFromDate) return true
  return names.some(name => (isIP(name) === 0 ? own.checkHost(name) : own.checkIP(name)) === undefined)
}

/** Makes a key and has the site's authority sign it; durable when the promise resolves. */
export async function makeServerCertificate(
  file: string,
  at: AuthorityFile,
  authority: Authority,
  names: readonly string[],
  now: Date,
): Promise<Identity> {
  const lib = await x509()
  const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])
  const pkcs8 = signingKey(at, authority).export({ type: 'pkcs8', format: 'der' })
  const signing = await webcrypto.subtle.importKey('pkcs8', pkcs8, keyAlgorithm, false, ['sign'])
  const signer = new lib.X509Certificate(authority.certificate)
  const certificate = await lib.X509CertificateGenerator.create(
    {
      serialNumber: newSerial(at.random),
      subject: [{ CN: [(names[0] ?? 'localhost').slice(0, 64)] }],
      issuer: signer.subjectName,
      ...lifeOf(signer, now),
      ...{ publicKey: keys.publicKey, signingKey: signing, signingAlgorithm },
      extensions: [
        new lib.BasicConstraintsExtension(false, undefined, true),
        new lib.KeyUsagesExtension(lib.KeyUsageFlags.digitalSignature, true),
        new lib.ExtendedKeyUsageExtension([lib.ExtendedKeyUsage.serverAuth]),
        new lib.SubjectAlternativeNameExtension(
          names.map(value => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
        ),
        await lib.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        await lib.AuthorityKeyIdentifierExtension.create(signer.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  )
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
  const key = String(
    createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ type: 'pkcs8', format: 'pem' }),
  )
  const cert = `${certificate.toString('pem')}\n`
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  await writeDurably(file, `${key}${cert}`)
  return { cert, key }
}

/** Never before the authority, and not beyond its end while it lasts. */
function lifeOf(signer: { readonly notBefore: Date; readonly notAfter: Date }, now: Date) {
  const from = Math.max(now.getTime() - backdated, signer.notBefore.getTime())
  const end = from + serverLife
  const last = signer.notAfter.getTime()
  return { notBefore: new Date(from), notAfter: new Date(last > now.getTime() ? Math.min(end, last) : end) }
}

/** Throws `usage` for what a certificate cannot hold. */
export function checkNames(names: readonly string[]): void {
  const wrong = names.find(name => isIP(name) === 0 && !isDnsName(name))
  if (wrong === undefined) return
  throw new BlackstartError('usage', `"${wrong.slice(0, 80)}" is neither a DNS name nor an address of this node.`)
}

export function isDnsName(name: string): boolean {
  return name.length <= 253 && name.split('.').every(part => /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/i.test(part))
}
