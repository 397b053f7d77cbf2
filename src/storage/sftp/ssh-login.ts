import { connect, type Socket } from 'node:net'
import type { AnyAuthMethod, AuthenticationType, AuthHandlerMiddleware, Client, ConnectConfig, utils } from 'ssh2'
import { reasonOf } from '../../errors.ts'
import type { SftpAccess } from '../storage-access.ts'
import { type HostKeyCheck, hostKeyCheck } from './host-key.ts'
import { connectionLost, loginRefused, sshFailure, wentSilent } from './sftp-failure.ts'
import type { SftpPlace } from './sftp-place.ts'

export interface SshTarget {
  readonly place: SftpPlace
  readonly user: string
  /** For errors. */
  readonly location: string
  readonly access: SftpAccess
  /** Milliseconds without a byte from the server after which a connection is given up. */
  readonly idleTimeout: number
}

export interface SshLogin {
  readonly client: Client
  readonly socket: Socket
}

/**
 * Connects, makes sure that the server is the right one, and only then logs in. Throws `unreachable`, `host-key`,
 * `login-refused`, `protocol`, `timeout`, `connection-lost`; the signal's reason when it aborts.
 */
export async function logIn(target: SshTarget, signal: AbortSignal): Promise<SshLogin> {
  signal.throwIfAborted()
  const { place, location, access, user, idleTimeout } = target
  const { default: ssh2 } = await import('ssh2') // large: loaded where it is needed
  const methods = authMethods(location, user, access, ssh2.utils)
  const check = hostKeyCheck(location, place, access)
  const client = new ssh2.Client()
  const socket = connect(place.port, place.host)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort)
  const silent = () => reject(wentSilent(location, idleTimeout))
  socket.setTimeout(idleTimeout, silent)
  let stage: 'connecting' | 'login' = 'connecting'
  let agentFailure = ''
  client.on('handshake', () => {
    stage = 'login'
  })
  client.on('error', error => {
    // An agent that does not answer ends nothing: the next method is tried.
    if (error.level === 'agent') agentFailure = `, agent: ${reasonOf(error)}`
    else reject(withAgent(sshFailure(location, stage, error), location, agentFailure))
  })
  client.on('close', () => reject(connectionLost(location, 'closed by the server before the login was done')))
  client.on('change password', () => reject(loginRefused(location, 'it asks for a new password')))
  client.on('ready', () => resolve())
  client.connect({
    sock: socket,
    username: user,
    readyTimeout: 0,
    ...negotiation(check, reject),
    authHandler: inTurn(methods),
  })
  try {
    await promise
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
    socket.off('timeout', silent)
  }
  client.setNoDelay(true) // otherwise each request waits for the acknowledgement of the one before
  return { client, socket }
}

function negotiation(check: HostKeyCheck, refuse: (error: unknown) => void) {
  return {
    algorithms: {
      serverHostKey: [...check.algorithms],
      // AES-GCM first: it is the fastest one where the processor helps.
      cipher: [
        'aes128-gcm@openssh.com',
        'aes256-gcm@openssh.com',
        'chacha20-poly1305@openssh.com',
        'aes256-ctr',
        'aes128-ctr',
      ],
      hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
      compress: ['none'],
    },
    hostVerifier: (key: Buffer): boolean => {
      const refusal = check.refusal(key)
      if (refusal !== null) refuse(refusal)
      return refusal === null
    },
  } satisfies Partial<ConnectConfig>
}

function withAgent(failure: Error, location: string, agentFailure: string): Error {
  return agentFailure === '' ? failure : loginRefused(location, reasonOf(failure.cause) + agentFailure, failure.cause)
}

function authMethods(
  location: string,
  username: string,
  access: SftpAccess,
  { parseKey }: typeof utils,
): AnyAuthMethod[] {
  const { password, privateKey, passphrase, agent } = access
  const methods: AnyAuthMethod[] = []
  if (privateKey !== undefined) {
    const parsed = parseKey(privateKey, passphrase)
    if (parsed instanceof Error) {
      throw loginRefused(location, `the private key cannot be opened: ${parsed.message}`)
    }
    methods.push({ type: 'publickey', username, key: parsed })
  }
  if (agent !== undefined) methods.push({ type: 'agent', username, agent })
  if (password !== undefined) methods.push({ type: 'password', username, password }, typed(username, password))
  if (methods.length === 0) throw loginRefused(location, 'no key, password or agent was given to log in with')
  return methods
}

/** For servers that ask for a password only by questions; answered once. */
function typed(username: string, password: string): AnyAuthMethod {
  let asked = 0
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _language, prompts, finish) => {
      asked += 1
      finish(asked > 1 ? [] : prompts.map(({ echo }) => (echo === true ? username : password)))
    },
  }
}

/**
 * Asks first what the server takes (`none`), then tries the methods in their order, a password by one of its two methods
 * only, so that a wrong one does not lock the account.
 */
function inTurn(methods: readonly AnyAuthMethod[]): AuthHandlerMiddleware {
  const [username] = methods.map(method => method.username)
  const left = [...methods]
  return (takes: AuthenticationType[] | null, _partial, next) => {
    if (takes === null) return next({ type: 'none', username: username ?? '' })
    const at = left.findIndex(({ type }) => takes.includes(type === 'agent' ? 'publickey' : type))
    const method = left[at]
    if (method === undefined) return next(false as unknown as AnyAuthMethod) // documented so; its types lack it
    left.splice(at, method.type === 'password' ? left.length : 1)
    next(method)
  }
}
