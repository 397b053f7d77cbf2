import { posix } from 'node:path'
import { BlackstartError } from '../../errors.ts'
import type { Backend, FileKind } from '../backend.ts'
import { folderOf, layoutPath } from '../layout.ts'
import type { StorageAccess } from '../storage-access.ts'
import { beginUpload } from './begin-upload.ts'
import { Leftovers } from './leftovers.ts'
import { listFiles, statFile } from './list-files.ts'
import { type RemoteFile, readFile, streamFile } from './read-file.ts'
import { entriesOf, makeFolder } from './remote-folders.ts'
import type { RemoteRepository } from './remote-repository.ts'
import { sftpFailure, sftpStatus, statusOf } from './sftp-failure.ts'
import { parseSftpPlace, sftpLocation } from './sftp-place.ts'
import type { SftpSession } from './sftp-session.ts'
import { SftpSessions } from './sftp-sessions.ts'
import { withSession } from './with-session.ts'

const kinds: readonly FileKind[] = ['key', 'lock', 'snapshot', 'index', 'pack']
/** Milliseconds without an answer after which a connection is given up. */
const defaultIdleTimeout = 60_000

/**
 * A repository in a folder of an SSH server, laid out as restic's `sftp` does (layout `default`). One connection, made on
 * first use and anew after it broke. After `write` a file survives a power cut of the server where that offers
 * `fsync@openssh.com`; other servers promise nothing. Throws `usage` where the place is malformed or no user is known.
 */
export function sftpBackend(place: string, access: StorageAccess): Backend {
  const written = parseSftpPlace(place)
  const login = access.sftp ?? {}
  const parsed = { ...written, host: login.hostName ?? written.host, port: written.port ?? login.port ?? 22 }
  const user = parsed.user ?? login.user
  if (user === undefined) throw new BlackstartError('usage', `Whom to log in as? Write sftp:USER@${parsed.host}:…`)
  const location = sftpLocation(parsed, user)
  const idleTimeout = access.idleTimeout ?? defaultIdleTimeout
  const sessions = new SftpSessions({ place: parsed, user, location, access: login, idleTimeout })
  const repository: RemoteRepository = { root: parsed.folder, location, sessions, access, leftovers: new Leftovers() }
  return {
    location,
    atOnce: 8,
    holdsUploads: false,
    resumesUploads: true,
    create: signal => withSession(repository, 'prepared', signal, session => prepare(repository, session, signal)),
    list: (kind, signal) => listFiles(repository, kind, signal),
    stat: (kind, name, signal) =>
      withSession(repository, `read (${layoutPath(kind, name)})`, signal, session =>
        statFile(repository, session, kind, name, signal),
      ),
    read: (kind, name, range, signal) =>
      withSession(repository, `read (${layoutPath(kind, name)})`, signal, session =>
        readFile(remoteFile(repository, session, kind, name), range, signal),
      ),
    stream: (kind, name, from, signal) => streamOf(repository, kind, name, from, signal),
    async write(kind, name, parts, signal) {
      const upload = await beginUpload(repository, kind, name, signal)
      try {
        for (const part of parts) await upload.append(part)
        return await upload.finish(name)
      } catch (error) {
        await upload.discard()
        throw error
      }
    },
    upload: (kind, signal) => beginUpload(repository, kind, 'upload', signal),
    remove: (kind, name, signal) =>
      withSession(repository, `changed (${layoutPath(kind, name)})`, signal, session =>
        removeFile(session, posix.join(repository.root, layoutPath(kind, name)), signal),
      ),
    [Symbol.asyncDispose]: () => sessions[Symbol.asyncDispose](),
  }
}

async function prepare({ root }: RemoteRepository, session: SftpSession, signal: AbortSignal): Promise<void> {
  const folders = kinds.map(kind => posix.join(root, folderOf(kind) ?? ''))
  for (const folder of folders) await makeFolder(session, folder, signal)
  const data = posix.join(root, 'data')
  const there = new Set<string>()
  for await (const entries of entriesOf(session, data, signal)) for (const each of entries) there.add(each.filename)
  const prefixes = Array.from({ length: 256 }, (_, prefix) => prefix.toString(16).padStart(2, '0'))
  const missing = prefixes.filter(prefix => !there.has(prefix))
  await Promise.all(missing.map(prefix => mkdir(session, posix.join(data, prefix), signal)))
  if (missing.length > 0) await session.syncFolder(data, signal)
}

/** A folder right below one that is there; another process may make it at the same moment. */
async function mkdir(session: SftpSession, folder: string, signal: AbortSignal): Promise<void> {
  try {
    await session.tell(signal, done => session.sftp.mkdir(folder, { mode: 0o700 }, done))
  } catch (error) {
    if (statusOf(error) === null || !(await session.stat(folder, signal))?.isDirectory()) throw error
  }
}

function remoteFile(
  { root, access }: RemoteRepository,
  session: SftpSession,
  kind: FileKind,
  name: string,
): RemoteFile {
  const file = layoutPath(kind, name)
  return { session, path: posix.join(root, file), file, pace: access.pace }
}

async function* streamOf(
  repository: RemoteRepository,
  kind: FileKind,
  name: string,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    const session = await repository.sessions.get(signal)
    yield* streamFile(remoteFile(repository, session, kind, name), from, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw sftpFailure(repository.location, `read (${layoutPath(kind, name)})`, error)
  }
}

async function removeFile(session: SftpSession, file: string, signal: AbortSignal): Promise<void> {
  const unlink = () => session.tell(signal, done => session.sftp.unlink(file, done))
  try {
    await unlink()
  } catch (error) {
    if (statusOf(error) === sftpStatus.noSuchFile) return
    if (statusOf(error) === null) throw error
    // Windows removes no file that may not be written.
    await session.tell(signal, done => session.sftp.chmod(file, 0o600, done))
    await unlink()
  }
  await session.syncFolder(posix.dirname(file), signal)
}
