import { X509Certificate } from 'node:crypto'
import path from 'node:path'
import type { SecureContextOptions } from 'node:tls'
import { sitePaths } from '../../archive/site-paths.ts'
import { reasonOf } from '../../errors.ts'
import {
  type Authority,
  type AuthorityFile,
  announceBefore,
  authorityPath,
  openAuthority,
  readAuthority,
} from './certificate-authority.ts'
import { type GivenFiles, markOfFiles, readGivenCertificate } from './given-certificate.ts'
import {
  checkNames,
  type Identity,
  isDue,
  makeServerCertificate,
  readServerCertificate,
  renewBefore,
} from './server-certificate.ts'

export interface NodeTlsOptions {
  /** The site folder. */
  readonly folder: string
  /** The site's name, for people who look at the authority's certificate. */
  readonly site: string
  /** 32 bytes, by `identityPurpose`; null where the repository is out of reach. */
  readonly key: Uint8Array | null
  /** DNS names and addresses by which the node is reached, as they are now; `localhost` comes by itself. */
  readonly names: () => readonly string[]
  /** A certificate of another authority, in place of one of the site's own. */
  readonly given: GivenFiles | null
  readonly now: () => Date
  readonly random: (n: number) => Uint8Array
}

/** The node's certificate. */
export interface NodeTls {
  /** For `node:https`, and for `setSecureContext` after a renewal. */
  tlsOptions(): SecureContextOptions
  readonly state: TlsState
  /** Renews or reads again what is due: to be called every few minutes. True where `tlsOptions` gives another certificate now. */
  refresh(): Promise<boolean>
}

export interface TlsState {
  /** SHA-256, `AB:CD:…`: what a browser shows. */
  readonly fingerprint: string
  /** ISO 8601. */
  readonly ends: string
  readonly names: string
  readonly isGiven: boolean
  /** PEM, for people to install; its fingerprint is to be compared with what `serve` prints. */
  readonly authority: { readonly certificate: string; readonly fingerprint: string; readonly ends: string }
  /** Why the certificate that was given, or a renewal, is not in force, or that something ends; null while all is well. */
  readonly problem: string | null
}

interface Loaded {
  readonly identity: Identity
  readonly isGiven: boolean
  readonly problem: string | null
}

const always = ['localhost', '127.0.0.1', '::1']

/** Opens the node's certificate: what was given, or else one of the site's own authority, both made where they lack. */
export async function openNodeTls(options: NodeTlsOptions, signal: AbortSignal): Promise<NodeTls> {
  const paths = sitePaths(options.folder)
  const { key, random } = options
  const at: AuthorityFile = { file: authorityPath(paths.identity), locks: paths.run, key, random }
  let authority = await openAuthority(at, options.site, options.now(), signal)
  const file = path.join(paths.tls, 'server.pem')
  const own = async () => {
    // it may have been renewed meanwhile
    authority = (await readAuthority(at.file)) ?? authority
    return await ownCertificate(options, { at, authority, file })
  }
  let mark = await quietMark(options.given)
  let loaded = await firstOf(options, own)
  const load = async (): Promise<Loaded> => {
    const seen = await quietMark(options.given)
    if (loaded.isGiven && seen === mark) return { ...loaded, problem: overSoon(loaded, options.now()) }
    const next = await reloaded(options, own, loaded)
    // what could not be used is tried again
    if (next.problem === null) mark = seen
    return next
  }
  return {
    tlsOptions: () => ({ ...loaded.identity, minVersion: 'TLSv1.2' }),
    get state() {
      return stateOf(loaded, authority, options.now())
    },
    async refresh() {
      const before = loaded.identity.cert
      loaded = await load()
      return loaded.identity.cert !== before
    },
  }
}

/** At the start: a certificate that was given and cannot be used must not keep the node from running. */
async function firstOf(options: NodeTlsOptions, own: () => Promise<Identity>): Promise<Loaded> {
  if (options.given === null) return { identity: await own(), isGiven: false, problem: null }
  try {
    return { identity: await readGivenCertificate(options.given, options.now()), isGiven: true, problem: null }
  } catch (error) {
    return { identity: await own(), isGiven: false, problem: reasonOf(error) }
  }
}

/** Later: whatever cannot be read or renewed leaves the one in force that runs. */
async function reloaded(options: NodeTlsOptions, own: () => Promise<Identity>, running: Loaded): Promise<Loaded> {
  const problems: string[] = []
  const attempt = async (load: () => Promise<Identity>, isGiven: boolean): Promise<Loaded | null> => {
    try {
      return { identity: await load(), isGiven, problem: problems[0] ?? null }
    } catch (error) {
      problems.push(reasonOf(error))
      return null
    }
  }
  const { given } = options
  const next = given === null ? null : await attempt(() => readGivenCertificate(given, options.now()), true)
  if (next !== null) return next
  const instead = running.isGiven && given !== null ? null : await attempt(own, false)
  return instead ?? { ...running, problem: problems[0] ?? null }
}

interface Own {
  readonly at: AuthorityFile
  readonly authority: Authority
  readonly file: string
}

async function ownCertificate(options: NodeTlsOptions, { at, authority, file }: Own): Promise<Identity> {
  const names = [...new Set([...options.names().map(name => name.toLowerCase()), ...always])]
  checkNames(names)
  const held = await readServerCertificate(file)
  if (held !== null && !isDue(held, authority, names, options.now())) return held
  // without the key of the authority the one of before is better than none
  if (held !== null && options.key === null) return held
  return makeServerCertificate(file, at, authority, names, options.now())
}

/** A file that is not there is told when it is read. */
function quietMark(given: GivenFiles | null): Promise<string> {
  return given === null ? Promise.resolve('') : markOfFiles(given).catch(() => 'not there')
}

function overSoon({ identity }: Loaded, now: Date): string | null {
  const { validToDate, validTo } = new X509Certificate(identity.cert)
  if (validToDate.getTime() - renewBefore > now.getTime()) return null
  return `The certificate that was given ${validToDate < now ? 'is over since' : 'ends'} ${validTo}: put another in its place.`
}

function endsSoon({ validToDate, validTo }: X509Certificate, now: Date): string | null {
  if (validToDate.getTime() - announceBefore > now.getTime()) return null
  return `The site's certificate authority ${validToDate < now ? 'is over since' : 'ends'} ${validTo}: run "blackstart authority renew", and install what it prints on the machines that look at the pages.`
}

function stateOf({ identity, isGiven, problem: why }: Loaded, { certificate }: Authority, now: Date): TlsState {
  const own = new X509Certificate(identity.cert)
  const signer = new X509Certificate(certificate)
  const problem = why ?? (isGiven ? null : endsSoon(signer, now))
  return {
    ...{ isGiven, problem, fingerprint: own.fingerprint256, names: own.subjectAltName ?? '' },
    ends: own.validToDate.toISOString(),
    authority: { certificate, fingerprint: signer.fingerprint256, ends: signer.validToDate.toISOString() },
  }
}
