import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import tls from 'node:tls'
import { BlackstartError, plainReason, reasonOf } from '../../errors.ts'
import type { Identity } from './server-certificate.ts'

/** A certificate of the company's own authority, by the paths of its files. */
export interface GivenFiles {
  /** PEM: the server's certificate first, then what it was signed with. */
  readonly certificate: string
  /** PEM, not encrypted. */
  readonly key: string
}

/** Milliseconds by which this machine's clock may be late. */
const clockSlack = 3_600_000

/** Changes whenever the files do. Throws `not-found` or `storage` where one is not there. */
export async function markOfFiles(files: GivenFiles): Promise<string> {
  const marks = [files.certificate, files.key].map(async file => {
    const { ino, size, mtimeNs } = await stat(file, { bigint: true }).catch(error => {
      throw unreadable(file, error)
    })
    return `${ino} ${size} ${mtimeNs}`
  })
  return (await Promise.all(marks)).join(' ')
}

/** The certificate that was given, checked: key and certificate match, it is in force, and its chain is one. */
export async function readGivenCertificate(files: GivenFiles, now: Date): Promise<Identity> {
  const [cert, key] = await Promise.all([textOf(files.certificate), textOf(files.key)])
  const chain = chainOf(files.certificate, cert)
  const [server] = chain
  if (server === undefined) throw wrong(files.certificate, 'it holds no certificate in PEM')
  if (!server.checkPrivateKey(privateKey(files.key, key))) {
    throw wrong(files.certificate, `its first certificate does not belong to the key in ${files.key}`)
  }
  for (const [index, one] of chain.entries()) {
    checkTime(files.certificate, one, now)
    const signer = chain[index + 1]
    if (signer !== undefined && !(one.checkIssued(signer) && one.verify(signer.publicKey))) {
      throw wrong(files.certificate, `certificate ${index + 1} was not signed by the one that follows it`)
    }
  }
  try {
    tls.createSecureContext({ cert, key, minVersion: 'TLSv1.2' })
  } catch (error) {
    throw wrong(files.certificate, reasonOf(error), error)
  }
  return { cert, key }
}

function chainOf(file: string, pem: string): readonly X509Certificate[] {
  try {
    const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
    return blocks.map(block => new X509Certificate(block))
  } catch (error) {
    throw wrong(file, 'one of its certificates is damaged', error)
  }
}

function privateKey(file: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    // what the library says may hold a part of the key
    throw wrong(file, 'it is no private key in PEM, or is encrypted')
  }
}

function checkTime(file: string, certificate: X509Certificate, now: Date): void {
  if (now > certificate.validToDate) throw wrong(file, `it is over since ${certificate.validTo}`)
  if (now.getTime() < certificate.validFromDate.getTime() - clockSlack)
    throw wrong(file, `it begins only at ${certificate.validFrom}; check this machine's clock`)
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw unreadable(file, error)
  }
}

function unreadable(file: string, error: unknown): BlackstartError {
  return new BlackstartError('storage', `The certificate's file ${file} cannot be read: ${plainReason(error)}.`, {
    cause: error,
  })
}

function wrong(file: string, why: string, cause?: unknown): BlackstartError {
  return new BlackstartError('usage', `The certificate in ${file} cannot be used: ${why}.`, { cause, facts: { file } })
}
