import { hash } from 'node:crypto'
import { BlackstartError } from '../../errors.ts'
import type { SftpAccess } from '../storage-access.ts'
import { type KnownKeys, knownKeys } from './known-hosts.ts'
import type { SftpPlace } from './sftp-place.ts'

/** Decides whether a server is the one that it should be. */
export interface HostKeyCheck {
  /** Algorithms to ask the server for, the types that are known of it first, so that it shows a key that can be compared. */
  readonly algorithms: readonly HostKeyAlgorithm[]
  /** The error to throw for a key (its blob), or null where it is to be trusted. */
  refusal(key: Buffer): BlackstartError | null
}

export type HostKeyAlgorithm = (typeof algorithms)[number]['algorithm']

const algorithms = [
  { algorithm: 'ssh-ed25519', type: 'ssh-ed25519' },
  { algorithm: 'ecdsa-sha2-nistp256', type: 'ecdsa-sha2-nistp256' },
  { algorithm: 'ecdsa-sha2-nistp384', type: 'ecdsa-sha2-nistp384' },
  { algorithm: 'ecdsa-sha2-nistp521', type: 'ecdsa-sha2-nistp521' },
  { algorithm: 'rsa-sha2-512', type: 'ssh-rsa' },
  { algorithm: 'rsa-sha2-256', type: 'ssh-rsa' },
] as const

/** `access.hostKey` alone counts where there is one; else `access.knownHosts`; a server that neither knows is refused. */
export function hostKeyCheck(location: string, { host, port }: SftpPlace, access: SftpAccess): HostKeyCheck {
  const known = knownKeys(access.knownHosts ?? '', host, port)
  const types = new Set<string>(access.hostKey === undefined ? known.accepted.map(({ type }) => type) : [])
  const [first, then] = [true, false].map(wanted => algorithms.filter(({ type }) => types.has(type) === wanted))
  return {
    algorithms: [...(first ?? []), ...(then ?? [])].map(({ algorithm }) => algorithm),
    refusal: key => refusal(location, key, access.hostKey, known),
  }
}

function refusal(location: string, key: Buffer, pinned: string | undefined, known: KnownKeys): BlackstartError | null {
  const shown = fingerprint(key)
  const blob = key.toString('base64')
  const refuse = (sentence: string, facts = {}) =>
    new BlackstartError('host-key', `${location}: the server ${sentence}`, { facts: { location, shown, ...facts } })
  if (pinned !== undefined) {
    if (pinned.replace(/=+$/, '') === shown) return null
    return refuse(`shows the host key ${shown}, and only ${pinned} is accepted. ${replaced}`, { pinned })
  }
  if (known.revoked.some(each => each.blob === blob)) {
    return refuse(`shows the host key ${shown}, which known_hosts says is revoked. Somebody may stand in between.`)
  }
  if (known.accepted.some(each => each.blob === blob)) return null
  if (known.accepted.length > 0) {
    const expected = known.accepted.map(each => fingerprint(Buffer.from(each.blob, 'base64')))
    return refuse(`shows the host key ${shown}, known_hosts has ${expected.join(', ')}. ${replaced}`, { expected })
  }
  return refuse(
    `shows the host key ${shown}, which nobody has confirmed yet. Compare it with "ssh-keygen -lf" on the server itself, then add it to known_hosts.`,
  )
}

const replaced = 'If the server was replaced, correct that; if not, somebody may stand in between.'

function fingerprint(key: Buffer): string {
  return `SHA256:${hash('sha256', key, 'base64').replace(/=+$/, '')}`
}
