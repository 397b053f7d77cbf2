import type { ClientChannel } from 'ssh2'
import { noShell } from './cli-failure.ts'
import type { CliLink } from './cli-link.ts'

/** Wide and long, so that a device that obeys it neither wraps nor pages. */
const terminal = { term: 'vt100', cols: 512, rows: 1000 }

/**
 * Opens a channel that runs `command`, or a shell on a terminal where it is null. `born` gets the channel at once: the
 * promise resolves later, when events of the channel may already have passed.
 */
export async function openChannel(
  link: CliLink,
  command: string | null,
  born: (channel: ClientChannel) => void = () => undefined,
): Promise<ClientChannel> {
  const { connection, peer, target } = link
  const { promise, resolve, reject } = Promise.withResolvers<ClientChannel>()
  const opened = (error: Error | undefined, channel: ClientChannel) => {
    if (error !== undefined) return reject(error)
    born(channel)
    resolve(channel)
  }
  const end = () => reject(connection.ended.reason)
  const timer = setTimeout(() => reject(new Error('no answer in time')), target.timeouts.idle)
  connection.ended.addEventListener('abort', end)
  try {
    if (command === null) connection.client.shell(terminal, opened)
    else connection.client.exec(command, opened)
    return await promise
  } catch (error) {
    connection.ended.throwIfAborted()
    throw noShell(peer, command, error)
  } finally {
    clearTimeout(timer)
    connection.ended.removeEventListener('abort', end)
  }
}
