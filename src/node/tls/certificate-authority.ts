import { createPrivateKey, createPublicKey, type KeyObject, webcrypto, X509Certificate } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { openSession } from '../../capture/session.ts'
import { BlackstartError, plainReason, systemCode } from '../../errors.ts'
import { writeDurably } from '../../secrets/write-durably.ts'
import { seal, sealedValue, unseal } from '../people/sealed.ts'
import { keyAlgorithm, newSerial, signingAlgorithm, x509 } from './x509.ts'

/** The certificate authority of one site: it signs the node's certificates, and nothing below it signs others. */
export interface Authority {
  /** PEM: what people install, so that their browsers know the node. */
  readonly certificate: string
  /** PKCS #8, sealed; opened only to sign. */
  readonly sealedKey: z.infer<typeof sealedValue>
}

export interface AuthorityFile {
  /** In a folder that is captured and brought back: `data/identity/authority.json`. */
  readonly file: string
  /** Where the locks of this site's processes lie: two must not make one each. */
  readonly locks: string
  /** 32 bytes; null where the repository is out of reach. */
  readonly key: Uint8Array | null
  readonly random: (n: number) => Uint8Array
}

const authorityFile = z.strictObject({ format: z.literal(1), certificate: z.string(), key: sealedValue })

const day = 24 * 3_600_000
/** Ten years. */
const authorityLife = 3652 * day
/** Milliseconds before its end at which the next certificate of the authority is due: people install it one by one. */
export const announceBefore = 730 * day
/** Milliseconds: clocks in a plant are not all right. */
export const backdated = 2 * day

/** Where the authority lies, in the folder of the accounts. */
export function authorityPath(identity: string): string {
  return path.join(identity, 'authority.json')
}

/** The site's authority; made where there is none yet. Throws `integrity` for one that cannot be read, never makes another. */
export async function openAuthority(
  at: AuthorityFile,
  site: string,
  now: Date,
  signal: AbortSignal,
): Promise<Authority> {
  const held = await readAuthority(at.file)
  if (held !== null) return held
  await using _alone = await openSession({ folder: at.locks, device: 'certificate authority', wait: 15_000 }, signal)
  return (await readAuthority(at.file)) ?? (await makeAuthority(at, site, now))
}

/** Null where the site has none yet. Throws `integrity` for one that cannot be read. */
export async function readAuthority(file: string): Promise<Authority | null> {
  const text = await textOf(file)
  if (text === null) return null
  try {
    const { certificate, key } = authorityFile.parse(JSON.parse(text))
    return { certificate: new X509Certificate(certificate).toString(), sealedKey: key }
  } catch {
    throw new BlackstartError(
      'integrity',
      `The site's certificate authority in ${file} cannot be read. Bring it back as it was: pick a version from "blackstart versions node/identity", restore it (blackstart restore node/identity@VERSION --to ${path.dirname(file)} --overwrite). Or move it away: another is made, which people must install again.`,
      { facts: { file } },
    )
  }
}

/** When it ends; null where there is none, or it cannot be read: who needs it is told. */
export async function authorityEnd(file: string): Promise<Temporal.Instant | null> {
  try {
    const held = await readAuthority(file)
    return held === null ? null : Temporal.Instant.from(new X509Certificate(held.certificate).validToDate.toISOString())
  } catch (error) {
    if (error instanceof BlackstartError) return null
    throw error
  }
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw new BlackstartError('storage', `${file} cannot be read: ${plainReason(error)}.`, { cause: error })
  }
}

/**
 * The authority's next certificate, for ten years from now: of the same key and name, so that whatever it signs is taken by those
 * who trust the one of before, until that ends, and by those who trust this one. Throws `not-found` where the site has none.
 */
