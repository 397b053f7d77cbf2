import { BlockList, isIP } from 'node:net'

/** Machines of a zone: `10.1.3.0/24`, an address, or a host name. */
export type ZoneNetwork =
  | { readonly kind: 'network'; readonly address: string; readonly prefix: number; readonly family: 'ipv4' | 'ipv6' }
  | { readonly kind: 'name'; readonly name: string }

/** Null for what is none of them. */
export function readZoneNetwork(text: string): ZoneNetwork | null {
  const [address = '', prefix, ...more] = text.split('/')
  const version = isIP(address)
  if (version === 0) {
    const isName = /^(?=.{1,253}$)[A-Za-z](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(text) && !text.includes('..')
    return isName ? { kind: 'name', name: text.toLowerCase() } : null
  }
  const most = version === 4 ? 32 : 128
  if (more.length > 0 || address.includes('%') || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return null
  const length = prefix === undefined ? most : Number(prefix)
  if (length > most) return null
  return { kind: 'network', address, prefix: length, family: version === 4 ? 'ipv4' : 'ipv6' }
}

/** Whether a machine is one of them. */
export function holdsHost(network: ZoneNetwork, host: string): boolean {
  if (network.kind === 'name') return network.name === host.toLowerCase()
  const version = isIP(host)
  if (version !== (network.family === 'ipv4' ? 4 : 6)) return false
  const list = new BlockList()
  list.addSubnet(network.address, network.prefix, network.family)
  return list.check(host, network.family)
}
