import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import os from 'node:os'
import path from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { isLoopback, serveNode } from '../../api/serve-node.ts'
import { partsOfServices } from '../../api/service-parts.ts'
import { socketPath } from '../../api/socket-file.ts'
import type { Archive } from '../../archive/archive.ts'
import { sitePaths } from '../../archive/site-paths.ts'
import { BlackstartError } from '../../errors.ts'
import { openNodeServices } from '../../node/node-services.ts'
import { openSiteNode } from '../../node/open-site-node.ts'
import { hasAdministrator } from '../../node/people/account.ts'
import { renewFirstToken } from '../../node/people/first-administrator.ts'
import { identityPurpose, openPeople, type PeopleOptions, type RelyingParty } from '../../node/people/people.ts'
import { programVersion } from '../../node/program-name.ts'
import { openReserve } from '../../node/reserve.ts'
import type { SiteNode } from '../../node/site-node.ts'
import { machineNames } from '../../node/tls/machine-names.ts'
import { type NodeTls, type NodeTlsOptions, openNodeTls } from '../../node/tls/node-tls.ts'
import { namesIn, pageName } from '../../node/tls/page-name.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { act, type Invocation } from '../invocation.ts'
import { tellRuns } from '../run-lines.ts'
import { plainLines } from './repo/plain-text.ts'

interface ServeCommandOptions {
  readonly host: string
  readonly port: number
  readonly certificate?: string
  readonly key?: string
}

export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('the site node: captures, pages (/), API (/api), /healthz and /metrics, until it is stopped')
    .option('--port <number>', 'where to listen; 0 for one that is free', portOf, 8470)
    .option(
      '--host <address>',
      'where to listen; elsewhere than on loopback it is TLS, once there is an account',
      '127.0.0.1',
    )
    .option(
      '--certificate <file>',
      "a certificate of yours in PEM, instead of one of the site's own authority; with --key",
    )
    .option('--key <file>', 'its private key in PEM, not encrypted')
    .action(act<[ServeCommandOptions]>(serve))
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('Give a number from 0 to 65535.')
}

const pages = path.resolve(import.meta.dirname, '..', '..', '..', 'dist', 'web')

async function serve(invocation: Invocation, words: ServeCommandOptions): Promise<ExitCode> {
  const { host, port } = words
  const given = givenFiles(words)
  // what the node keeps is for nobody else
  process.umask(0o077)
  const { folder, out, signal, now } = invocation
  const onMistake = (error: unknown) =>
    out.line(error instanceof Error ? (error.stack ?? error.message) : String(error))
  // also where the disk is full people get in, and write to devices
  await openReserve(sitePaths(folder).reserve).giveAll()
  await using node = await openSiteNode({ folder, onTrouble: message => out.line(message) }, signal)
  const archive = node.archive({ name: `node@${os.hostname()}`, from: null })
  const known = [...machineNames(), ...node.site().site.node.names]
  const key = archive.repository.deriveKey(identityPurpose)
  const own = { folder, key, names: [host, ...known], given, now }
  const tls = isLoopback(host) && given === null ? null : await certificateOf(node, own, signal)
  const certificate = tls === null ? null : String(tls.tlsOptions().cert)
  // a certificate that was given says by which names the node is reached, too
  const names = [...known, ...(tls?.state.isGiven && certificate !== null ? namesIn(certificate) : [])]
  const scheme = tls === null ? 'http' : 'https'
  let bound = port
  const relyingParty = relyingPartyOf(node.site().site.name, scheme, names, () => bound)
  const record = recordIn(archive)
  using people = await openPeople({ folder, key, now, random: randomBytes, record, relyingParty })
  await using services = await openNodeServices(node, { onTrouble: message => out.line(message) }, signal)
  const parts = partsOfServices(services)
  const options = { node, people, parts, pages, version: programVersion, host, port, names, tls, onMistake }
  const onListening = (listening: number) => {
    bound = listening
  }
  await using served = await serveNode({ ...options, onListening, socket: socketPath(archive.paths.run) })
  using _told = tellRuns(node, out)
  const token = await renewFirstToken(people)
  const chosen = pageName({ host, names: [...node.site().site.node.names, ...machineNames()], certificate })
  const url = named(served.url, chosen)
  const isLed = token !== null || hasAdministrator(await people.accounts.read())
  const document = { url, token, pages: served.hasPages, socket: socketPath(archive.paths.run) }
  out.result(document, text({ url, token, isLed, hasPages: served.hasPages, tls }))
  if (!signal.aborted) await once(signal, 'abort')
  return exitCodes.interrupted
}

/** Passkeys belong to a name and an origin, with the port that is bound: known once it listens. */
function relyingPartyOf(name: string, scheme: string, names: readonly string[], port: () => number): RelyingParty {
  const hosts = ['localhost', ...names.filter(one => !/^[\d.]+$|:/.test(one))]
  return {
    ...{ name, hosts },
    get origins() {
      // as a browser writes it: without the port that a scheme has anyway
      return hosts.map(host => new URL(`${scheme}://${host}:${port()}`).origin)
    },
  }
}

function named(url: string, name: string): string {
  const page = new URL(url)
  page.hostname = name.includes(':') ? `[${name}]` : name
  return page.href
}

type RecordEvents = PeopleOptions['record']

/** What people do is written down also while the node stops. */
function recordIn({ record }: Archive): RecordEvents {
  return events => record.add(events, new AbortController().signal)
}

interface CertificateParts extends Pick<NodeTlsOptions, 'folder' | 'key' | 'given' | 'now'> {
  readonly names: readonly string[]
}

function certificateOf(node: SiteNode, { names, ...parts }: CertificateParts, signal: AbortSignal): Promise<NodeTls> {
  const site = node.site().site.name
  return openNodeTls({ ...parts, site, names: () => names, random: randomBytes }, signal)
}

/** Null where none was given. Throws `usage` for half of one. */
function givenFiles({ certificate, key }: ServeCommandOptions): NodeTlsOptions['given'] {
  if (certificate === undefined && key === undefined) return null
  if (certificate === undefined || key === undefined) {
    throw new BlackstartError('usage', 'Give --certificate and --key together.')
  }
  return { certificate: path.resolve(certificate), key: path.resolve(key) }
}

interface Started {
  readonly url: string
  readonly token: string | null
  /** Somebody can manage people, or the first administrator is to be made. */
  readonly isLed: boolean
  readonly hasPages: boolean
  readonly tls: NodeTls | null
}

function text({ url, token, isLed, hasPages, tls }: Started): string {
  return [
    `The node works. Its page: ${plainLines(url)}`,
    ...(token === null
      ? []
      : ['Nobody has an account yet. The first administrator is made there with this token, once:', `  ${token}`]),
    ...(isLed
      ? []
      : [
          "None of the node's own accounts is an administrator. Make one: blackstart people role NAME --role administrator",
        ]),
    ...(tls?.state.problem == null ? [] : [tls.state.problem]),
    ...(tls === null || tls.state.isGiven
      ? []
      : [
          `Fingerprint of the site's certificate authority: ${tls.state.authority.fingerprint}`,
          'Its certificate, for the machines that look at the pages: blackstart authority',
        ]),
    ...(hasPages ? [] : ['The pages are not built: run npm run build in the folder of the program.']),
    'Ctrl-C stops it; runs end or are marked interrupted.',
  ].join('\n')
}