export async function renewAuthority(at: AuthorityFile, now: Date, signal: AbortSignal): Promise<Authority> {
  await using _alone = await openSession({ folder: at.locks, device: 'certificate authority', wait: 15_000 }, signal)
  const held = await readAuthority(at.file)
  if (held === null) throw noAuthority()
  const key = signingKey(at, held)
  const { subtle } = webcrypto
  const [pkcs8, spki] = [
    key.export({ type: 'pkcs8', format: 'der' }),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
  ]
  const keys = {
    privateKey: await subtle.importKey('pkcs8', pkcs8, keyAlgorithm, false, ['sign']),
    publicKey: await subtle.importKey('spki', spki, keyAlgorithm, true, ['verify']),
  }
  const { subjectName } = new (await x509()).X509Certificate(held.certificate)
  const certificate = await selfSigned(at, keys, subjectName, now)
  return await writeAuthority(at, { certificate, sealedKey: held.sealedKey })
}

export function noAuthority(): BlackstartError {
  return new BlackstartError(
    'not-found',
    'This site has no certificate authority yet: it is made when the node is first served on another address than loopback (blackstart serve --host ADDRESS).',
  )
}

/** ECDSA P-256; the name ends with something random, so that one that is made later is not taken for it. */
async function makeAuthority(at: AuthorityFile, site: string, now: Date): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])
  const mark = Buffer.from(at.random(3)).toString('hex')
  const name = [{ O: [site.slice(0, 64)] }, { CN: [`${[...site].slice(0, 40).join('')} Blackstart CA ${mark}`] }]
  const certificate = await selfSigned(at, keys, name, now)
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  return await writeAuthority(at, { certificate, sealedKey: seal(sealingKey(at), 'authority', pkcs8, at.random) })
}

type Lib = Awaited<ReturnType<typeof x509>>
type NameOf = NonNullable<Parameters<Lib['X509CertificateGenerator']['createSelfSigned']>[0]['name']>

/** In PEM. */
async function selfSigned(at: AuthorityFile, keys: webcrypto.CryptoKeyPair, name: NameOf, now: Date): Promise<string> {
  const lib = await x509()
  const certificate = await lib.X509CertificateGenerator.createSelfSigned(
    {
      ...{ serialNumber: newSerial(at.random), name },
      notBefore: new Date(now.getTime() - backdated),
      notAfter: new Date(now.getTime() + authorityLife),
      ...{ keys, signingAlgorithm },
      extensions: [
        new lib.BasicConstraintsExtension(true, 0, true),
        new lib.KeyUsagesExtension(lib.KeyUsageFlags.keyCertSign | lib.KeyUsageFlags.cRLSign, true),
        await lib.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  )
  return `${certificate.toString('pem')}\n`
}

async function writeAuthority(at: AuthorityFile, authority: Authority): Promise<Authority> {
  const { certificate, sealedKey: key } = authority
  await mkdir(path.dirname(at.file), { recursive: true, mode: 0o700 })
  await writeDurably(at.file, `${JSON.stringify({ format: 1, certificate, key }, null, 1)}\n`)
  return authority
}

/** The key with which the authority signs. Throws `integrity` where it does not open. */
export function signingKey(at: AuthorityFile, { sealedKey, certificate }: Authority): KeyObject {
  const pkcs8 = unseal(sealingKey(at), 'authority', sealedKey)
  const der = Buffer.from(pkcs8 ?? '', 'base64')
  const key = pkcs8 === null ? null : createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  if (key === null || !new X509Certificate(certificate).checkPrivateKey(key)) {
    throw new BlackstartError(
      'integrity',
      `The key of the certificate authority in ${at.file} is damaged, or belongs to another repository. Bring back a version of node/identity, or move the file away: another is made, which people must install again.`,
    )
  }
  return key
}

function sealingKey({ key }: AuthorityFile): Uint8Array {
  if (key !== null) return key
  throw new BlackstartError(
    'refused',
    'The repository is out of reach, and with it the key of the certificate authority.',
    {
      retry: true,
    },
  )
}
