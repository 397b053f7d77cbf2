import { BlockList, isIP } from 'node:net'
import { z } from 'zod'
import { secretNamePattern } from '../../secrets/secret-store.ts'

// What the options of several kinds of channels are made of; each message says what is allowed.

const hostAllowed = 'a host name or an IP address, without protocol or port'
export const hostOption = z.string(hostAllowed).refine(isHost, hostAllowed)

function isHost(text: string): boolean {
  if (isIP(text) !== 0) return true
  return /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(text) && !text.includes('..')
}

const portAllowed = 'a port from 1 to 65535'
export const portOption = z.int(portAllowed).min(1, portAllowed).max(65_535, portAllowed)

const secretAllowed = 'the name of a secret, which blackstart secrets set NAME keeps'
export const secretOption = z.string(secretAllowed).regex(secretNamePattern, secretAllowed)

const fileAllowed = 'a file in PEM; relative to the site folder'
export const fileOption = z.string(fileAllowed).regex(/^[^\p{Cc}]{1,4096}$/u, fileAllowed)

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

/** Whether what is sent there stays on this machine. */
export function isLoopback(host: string): boolean {
  const version = isIP(host)
  if (version === 0) return host.toLowerCase() === 'localhost'
  return loopback.check(host, version === 6 ? 'ipv6' : 'ipv4')
}
