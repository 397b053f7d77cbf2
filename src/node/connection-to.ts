import type { NeededConnection } from '../policy/facts.ts'

const usualPorts: Readonly<Record<string, number>> = { http: 80, https: 443, ldap: 389, ldaps: 636 }

/** What opening a URL of http, https, ldap or ldaps needs. */
export function connectionTo(url: string): NeededConnection {
  const { protocol, hostname, port } = new URL(url)
  const word = protocol.slice(0, -1)
  const number = port === '' ? (usualPorts[word] ?? 0) : Number(port)
  return {
    ...{ protocol: word, transport: 'tcp', host: hostname.replace(/^\[|\]$/g, '') },
    ...{ ports: { from: number, to: number }, part: 'control' },
  }
}
