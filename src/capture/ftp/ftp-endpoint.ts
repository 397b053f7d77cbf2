import { BlackstartError } from '../../errors.ts'
import type { Address, NeededConnection } from '../connector.ts'
import type { FtpOptions } from './ftp-options.ts'

export interface FtpEndpoint {
  readonly host: string
  readonly port: number
}

/** `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address. */
function splitAddress(address: string): { host: string; port: number | null } | null {
  const bracketed = /^\[([0-9A-Fa-f:.%\w]+)\](?::(\d{1,5}))?$/.exec(address)
  const named = /^([^:/\s]+)(?::(\d{1,5}))?$/.exec(address)
  const found = bracketed ?? named
  if (found?.[1] !== undefined) return { host: found[1], port: found[2] === undefined ? null : Number(found[2]) }
  return /^[0-9A-Fa-f:.]+(%\w+)?$/.test(address) ? { host: address, port: null } : null
}

/** Where the device's FTP server listens. Throws `site-invalid` when the site file does not say it. */
export function ftpEndpoint(target: Address<FtpOptions>): FtpEndpoint {
  const address = target.options.host ?? target.asset.address
  if (address === null) {
    throw new BlackstartError(
      'site-invalid',
      `${target.item}: the asset "${target.asset.id}" has no address. Give it one in site.yaml (address: 192.0.2.10), or set options.host.`,
    )
  }
  const split = splitAddress(address)
  const port = target.options.port ?? split?.port ?? (target.options.tls === 'implicit' ? 990 : 21)
  if (split === null || port < 1 || port > 65_535) {
    throw new BlackstartError(
      'site-invalid',
      `${target.item}: "${address}" is not an address. Correct options.host, or the asset's address, in site.yaml.`,
    )
  }
  return { host: split.host, port }
}

export function endpointLabel(endpoint: FtpEndpoint): string {
  return endpoint.host.includes(':') ? `[${endpoint.host}]:${endpoint.port}` : `${endpoint.host}:${endpoint.port}`
}

/** No device may send us to a port below it: those belong to its other services, and firewalls are not opened for them. */
export const firstDataPort = 1024

/**
 * The control connection, and the passive data connections, which go to the same host, to a port that the device chooses
 * each time. With TLS, explicit or implicit, conduits call it `ftps`. Throws as `ftpEndpoint`.
 */
export function ftpConnections(target: Address<FtpOptions>): readonly NeededConnection[] {
  const { host, port } = ftpEndpoint(target)
  const base = { protocol: target.options.tls === 'none' ? 'ftp' : 'ftps', transport: 'tcp', host } as const
  return [
    { ...base, ports: { from: port, to: port }, part: 'control' },
    { ...base, ports: { from: firstDataPort, to: 65_535 }, part: 'data' },
  ]
}
