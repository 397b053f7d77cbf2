import { createHmac } from 'node:crypto'
import { matchesPatterns } from './host-pattern.ts'

/** A public key as SSH sends it: `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa` …, and its blob in base64. */
export interface HostKey {
  readonly type: string
  readonly blob: string
}

export interface KnownKeys {
  readonly accepted: readonly HostKey[]
  /** Never to be accepted, whatever else is written. */
  readonly revoked: readonly HostKey[]
}

/**
 * The keys of a host in the text of a known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). Certificate authorities
 * are passed over, and so are lines that cannot be read.
 */
export function knownKeys(text: string, host: string, port: number): KnownKeys {
  const name = (port === 22 ? host : `[${host}]:${port}`).toLowerCase()
  const accepted: HostKey[] = []
  const revoked: HostKey[] = []
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/)
    const marker = words[0]?.startsWith('@') === true ? words.shift() : null
    const [hosts, type, blob] = words
    if (hosts === undefined || type === undefined || blob === undefined || hosts.startsWith('#')) continue
    if (marker === '@cert-authority' || !names(hosts, name)) continue
    const list = marker === '@revoked' ? revoked : accepted
    list.push({ type, blob })
  }
  return { accepted, revoked }
}

/** Whether a comma-separated list of patterns, or one hashed name, means this host. */
function names(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) return hashed(hosts, name)
  return matchesPatterns(hosts.toLowerCase().split(','), name)
}

function hashed(hosts: string, name: string): boolean {
  const [, , salt = '', hash = ''] = hosts.split('|')
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
}
