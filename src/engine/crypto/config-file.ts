import { randomBytes } from 'node:crypto'
import { BlackstartError } from '../../errors.ts'
import type { Backend } from '../../storage/backend.ts'
import { isIrreducible, polynomialDegree, randomPolynomial } from '../chunker/polynomial.ts'
import { damaged } from '../damage.ts'
import { Fields, isId, isText, isWhole } from '../fields.ts'
import type { SealingKey } from './sealing-key.ts'

export interface Config {
  readonly id: string
  readonly polynomial: bigint
}

/** A new repository's `config`: version 2, a random id, and a random polynomial where none is given. */
export function newConfig(key: SealingKey, polynomial = randomPolynomial(randomBytes)): Uint8Array {
  return sealConfig(key, { id: randomBytes(32).toString('hex'), polynomial })
}

/** The only sealed file that is never compressed: its version is read before anything else is known. */
export function sealConfig(key: SealingKey, { id, polynomial }: Config): Uint8Array {
  const config = { version: 2, id, chunker_polynomial: polynomial.toString(16) }
  return key.seal(Buffer.from(JSON.stringify(config)))
}

/** Throws `integrity`, or `unsupported` for a repository of another version. */
export function openConfig(backend: Backend, key: SealingKey, bytes: Uint8Array): Config {
  const plain = key.open(bytes)
  if (plain === null) throw damaged(backend, 'config', 'config', "was not sealed with this repository's key")
  const parsed = parse(backend, plain.toString())
  if (parsed.version !== 2) {
    throw new BlackstartError(
      'unsupported',
      `${backend.location}: the repository has format version ${parsed.version}; this program reads version 2. Run "restic migrate upgrade_repo_v2" on it first.`,
      { facts: { version: parsed.version } },
    )
  }
  const polynomial = BigInt(`0x${parsed.polynomial}`)
  if (polynomial >> BigInt(polynomialDegree) !== 1n || !isIrreducible(polynomial)) {
    throw damaged(backend, 'config', 'config', 'names a chunker polynomial that cannot be used')
  }
  return { id: parsed.id, polynomial }
}

interface ConfigText {
  readonly version: number
  readonly id: string
  /** Hexadecimal. */
  readonly polynomial: string
}

function parse(backend: Backend, text: string): ConfigText {
  try {
    const fields = new Fields(JSON.parse(text))
    const version = fields.required('version', isWhole)
    return { version, id: fields.required('id', isId), polynomial: fields.required('chunker_polynomial', isPolynomial) }
  } catch (error) {
    throw damaged(backend, 'config', 'config', 'holds no repository configuration', error)
  }
}

function isPolynomial(value: unknown): value is string {
  return isText(value) && /^[0-9a-f]{1,16}$/.test(value)
}
