import path from 'node:path'
import type { ConnectionOptions } from 'node:tls'
import { BlackstartError, plainReason } from '../../errors.ts'
import { readSmallFile } from '../small-file.ts'
import type { ChannelTarget } from './channel.ts'

interface TlsOptions {
  /** The certificates of the authorities that are trusted, instead of the usual ones. */
  readonly ca?: string | undefined
  /** The name that the receiver's certificate must hold, where it is not the host. */
  readonly serverName?: string | undefined
}

/** How the receiver is checked: always. Throws `not-found` where the file of authorities cannot be read. */
export async function tlsSettings(target: ChannelTarget<TlsOptions>): Promise<ConnectionOptions> {
  const { ca, serverName } = target.options
  return {
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca: await readPem(target, 'ca', ca) }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  }
}

export async function readPem(target: ChannelTarget<unknown>, option: string, name: string): Promise<string> {
  const file = path.resolve(target.folder, name)
  try {
    return await readSmallFile(file)
  } catch (error) {
    const sentence = `${target.id}: ${file} cannot be read: ${plainReason(error)}. Check options.${option} of this channel.`
    throw new BlackstartError('not-found', sentence, { cause: error, facts: { file } })
  }
}
