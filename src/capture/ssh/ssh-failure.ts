import { BlackstartError, reasonOf, systemCode } from '../../errors.ts'

/** How far a connection had come when it failed. */
export type SshStage = 'connecting' | 'login' | 'ready'

export interface SshPeer {
  /** `asset/item`. */
  readonly item: string
  /** `host:port`. */
  readonly device: string
  readonly user: string
  /** The secrets that the login used; their names, never their values. */
  readonly secrets: readonly string[]
  readonly legacy: boolean
}

const unreachable = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENOTFOUND', 'EAI_AGAIN'])

/** SSH_DISCONNECT_TOO_MANY_CONNECTIONS, RFC 4253 section 11.1. */
const tooManyConnections = 12

/** What a failed connection means for a technician. A BlackstartError passes through as it is. */
export function sshFailure(peer: SshPeer, stage: SshStage, error: unknown): BlackstartError {
  if (error instanceof BlackstartError) return error
  const { item, device } = peer
  const code = systemCode(error)
  const reason = reasonOf(error)
  const level = levelOf(error)
  const details = { cause: error, facts: { device } }
  if (stage === 'connecting' && code !== null && unreachable.has(code)) {
    return new BlackstartError(
      'unreachable',
      `${item}: ${device} does not answer (${code}). Check that the device is switched on, its address, and the firewall in between.`,
      { ...details, retry: true },
    )
  }
  if (code === 'ETIMEDOUT') return sshTimeout(peer, stage, details)
  if (/no matching/i.test(reason)) return noCommonAlgorithm(peer, reason, details)
  if (level === 'client-authentication' || (stage === 'login' && /authentication/i.test(reason))) {
    return loginRefused(peer, reason, details)
  }
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === tooManyConnections) {
    return new BlackstartError(
      'device-busy',
      `${item}: ${device} accepts no further session. Close the engineering tool's connection or wait.`,
      { ...details, retry: true },
    )
  }
  if ((level === 'handshake' || level === 'protocol') && !/^Connection lost/.test(reason)) {
    return new BlackstartError(
      'protocol',
      `${item}: ${device} and we do not understand each other (${reason}). Check that the port is the device's SSH port.`,
      details,
    )
  }
  return connectionLost(peer, stage, reason, details)
}

export function connectionLost(
  { item, device }: SshPeer,
  stage: SshStage,
  reason: string,
  details: { cause?: unknown } = {},
): BlackstartError {
  const when = stage === 'ready' ? 'in the middle of the work' : 'before the login was done'
  return new BlackstartError(
    'connection-lost',
    `${item}: the connection to ${device} broke ${when} (${reason}). Check the network and whether the device restarted.`,
    { facts: { device }, retry: true, ...details },
  )
}

export function sshTimeout(
  { item, device }: SshPeer,
  stage: SshStage,
  details: { cause?: unknown } = {},
): BlackstartError {
  const what =
    stage === 'connecting' ? 'did not answer' : stage === 'login' ? 'did not finish the login' : 'went silent'
  return new BlackstartError(
    'timeout',
    `${item}: ${device} ${what} in time. Check that the device is switched on and not overloaded, and the network in between.`,
    { facts: { device }, retry: true, ...details },
  )
}

export function loginRefused(
  { item, user, device, secrets }: SshPeer,
  reason: string,
  details: { cause?: unknown } = {},
): BlackstartError {
  return new BlackstartError(
    'login-refused',
    `${item}: the device refused the login for user "${user}" (${reason}). Check secrets set ${secrets.join(' and ')}.`,
    { facts: { device, user, secrets }, ...details },
  )
}

function noCommonAlgorithm({ item, device, legacy }: SshPeer, reason: string, details: object): BlackstartError {
  const remedy = legacy
    ? 'Renew its firmware: not even the legacy algorithms are common to both'
    : "Renew the device's firmware, or accept the risk with `legacy: true` in the item's options"
  return new BlackstartError(
    'protocol',
    `${item}: ${device} offers no encryption that is safe today (${reason}). ${remedy}.`,
    details,
  )
}

function levelOf(error: unknown): string | null {
  if (error === null || typeof error !== 'object' || !('level' in error)) return null
  return typeof error.level === 'string' ? error.level : null
}
