import { posix } from 'node:path'
import { BlackstartError } from '../../errors.ts'

export interface SftpPlace {
  /** Null where the place names none. */
  readonly user: string | null
  readonly host: string
  readonly port: number
  /** Absolute, or relative to the folder that the login ends in. */
  readonly folder: string
}

/** As it is written: null where it names no port. */
export interface WrittenPlace extends Omit<SftpPlace, 'port'> {
  readonly port: number | null
}

/**
 * Reads what follows `sftp:` by restic's rules: `user@host:folder` and `//user@host:port/folder`, where a folder below the
 * login's begins after one slash and an absolute one with a second. Throws `usage`.
 */
export function parseSftpPlace(place: string): WrittenPlace {
  const parsed = place.startsWith('//') ? fromUrl(place) : fromScp(place)
  if (parsed === null) {
    throw new BlackstartError(
      'usage',
      'A repository over SFTP is written sftp:USER@HOST:/FOLDER or sftp://USER@HOST:PORT//FOLDER, without a password.',
    )
  }
  if (parsed.folder.startsWith('~')) {
    throw new BlackstartError(
      'usage',
      'SFTP servers do not know ~: leave it out, a folder without a slash at its beginning lies below the home folder.',
      { facts: { folder: parsed.folder } },
    )
  }
  return parsed
}

/** The place in restic's words, as parseSftpPlace reads it, with the user that logs in. */
export function sftpLocation({ host, port, folder }: SftpPlace, user: string): string {
  const name = host.includes(':') ? `[${host}]` : host
  return port === 22 ? `sftp:${user}@${name}:${folder}` : `sftp://${encodeURIComponent(user)}@${name}:${port}/${folder}`
}

function fromUrl(place: string): WrittenPlace | null {
  // A scheme that URL knows, so that it takes the host apart.
  const url = URL.parse(`http:${place}`)
  if (url === null || url.password !== '' || url.pathname === '/' || url.search !== '' || url.hash !== '') return null
  const port = /^[^/]*:(\d+)$/.exec(place.slice(2).split('/', 1)[0] ?? '')?.[1]
  const [user, folder] = [url.username, url.pathname.slice(1)].map(decoded)
  if (user === undefined || folder === undefined) return null
  return {
    user: user === '' ? null : user,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === undefined ? null : Number(port),
    folder: posix.normalize(folder),
  }
}

/** Undefined where a percent sign begins no character. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function fromScp(place: string): WrittenPlace | null {
  const found = /^(?:(?<user>[^:]*)@)?(?:\[(?<address>[^\]]+)\]|(?<name>[^:@/]+)):(?<folder>.+)$/s.exec(place)?.groups
  if (found === undefined) return null
  const { user, address, name, folder = '' } = found
  return { user: user ?? null, host: address ?? name ?? '', port: null, folder: posix.normalize(folder) }
}
