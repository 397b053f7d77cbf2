import { randomBytes } from 'node:crypto'
import type { Backend } from '../../storage/backend.ts'
import { damaged } from '../damage.ts'
import { Fields, isBase64, isText, isWhole } from '../fields.ts'
import { fastScrypt, type ScryptCost, scrypt } from './scrypt.ts'
import { SealingKey } from './sealing-key.ts'
import { sha256 } from './sha256.ts'

/** About half a second and 32 MiB, as restic's calibration gives on a small server. */
export const defaultCost: ScryptCost = { N: 32768, r: 8, p: 4 }
/**
 * A key file is not authenticated before it is opened, so what opening one may cost is bounded: the memory as restic bounds
 * it, and the bytes mixed, of which a processor does a quarter of a GiB in a second. restic itself asks for 32 MiB and half
 * a second.
 */
const mostMemory = 2 * 1024 ** 3
const mostMixed = 8 * 1024 ** 3
/** Bytes that scrypt gives. */
const keyBytes = 64
/** Bytes of a key file; it has about 500. */
export const mostKeyFile = 64 * 1024

/** A file of `keys/`: the repository's key, sealed with a password. */
export interface KeyFile extends ScryptCost {
  readonly created: string
  readonly username: string
  readonly hostname: string
  readonly kdf: 'scrypt'
  /** In base64, as `data`: the sealed key. */
  readonly salt: string
  readonly data: string
}

/** Throws `integrity` where the file is not what was written. */
export function parseKeyFile(backend: Backend, name: string, bytes: Uint8Array): KeyFile {
  if (bytes.byteLength > mostKeyFile) throw damaged(backend, 'key', name, 'is too long for a key file')
  if (sha256(bytes) !== name) throw damaged(backend, 'key', name, 'does not match its name, the SHA-256 of its content')
  try {
    return keyFileOf(new Fields(JSON.parse(Buffer.from(bytes).toString())))
  } catch (error) {
    throw damaged(backend, 'key', name, 'is no key file', error)
  }
}

function keyFileOf(fields: Fields): KeyFile {
  if (fields.required('kdf', isText) !== 'scrypt') throw new TypeError('its key derivation is not scrypt')
  const [N, r, p] = [fields.required('N', isWhole), fields.required('r', isWhole), fields.required('p', isWhole)]
  if (!isBearable({ N, r, p })) throw new RangeError('its scrypt cost is beyond any use')
  return {
    ...{ kdf: 'scrypt', N, r, p, created: fields.required('created', isText) },
    username: fields.optional('username', isText) ?? '',
    hostname: fields.optional('hostname', isText) ?? '',
    salt: fields.required('salt', isBase64),
    data: fields.required('data', isBase64),
  }
}

/** What scrypt takes (RFC 7914, 2), and no more than is bearable. */
function isBearable({ N, r, p }: ScryptCost): boolean {
  if (N < 2 || r < 1 || p < 1 || !Number.isInteger(Math.log2(N)) || Math.log2(N) >= 16 * r) return false
  return r * p < 2 ** 30 && 128 * r * (N + p) <= mostMemory && 128 * r * N * p <= mostMixed
}

/** The repository's key; null when the password is not this file's. Throws `integrity` where the file holds no key. */
export async function openKeyFile(
  backend: Backend,
  name: string,
  file: KeyFile,
  password: string,
): Promise<SealingKey | null> {
  const user = SealingKey.derived(await fastScrypt(password, Buffer.from(file.salt, 'base64'), keyBytes, file))
  const plain = user.open(Buffer.from(file.data, 'base64'))
  if (plain === null) return null
  try {
    return SealingKey.fromJson(plain.toString())
  } catch (error) {
    throw damaged(backend, 'key', name, 'holds no key', error)
  }
}

export async function sealKeyFile(
  master: SealingKey,
  password: string,
  facts: { readonly created: string; readonly username: string; readonly hostname: string },
  cost: ScryptCost,
): Promise<{ name: string; bytes: Uint8Array }> {
  const salt = randomBytes(64)
  const user = SealingKey.derived(await scrypt(password, salt, keyBytes, cost))
  const data = user.seal(Buffer.from(master.toJson())).toString('base64')
  const { created, username, hostname } = facts
  const { N, r, p } = cost
  const json = { created, username, hostname, kdf: 'scrypt', N, r, p, salt: salt.toString('base64'), data }
  const bytes = Buffer.from(JSON.stringify(json))
  return { name: sha256(bytes), bytes }
}
