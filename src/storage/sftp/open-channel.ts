import type { SFTPWrapper } from 'ssh2'
import { BlackstartError, reasonOf } from '../../errors.ts'
import { connectionLost, wentSilent } from './sftp-failure.ts'
import type { SshLogin, SshTarget } from './ssh-login.ts'

/** Opens the SFTP subsystem. Where it fails, the connection is ended. */
export async function openChannel(
  { location, idleTimeout }: SshTarget,
  { client, socket }: SshLogin,
  signal: AbortSignal,
): Promise<SFTPWrapper> {
  const { promise, resolve, reject } = Promise.withResolvers<SFTPWrapper>()
  const abort = () => reject(signal.reason)
  const silent = () => reject(wentSilent(location, idleTimeout))
  signal.addEventListener('abort', abort)
  socket.on('timeout', silent)
  client.on('close', () => reject(connectionLost(location, 'closed by the server')))
  client.sftp((error, sftp) => {
    const sentence = `${location}: the server let us in but opened no SFTP session (${reasonOf(error)}). Switch SFTP on for this user.`
    if (error) reject(new BlackstartError('storage', sentence, { cause: error, facts: { location } }))
    else resolve(sftp)
  })
  try {
    signal.throwIfAborted()
    return await promise
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
    socket.off('timeout', silent)
  }
}
