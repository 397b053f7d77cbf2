import { BlackstartError, reasonOf, systemCode } from '../../errors.ts'
import type { ListenOptions } from '../../site/site.ts'

/** Why a trigger cannot listen, and what to do. */
export function listenFailure(
  id: string,
  transport: 'udp' | 'tcp',
  { listen, port }: Pick<ListenOptions, 'listen' | 'port'>,
  error: unknown,
): BlackstartError {
  const where = `${transport.toUpperCase()} port ${port} of ${listen}`
  const facts = { listen, port, transport }
  const sentence = (words: string) =>
    new BlackstartError('refused', `trigger ${id}: ${words}`, { cause: error, facts, retry: true })
  switch (systemCode(error)) {
    case 'EADDRINUSE':
      return sentence(
        `${where} is taken by another program of this machine, or by another trigger. Stop that one, or give the trigger another port and let the devices send there.`,
      )
    case 'EACCES':
    case 'EPERM':
      return sentence(
        `this user has no right to ${where}. Give the trigger a port above 1023 and let the devices send there, or allow it in the systemd unit: AmbientCapabilities=CAP_NET_BIND_SERVICE.`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENODEV':
    case 'EINVAL':
      return sentence(
        `${listen} is no address of this machine now. Check options.listen, and that the network interface is up.`,
      )
    default:
      return sentence(`${where} cannot be listened on (${reasonOf(error)}). Check options.listen and options.port.`)
  }
}
