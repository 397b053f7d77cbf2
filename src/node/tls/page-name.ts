import { X509Certificate } from 'node:crypto'
import { isIP, SocketAddress } from 'node:net'
import { isDnsName } from './server-certificate.ts'

/** The names and addresses that a certificate in PEM holds, in its order; patterns (`*.plant.example`) are none. */
export function namesIn(certificate: string): readonly string[] {
  const { subjectAltName = '' } = new X509Certificate(certificate)
  return subjectAltName.split(', ').flatMap(text => {
    const [, kind, name = ''] = /^(DNS|IP Address):(.+)$/.exec(text) ?? []
    if (kind === 'DNS') return isDnsName(name) ? [name.toLowerCase()] : []
    return kind !== undefined && isIP(name) !== 0 ? [asWritten(name)] : []
  })
}

/** As browsers write it: `fd00::1`. */
function asWritten(address: string): string {
  return new SocketAddress({ address, family: isIP(address) === 6 ? 'ipv6' : 'ipv4' }).address
}

export interface PageNameParts {
  /** Where the node listens. */
  readonly host: string
  /** By which it is reached, those that people chose first. */
  readonly names: readonly string[]
  /** PEM; null without TLS. */
  readonly certificate: string | null
}

/**
 * The name to print in the page's address: one that the certificate has, where it has one. By name before address, for a
 * passkey belongs to none; where it listens everywhere, one that others can open.
 */
export function pageName({ host, names, certificate }: PageNameParts): string {
  const candidates = candidatesOf(host, names)
  if (certificate === null) return candidates[0] ?? 'localhost'
  const own = new X509Certificate(certificate)
  const holds = (name: string) => (isIP(name) === 0 ? own.checkHost(name) : own.checkIP(name)) !== undefined
  return candidates.find(holds) ?? namesIn(certificate)[0] ?? candidates[0] ?? 'localhost'
}

function candidatesOf(host: string, names: readonly string[]): readonly string[] {
  if (host === '0.0.0.0' || host === '::') return [...names, 'localhost']
  if (host === '127.0.0.1' || host === '::1') return ['localhost', host, ...names]
  return [host, ...names]
}
