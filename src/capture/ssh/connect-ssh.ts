import { hash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import ssh2, { type AnyAuthMethod, type AuthenticationType, type AuthHandlerMiddleware, type Client } from 'ssh2'
import { z } from 'zod'
import { BlackstartError } from '../../errors.ts'
import type { Address, NeededConnection, Target } from '../connector.ts'
import { sshAlgorithms } from './ssh-algorithms.ts'
import { connectionLost, loginRefused, type SshPeer, type SshStage, sshFailure, sshTimeout } from './ssh-failure.ts'

/** The options that every connector over SSH has; spread into its own strict object. */
export const sshOptions = {
  host: z.string().min(1).optional().describe('name or address; the address of the asset when left out'),
  port: z.int().min(1).max(65535).default(22),
  user: z.string().min(1),
  secret: z.string().min(1).optional().describe('name of the secret with the password; the id of the asset'),
  keySecret: z.string().min(1).optional().describe('name of the secret with a private key'),
  passphraseSecret: z.string().min(1).optional().describe('name of the secret that opens the private key'),
  legacy: z.boolean().default(false).describe('also offer ciphers and key exchanges that are unsafe today'),
  hostKey: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, 'the form `SHA256:…` that ssh-keygen -lf prints')
    .optional()
    .describe('the one host key to accept; the key of the first contact when left out'),
}

const sshOptionsSchema = z.strictObject(sshOptions)
export type SshOptions = z.infer<typeof sshOptionsSchema>

/** What of a target the connection needs. */
export type SshTarget = Pick<Target<unknown>, 'item' | 'asset' | 'secret' | 'trust' | 'timeouts' | 'observe'>

/** A logged-in connection. Its disposal ends the session and waits, briefly, until the device has let go of it. */
export interface SshConnection extends AsyncDisposable {
  readonly client: Client
  /** For its inactivity timeout only. */
  readonly socket: Socket
  /** `host:port`. */
  readonly device: string
  /** Aborts when the connection is over or the caller's signal aborts; its reason is the error to throw. */
  readonly ended: AbortSignal
  /** What an error of ssh2 on this connection means, as the error to throw. */
  failure(error: unknown): BlackstartError
}

