import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import { Client } from 'basic-ftp'
import { BlackstartError, reasonOf } from '../../errors.ts'
import type { Target } from '../connector.ts'
import { endpointLabel, type FtpEndpoint } from './ftp-endpoint.ts'
import { connectTimeout, type FtpContext, type FtpStep, ftpFailure } from './ftp-failure.ts'
import type { FtpOptions } from './ftp-options.ts'

export interface FtpConnection {
  readonly client: Client
  /** What FEAT names, in capitals; empty for a device without FEAT. */
  readonly features: ReadonlySet<string>
}

const mlsdFacts = 'type;size;modify;unix.mode;unix.ownername;unix.groupname;'

/** What the failures of this target's session are told with. Throws `secret-missing`. */
export function ftpContext(target: Target<FtpOptions>, endpoint: FtpEndpoint): FtpContext {
  const { user, tls } = target.options
  const anonymous = /^(anonymous|ftp)$/i.test(user)
  const secret = target.options.secret ?? (anonymous ? null : target.asset.id)
  const password = secret === null ? null : target.secret(secret)
  if (password !== null && /[\r\n\0]/.test(password)) {
    throw new BlackstartError(
      'login-refused',
      `${target.item}: the secret "${secret}" holds a line break, which FTP cannot send. Enter it again with secrets set ${secret}.`,
    )
  }
  return { item: target.item, device: endpointLabel(endpoint), user, secret, password, timeouts: target.timeouts, tls }
}

/** Connects, trusts, logs in and chooses binary mode, within `timeouts.connect`. The caller closes the client. */
export async function connectFtp(
  target: Target<FtpOptions>,
  endpoint: FtpEndpoint,
  context: FtpContext,
  signal: AbortSignal,
): Promise<FtpConnection> {
  signal.throwIfAborted()
  const tlsOptions = await readTlsOptions(target, endpoint)
  const client = new Client(0) // the timer below bounds the login as a whole
  client.ftp.encoding = target.options.encoding
  let step: FtpStep = 'connecting'
  const stopped = Promise.withResolvers<never>()
  const stop = (reason: unknown) => {
    stopped.reject(reason)
    client.close()
  }
  const onAbort = () => stop(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(() => stop(connectTimeout(step, context)), target.timeouts.connect)
  try {
    const work = login(client, target, endpoint, context, tlsOptions, next => {
      step = next
    })
    return await Promise.race([work, stopped.promise])
  } catch (error) {
    client.close()
    signal.throwIfAborted()
    throw ftpFailure(error, { step, path: '' }, context)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

async function login(
  client: Client,
  target: Target<FtpOptions>,
  endpoint: FtpEndpoint,
  context: FtpContext,
  tlsOptions: ConnectionOptions,
  enter: (step: FtpStep) => void,
): Promise<FtpConnection> {
  const { tls, certificate } = target.options
  const { host, port } = endpoint
  const welcome =
    tls === 'implicit' ? await client.connectImplicitTLS(host, port, tlsOptions) : await client.connect(host, port)
  target.observe(
    'banner',
    welcome.message
      .split('\n')[0]
      ?.slice(4, 200)
      .replace(/\p{Cc}/gu, '') ?? '',
  )
  if (tls === 'explicit') {
    enter('tls')
    await client.useTLS(tlsOptions)
  }
  if (tls !== 'none') {
    const shown = (client.ftp.socket as TLSSocket).getPeerX509Certificate()?.fingerprint256 ?? 'none'
    target.observe('certificate', `sha256:${shown}`)
    if (certificate === 'pin') target.trust(`sha256:${shown}`)
  }
  enter('login')
  await client.login(target.options.user, context.password ?? 'guest')
  enter('settings')
  const features = await settings(client, target)
  Object.assign(client.ftp, { timeout: target.timeouts.idle })
  return { client, features }
}

async function settings(client: Client, target: Target<FtpOptions>): Promise<Set<string>> {
  const features = new Set([...(await client.features()).keys()].map(name => name.toUpperCase()))
  await client.send('TYPE I')
  if (target.options.encoding === 'utf8' && features.has('UTF8')) await client.sendIgnoringError('OPTS UTF8 ON')
  if (features.has('MLST')) await client.sendIgnoringError(`OPTS MLST ${mlsdFacts}`)
  if (target.options.tls !== 'none') {
    await client.sendIgnoringError('PBSZ 0')
    await client.send('PROT P')
  }
  return features
}

async function readTlsOptions(target: Target<FtpOptions>, endpoint: FtpEndpoint): Promise<ConnectionOptions> {
  const { tls, certificate, ca, legacyTls } = target.options
  if (tls === 'none') return {}
  return {
    host: endpoint.host,
    rejectUnauthorized: certificate === 'ca',
    ...(ca === undefined ? {} : { ca: await readAuthority(target, ca) }),
    ...(legacyTls ? { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
  }
}

async function readAuthority(target: Target<FtpOptions>, ca: string): Promise<string> {
  const file = path.resolve(target.folder, ca)
  try {
    // a named pipe would be waited for without end
    if (!(await stat(file)).isFile()) throw new Error('it is not a file')
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new BlackstartError(
      'missing',
      `${target.item}: the certificate authority ${ca} cannot be read (${reasonOf(error)}). Correct options.ca; it starts at the site folder.`,
      { cause: error },
    )
  }
}
