import { BlackstartError } from '../../errors.ts'
import type { Backend } from '../../storage/backend.ts'
import { damaged, missing, readExpected } from '../damage.ts'
import { mostKeyFile, openKeyFile, parseKeyFile } from './key-file.ts'
import type { SealingKey } from './sealing-key.ts'

/** The repository's key, and the name of the key file that the password opens. Throws `wrong-password`, or `integrity`. */
export async function searchKey(
  backend: Backend,
  password: string,
  signal: AbortSignal,
): Promise<{ key: SealingKey; name: string }> {
  let broken: unknown = null
  let tried = 0
  for await (const { name, bytes } of backend.list('key', signal)) {
    try {
      if (bytes > mostKeyFile) throw damaged(backend, 'key', name, 'is too long for a key file')
      const file = parseKeyFile(backend, name, await readExpected(backend, 'key', name, signal))
      tried += 1
      const key = await openKeyFile(backend, name, file, password)
      if (key !== null) return { key, name }
    } catch (error) {
      if (!(error instanceof BlackstartError) || error.code !== 'integrity') throw error
      broken ??= error
    }
  }
  if (broken !== null) throw broken // it may be the very key of this password
  if (tried === 0) throw missing(backend, 'key', '')
  throw new BlackstartError(
    'wrong-password',
    `${backend.location}: the password opens none of the repository's keys.`,
    {
      facts: { location: backend.location, keys: tried },
    },
  )
}
