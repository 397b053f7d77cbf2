import { randomBytes, scrypt } from 'node:crypto'
import { z } from 'zod'
import type { Backend } from '../../storage/backend.ts'
import { damaged } from '../damage.ts'
import { SealingKey } from './sealing-key.ts'
import { sha256 } from './sha256.ts'

export interface ScryptCost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** About half a second and 32 MiB, as restic's calibration gives on a small server. */
export const defaultCost: ScryptCost = { N: 32768, r: 8, p: 4 }
/** Bytes that opening one key may take: a key file is not authenticated before it is opened. */
const mostMemory = 2 * 1024 ** 3

const schema = z.object({
  created: z.string(),
  username: z.string().default(''),
  hostname: z.string().default(''),
  kdf: z.literal('scrypt'),
  N: z.int().min(2),
  r: z.int().min(1),
  p: z.int().min(1),
  salt: z.base64(),
  data: z.base64(),
})

/** A file of `keys/`: the repository's key, sealed with a password. */
export type KeyFile = z.infer<typeof schema>

/** Throws `integrity` where the file is not what was written. */
export function parseKeyFile(backend: Backend, name: string, bytes: Uint8Array): KeyFile {
  if (sha256(bytes) !== name) throw damaged(backend, 'key', name, 'does not match its name, the SHA-256 of its content')
  try {
    const file = schema.parse(JSON.parse(Buffer.from(bytes).toString()))
    if (128 * file.N * file.r > mostMemory) throw new Error('its scrypt cost is beyond any use')
    return file
  } catch (error) {
    throw damaged(backend, 'key', name, 'is no key file', error)
  }
}

/** The repository's key; null when the password is not this file's. */
export async function openKeyFile(file: KeyFile, password: string): Promise<SealingKey | null> {
  const user = await derive(password, Buffer.from(file.salt, 'base64'), file)
  const plain = user.open(Buffer.from(file.data, 'base64'))
  return plain === null ? null : SealingKey.fromJson(plain.toString())
}

export async function sealKeyFile(
  master: SealingKey,
  password: string,
  facts: { readonly created: string; readonly username: string; readonly hostname: string },
  cost: ScryptCost,
): Promise<{ name: string; bytes: Uint8Array }> {
  const salt = randomBytes(64)
  const user = await derive(password, salt, cost)
  const data = user.seal(Buffer.from(master.toJson())).toString('base64')
  const { created, username, hostname } = facts
  const { N, r, p } = cost
  const json = { created, username, hostname, kdf: 'scrypt', N, r, p, salt: salt.toString('base64'), data }
  const bytes = Buffer.from(JSON.stringify(json))
  return { name: sha256(bytes), bytes }
}

function derive(password: string, salt: Uint8Array, { N, r, p }: ScryptCost): Promise<SealingKey> {
  const { promise, resolve, reject } = Promise.withResolvers<SealingKey>()
  scrypt(password, salt, 64, { N, r, p, maxmem: 128 * N * r + 128 * r * p + 2 ** 20 }, (error, bytes) => {
    if (error === null) resolve(SealingKey.derived(bytes))
    else reject(error)
  })
  return promise
}
