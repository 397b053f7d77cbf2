import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { BlackstartError, systemCode } from '../errors.ts'
import { writeDurably } from './write-durably.ts'

const sealedSecret = z.strictObject({
  /** When it was set; ISO 8601. */
  set: z.string(),
  nonce: z.base64(),
  sealed: z.base64(),
})
const secretsFile = z.strictObject({ format: z.literal(1), secrets: z.record(z.string(), sealedSecret) })

type SecretsFile = z.infer<typeof secretsFile>

export interface SecretName {
  readonly name: string
  /** ISO 8601. */
  readonly set: string
}

/** Credentials, encrypted at rest with AES-256-GCM; a secret's name is bound to its bytes, so that two cannot be swapped. */
export interface SecretStore {
  /** Null where no such secret is set. Throws `integrity` where it was damaged or sealed with another key. */
  get(name: string): string | null
  list(): readonly SecretName[]
  /** Durable when the promise resolves. */
  set(name: string, value: string, now: Date): Promise<void>
  /** False where there was none. */
  remove(name: string): Promise<boolean>
}

export const secretNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/

/**
 * Opens the secrets of a site; `key` is 32 bytes, derived from the repository's master key, `alone` keeps other processes from
 * changing the file until it is disposed of. A missing file is an empty store; one that cannot be read is an error only for
 * whoever needs a secret, for a restore needs none.
 */
export async function openSecretStore(
  file: string,
  key: Uint8Array,
  alone: () => Promise<AsyncDisposable>,
): Promise<SecretStore> {
  let opened = await readOrError(file)
  let last: Promise<unknown> = Promise.resolve()
  // one change after another, each of what the file holds then: another process may have changed it since
  const changing = <Result>(change: (held: SecretsFile) => Result | null): Promise<Result | null> => {
    const turn = last.then(async () => {
      await using _alone = await alone()
      const held = await read(file)
      const result = change(held)
      if (result !== null) await write(file, held)
      opened = held
      return result
    })
    last = turn.catch(() => undefined)
    return turn
  }
  const readable = (): SecretsFile => {
    if (opened instanceof BlackstartError) throw opened
    return opened
  }
  return {
    get(name) {
      const held = readable()
      const entry = Object.hasOwn(held.secrets, name) ? held.secrets[name] : undefined
      return entry === undefined ? null : unseal(file, key, name, entry)
    },
    list: () => Object.entries(readable().secrets).map(([name, { set }]) => ({ name, set })),
    async set(name, value, now) {
      if (!secretNamePattern.test(name)) {
        throw new BlackstartError('usage', `"${name}" cannot name a secret: use letters, digits, dots and hyphens.`)
      }
      await changing(held => {
        held.secrets[name] = { set: now.toISOString(), ...seal(key, name, value) }
        return true
      })
    },
    async remove(name) {
      const removed = await changing(held => {
        if (!Object.hasOwn(held.secrets, name)) return null
        delete held.secrets[name]
        return true
      })
      return removed === true
    },
  }
}

/** The names of those that are set, which no key is needed for; null where the file cannot be read. */
export async function setSecrets(file: string): Promise<ReadonlySet<string> | null> {
  const held = await readOrError(file)
  return held instanceof BlackstartError ? null : new Set(Object.keys(held.secrets))
}

async function readOrError(file: string): Promise<SecretsFile | BlackstartError> {
  try {
    return await read(file)
  } catch (error) {
    if (error instanceof BlackstartError) return error
    throw error
  }
}

async function read(file: string): Promise<SecretsFile> {
  try {
    const held = secretsFile.parse(JSON.parse(await readFile(file, 'utf8')))
    return { format: 1, secrets: Object.assign(Object.create(null), held.secrets) }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { format: 1, secrets: Object.create(null) }
    throw new BlackstartError(
      'integrity',
      `The secrets in ${file} cannot be read. Bring them back as they were: pick a version from "blackstart versions node/secrets", restore it (blackstart restore node/secrets@VERSION --to ${path.dirname(file)}).`,
      { cause: error, facts: { file } },
    )
  }
}

function write(file: string, held: SecretsFile): Promise<void> {
  return writeDurably(file, `${JSON.stringify(held, null, 1)}\n`)
}

function seal(key: Uint8Array, name: string, value: string): { nonce: string; sealed: string } {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name))
  const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return { nonce: nonce.toString('base64'), sealed: sealed.toString('base64') }
}

function unseal(file: string, key: Uint8Array, name: string, entry: z.infer<typeof sealedSecret>): string {
  const sealed = Buffer.from(entry.sealed, 'base64')
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, Buffer.from(entry.nonce, 'base64'))
      .setAAD(Buffer.from(name))
      .setAuthTag(sealed.subarray(-16))
    return Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]).toString('utf8')
  } catch (error) {
    throw new BlackstartError(
      'integrity',
      `The secret "${name}" in ${file} is damaged, or belongs to another repository. Set it again: blackstart secrets set ${name}`,
      { cause: error, facts: { file, name } },
    )
  }
}