/** `host:port` of the device; throws `site-invalid` where neither the item nor the asset names an address. */
export function sshDevice(target: Pick<SshTarget, 'item' | 'asset'>, options: SshOptions): string {
  const { host, port } = addressOf(target, options)
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** The one connection that everything over SSH goes through; throws as `sshDevice`. */
export function sshConnection(target: Address<SshOptions>, protocol: 'ssh' | 'sftp'): NeededConnection {
  const { host, port } = addressOf(target, target.options)
  return { protocol, transport: 'tcp', host, ports: { from: port, to: port }, part: 'control' }
}

/**
 * Connects and logs in within `timeouts.connect`. The host key is checked, once the device has proved to own it, before
 * anything of the login is sent. Throws `unreachable`, `timeout`, `host-key`, `login-refused`, `protocol` (nothing in
 * common to negotiate), `device-busy`, `connection-lost`, `secret-missing`; the signal's reason when it aborts.
 */
export async function connectSsh(target: SshTarget, options: SshOptions, signal: AbortSignal): Promise<SshConnection> {
  signal.throwIfAborted()
  const login = loginOf(target, options)
  const peer: SshPeer = {
    item: target.item,
    device: sshDevice(target, options),
    user: options.user,
    secrets: login.secrets,
    legacy: options.legacy,
  }
  const client = new ssh2.Client()
  const socket = connect(addressOf(target, options))
  const over = new AbortController()
  const abort = () => over.abort(signal.reason)
  const connection: SshConnection = {
    client,
    socket,
    device: peer.device,
    ended: over.signal,
    failure: error =>
      over.signal.reason instanceof BlackstartError ? over.signal.reason : sshFailure(peer, 'ready', error),
    async [Symbol.asyncDispose]() {
      signal.removeEventListener('abort', abort)
      await endOf(client, socket)
    },
  }
  over.signal.addEventListener('abort', () => socket.destroy())
  signal.addEventListener('abort', abort)
  try {
    await loggedIn(client, socket, target, options, peer, login, over)
  } catch (error) {
    signal.removeEventListener('abort', abort)
    socket.destroy()
    throw error
  }
  client.setNoDelay(true) // otherwise each SFTP request waits for the acknowledgement of the one before
  return connection
}

function loggedIn(
  client: Client,
  socket: Socket,
  target: SshTarget,
  options: SshOptions,
  peer: SshPeer,
  login: Login,
  over: AbortController,
): Promise<void> {
  let stage: SshStage = 'connecting'
  let shown = ''
  const end = (error: unknown) => over.abort(sshFailure(peer, stage, error)) // the first reason stays
  client.on('error', end)
  client.on('close', () => over.abort(connectionLost(peer, stage, 'closed by the device')))
  client.on('change password', () => over.abort(loginRefused(peer, 'the device asks for a new password')))
  client.on('handshake', () => {
    if (stage !== 'connecting') return // a later exchange of keys: the verifier has compared the host key
    stage = 'login'
    try {
      acceptHostKey(target, options, peer, shown)
    } catch (error) {
      over.abort(error) // destroys the socket, so that nothing of the login leaves
    }
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  over.signal.addEventListener('abort', () => reject(over.signal.reason))
  client.on('ready', () => {
    stage = 'ready'
    resolve()
  })
  client.connect({
    sock: socket,
    username: options.user,
    algorithms: sshAlgorithms(options.legacy),
    readyTimeout: 0,
    hostVerifier: (key: Buffer) => {
      const fingerprint = `SHA256:${hash('sha256', key, 'base64').replace(/=+$/, '')}`
      if (shown === '') shown = fingerprint
      return shown === fingerprint
    },
    authHandler: authenticator(login, options.user),
  })
  const timer = setTimeout(() => over.abort(sshTimeout(peer, stage)), target.timeouts.connect)
  return promise.finally(() => clearTimeout(timer))
}

function acceptHostKey(target: SshTarget, { hostKey }: SshOptions, { item, device }: SshPeer, shown: string): void {
  if (hostKey === undefined) target.trust(shown)
  else if (hostKey.replace(/=$/, '') !== shown) {
    throw new BlackstartError(
      'host-key',
      `${item}: ${device} shows the host key ${shown}, the site file allows ${hostKey} only. If the device was replaced, correct hostKey; if not, somebody may stand in between.`,
      { facts: { device, shown, allowed: hostKey } },
    )
  }
  target.observe('hostKey', shown)
}

interface Login {
  readonly password: string | null
  readonly key: { readonly key: string; readonly passphrase?: string } | null
  readonly secrets: readonly string[]
}

/** Reads the secrets before the device hears of us. A key alone needs no password, unless `secret` names one. */
function loginOf(target: SshTarget, options: SshOptions): Login {
  const { keySecret, passphraseSecret } = options
  const passwordSecret = options.secret ?? (keySecret === undefined ? target.asset.id : null)
  const password = passwordSecret === null ? null : target.secret(passwordSecret)
  const secrets = [keySecret, passphraseSecret, passwordSecret].filter(name => typeof name === 'string')
  if (keySecret === undefined) return { password, key: null, secrets }
  const key = {
    key: target.secret(keySecret),
    ...(passphraseSecret === undefined ? {} : { passphrase: target.secret(passphraseSecret) }),
  }
  if (ssh2.utils.parseKey(key.key, key.passphrase) instanceof Error) {
    throw new BlackstartError(
      'login-refused',
      `${target.item}: the secret ${keySecret} holds no private key that can be opened. Check secrets set ${secrets.join(' and ')}.`,
      { facts: { secrets } },
    )
  }
  return { password, key, secrets }
}

/**
 * Asks first what the device accepts (`none`), then tries the key, then the password, each once and the password by one
 * method only, so that a wrong one does not lock the account.
 */
function authenticator(login: Login, username: string): AuthHandlerMiddleware {
  const methods = methodsOf(login, username)
  return (left: AuthenticationType[] | null, _partial, next) => {
    if (left === null) return next({ type: 'none', username })
    const method = methods.find(({ type }) => left.includes(type))
    if (method === undefined) return next(false as unknown as AnyAuthMethod) // documented so; its types lack it
    const spent = method.type === 'publickey' ? 1 : methods.length
    methods.splice(0, spent)
    next(method)
  }
}

function methodsOf({ key, password }: Login, username: string): AnyAuthMethod[] {
  const byKey: AnyAuthMethod[] = key === null ? [] : [{ type: 'publickey', username, ...key }]
  if (password === null) return byKey
  let asked = 0
  return [
    ...byKey,
    { type: 'password', username, password },
    {
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => {
        asked += 1
        finish(asked > 1 ? [] : prompts.map(({ echo }) => (echo === true ? username : password)))
      },
    },
  ]
}

function addressOf(target: Pick<SshTarget, 'item' | 'asset'>, { host, port }: SshOptions) {
  const address = host ?? target.asset.address
  if (address !== null) return { host: address, port }
  throw new BlackstartError(
    'site-invalid',
    `${target.item}: no address to connect to. Give the asset ${target.asset.id} an address, or the item the option host.`,
  )
}

/** Milliseconds that a polite end of the session may take. */
const patience = 1000

async function endOf(client: Client, socket: Socket): Promise<void> {
  if (socket.destroyed) return
  const closed = Promise.withResolvers<void>()
  // not `once`, which throws what the socket fails of: a device that resets it now takes nothing away
  socket.once('close', () => closed.resolve())
  const timer = setTimeout(() => socket.destroy(), patience)
  client.end()
  await closed.promise
  clearTimeout(timer)
}
