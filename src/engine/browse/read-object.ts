import { createHash } from 'node:crypto'
import { BlackstartError } from '../../errors.ts'
import { damaged, readExpected } from '../damage.ts'
import type { BlobType } from '../pack/pack-header.ts'
import type { Repository } from '../repository.ts'
import { readUnpacked } from '../unpacked.ts'
import { findFile } from './find-file.ts'

export const jsonObjects = ['config', 'index', 'snapshot', 'key', 'lock'] as const
export type JsonObject = (typeof jsonObjects)[number]

/** What a file of the repository says; `word` is its id or the beginning of it. Throws `not-found`, `usage`, `integrity`. */
export async function readJsonObject(
  repository: Repository,
  kind: JsonObject,
  word: string,
  signal: AbortSignal,
): Promise<unknown> {
  const { backend, key } = repository
  if (kind === 'config') {
    const plain = key.open(await readExpected(backend, 'config', 'config', signal))
    if (plain === null) throw damaged(backend, 'config', 'config', "was not sealed with this repository's key")
    return JSON.parse(plain.toString())
  }
  const name = await findFile(backend, kind, word, signal)
  if (kind !== 'key') return await readUnpacked(backend, key, kind, name, signal)
  return JSON.parse(Buffer.from(await readExpected(backend, 'key', name, signal)).toString())
}

/** A pack as it is stored. Throws `integrity` at its end where it is not what its name says. */
export async function* readPack(repository: Repository, word: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { backend } = repository
  const name = await findFile(backend, 'pack', word, signal)
  const hash = createHash('sha256')
  for await (const piece of backend.stream('pack', name, 0, signal)) {
    hash.update(piece)
    yield piece
  }
  if (hash.digest('hex') === name) return
  throw damaged(backend, 'pack', name, 'does not match its name, the SHA-256 of its content')
}

/** The plain content of a blob of either kind. Throws `not-found`, `usage`, `integrity`. */
export async function readBlobObject(repository: Repository, word: string, signal: AbortSignal): Promise<Buffer> {
  const { type, id } = await findBlob(repository, word, signal)
  return await repository.blob(type, id, signal)
}

async function findBlob(
  repository: Repository,
  word: string,
  signal: AbortSignal,
): Promise<{ type: BlobType; id: string }> {
  const index = await repository.refresh(signal)
  const isWhole = /^[0-9a-f]{64}$/.test(word)
  const whole = (['data', 'tree'] as const).find(type => isWhole && index.has(type, word))
  if (whole !== undefined) return { type: whole, id: word }
  const found = new Map<string, { type: BlobType; id: string }>()
  for (let number = 0; /^[0-9a-f]+$/.test(word) && number < index.entries; number += 1) {
    const { type, id } = index.location(number)
    if (id.startsWith(word)) found.set(id, { type, id })
  }
  const [first] = found.values()
  if (first !== undefined && found.size === 1) return first
  const facts = { word }
  throw first === undefined
    ? new BlackstartError('not-found', `${repository.backend.location}: no index knows a blob "${word}".`, { facts })
    : new BlackstartError('usage', `"${word}" begins ${found.size} blob ids: write more of it.`, { facts })
}
