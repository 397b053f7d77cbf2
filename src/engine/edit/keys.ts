import { BlackstartError } from '../../errors.ts'
import type { Backend } from '../../storage/backend.ts'
import { findFile } from '../browse/find-file.ts'
import { openKeyFile, parseKeyFile, sealKeyFile } from '../crypto/key-file.ts'
import { readExpected } from '../damage.ts'
import type { RepositoryLock } from '../lock/repository-lock.ts'
import type { Repository } from '../repository.ts'

/** Who a key is for; by default as the repository was opened. */
export interface KeyOwner {
  readonly hostname?: string
  readonly username?: string
}

/**
 * Gives the repository a further password, whose key is opened with it once it is written; returns the key's id. `lock` is a
 * shared one at least.
 */
export async function addKey(
  repository: Repository,
  lock: RepositoryLock,
  password: string,
  owner: KeyOwner,
  signal: AbortSignal,
): Promise<string> {
  if (password === '') throw new BlackstartError('usage', 'A repository needs a password that is not empty.')
  const { backend, key, now, scrypt } = repository
  lock.demand('shared')
  const { hostname, username } = { hostname: repository.hostname, username: repository.username, ...owner }
  const facts = { hostname, username, created: now().toISOString() }
  const { name, bytes } = await sealKeyFile(key, password, facts, scrypt)
  await backend.write('key', name, [bytes], signal)
  const file = parseKeyFile(backend, name, await readExpected(backend, 'key', name, signal))
  if ((await openKeyFile(backend, name, file, password)) !== null) return name
  await backend.remove('key', name, signal)
  throw new BlackstartError(
    'integrity',
    `${backend.location}: the new key could not be opened with its own password, and was removed. The memory or the processor of this machine is faulty: have it tested.`,
  )
}

/**
 * Takes a password away; `word` is its key's id or the beginning of it. Throws `refused` for the key that opened the
 * repository, and for the last one. `lock` is an exclusive one. Returns the id.
 */
export async function removeKey(
  repository: Repository,
  lock: RepositoryLock,
  word: string,
  signal: AbortSignal,
): Promise<string> {
  const { backend } = repository
  lock.demand('exclusive')
  const id = await findFile(backend, 'key', word, signal)
  if (id === repository.keyId) {
    throw new BlackstartError(
      'refused',
      `${id.slice(0, 8)} is the key that opened the repository: it is not removed. Open it with another password, or change this one.`,
      { facts: { key: id } },
    )
  }
  await refuseLast(repository, id, signal)
  await lock.assertHeld()
  await backend.remove('key', id, signal)
  return id
}

/** Another may have removed the key that opened the repository meanwhile. */
async function refuseLast(repository: Repository, id: string, signal: AbortSignal): Promise<void> {
  const { backend } = repository
  for await (const { name } of backend.list('key', signal))
    if (name !== id && (await isSound(backend, name, signal))) return
  throw new BlackstartError(
    'refused',
    `${id.slice(0, 8)} is the last key of ${repository.backend.location}: it is not removed. Add another password first.`,
    { facts: { key: id } },
  )
}

async function isSound(backend: Backend, name: string, signal: AbortSignal): Promise<boolean> {
  try {
    parseKeyFile(backend, name, await readExpected(backend, 'key', name, signal))
    return true
  } catch (error) {
    if (error instanceof BlackstartError && error.code === 'integrity') return false
    throw error
  }
}

/** Puts a new password in the place of the one that opened the repository; `lock` is an exclusive one. Returns the new key's id. */
export async function changePassword(
  repository: Repository,
  lock: RepositoryLock,
  password: string,
  owner: KeyOwner,
  signal: AbortSignal,
): Promise<string> {
  lock.demand('exclusive')
  const added = await addKey(repository, lock, password, owner, signal)
  await lock.assertHeld()
  await repository.backend.remove('key', repository.keyId, signal)
  return added
}
