import assert from 'node:assert/strict'
import type { Backend } from '../../storage/backend.ts'
import { soundIndex } from '../check/check-files.ts'
import { isDamage } from '../check/problem.ts'
import { sha256 } from '../crypto/sha256.ts'
import type { BlobIndex } from '../index/blob-index.ts'
import { readBlob } from '../index/read-blob.ts'
import type { BlobType } from '../pack/pack-header.ts'
import { readPackHeader } from '../repair/read-pack-header.ts'
import type { Repository } from '../repository.ts'
import { decodeTree } from '../tree/tree-json.ts'
import type { KnownSnapshot } from './known-snapshot.ts'
import { memoryBackend } from './memory-backend.ts'
import type { Repair } from './operation.ts'
import type { Place } from './place.ts'
import { inflict, mirror } from './wound.ts'

/** What a damage takes away, and no repair can bring back. */
export interface Loss {
  /** Snapshots whose trees or files have lost something, and what they become; null where nothing is left. */
  readonly changed: ReadonlyMap<string, KnownSnapshot | null>
  /** Snapshots whose own file is damaged. */
  readonly unreadable: ReadonlySet<string>
  /** Nothing of what snapshots need is lost. */
  readonly isWhole: boolean
  /** A copy of the files from before. */
  readonly mirror: Backend | null
}

/** Damages files, and finds out what is lost by that: what neither the repository has nor the second one, for a repair out of that. */
export async function damage(
  place: Place,
  second: Place,
  { wounds, from }: Repair,
  signal: AbortSignal,
): Promise<Loss> {
  const repository = await place.open(signal)
  const roots = new Map((await repository.snapshots(signal)).map(({ id, tree }) => [id, tree]))
  const before = await portraits(roots, (type, id) => repository.blob(type, id, signal))
  const copy = memoryBackend(new Map(), 'memory:mirror')
  if (from === 'mirror') await mirror(place.storage, copy, signal)
  const unreadable = new Set<string>()
  for (const wound of wounds) {
    const name = await inflict(place.storage, wound, signal)
    if (wound.kind === 'snapshot' && name !== null) unreadable.add(name)
  }
  if (from === 'mirror') return { changed: new Map(), unreadable: new Set(), isWhole: true, mirror: copy }
  for (const id of unreadable) roots.delete(id)
  const readers = [await findable(repository, 'with headers', signal)]
  if (from === 'second') readers.push(await findable(await second.open(signal), 'by index', signal))
  const { isWhole, read } = reading(readers)
  const after = await portraits(roots, read)
  const changed = new Map<string, KnownSnapshot | null>()
  for (const [id, portrait] of after) {
    const known = place.expected.get(id)
    assert.ok(known !== undefined && before.get(id) != null)
    if (!isSame(portrait, before.get(id))) changed.set(id, leftOf(id, known, before.get(id) ?? new Map(), portrait))
  }
  if (from === 'itself' && wounds.every(({ kind }) => kind === 'index')) assert.ok(isWhole())
  return { changed, unreadable, isWhole: isWhole(), mirror: null }
}

type BlobReader = (type: BlobType, id: string) => Promise<Buffer | null>

/** Reads what a file of the index, or also a pack's own header, tells the place of. */
async function findable(
  repository: Repository,
  how: 'by index' | 'with headers',
  signal: AbortSignal,
): Promise<BlobReader> {
  const { backend, key } = repository
  const { index } = await soundIndex(repository, () => undefined, signal)
  if (how === 'with headers') await addHeaders(index, repository, signal)
  return async (type, id) => {
    const found = await readBlob(backend, key, index.all(type, id), signal)
    return Buffer.isBuffer(found) ? found : null
  }
}

async function addHeaders(index: BlobIndex, repository: Repository, signal: AbortSignal): Promise<void> {
  for await (const { name, bytes } of repository.backend.list('pack', signal)) {
    try {
      index.add('headers', [{ id: name, blobs: await readPackHeader(repository, name, bytes, signal) }])
    } catch (error) {
      if (!isDamage(error)) throw error
    }
  }
}

/** From the first that has it. */
function reading(readers: readonly BlobReader[]): { isWhole: () => boolean; read: BlobReader } {
  let isWhole = true
  const read: BlobReader = async (type, id) => {
    for (const reader of readers) {
      const found = await reader(type, id)
      if (found !== null) return found
    }
    isWhole = false
    return null
  }
  return { isWhole: () => isWhole, read }
}

/** Hashes of files by path; a folder's path ends with a slash, and it has none. */
type Portrait = ReadonlyMap<string, string>

/** Of snapshots by id, whose trees are given; null where that of the root cannot be read. */
async function portraits(roots: ReadonlyMap<string, string>, read: BlobReader): Promise<Map<string, Portrait | null>> {
  const blobs = new Map<string, Promise<Buffer | null>>()
  const once: BlobReader = (type, id) => {
    const blob = blobs.get(`${type} ${id}`) ?? read(type, id)
    blobs.set(`${type} ${id}`, blob)
    return blob
  }
  const found = new Map<string, Portrait | null>()
  for (const [id, tree] of roots) found.set(id, await portraitOf(tree, '', once))
  return found
}

async function portraitOf(tree: string, prefix: string, read: BlobReader): Promise<Portrait | null> {
  const bytes = await read('tree', tree)
  if (bytes === null) return null
  const portrait = new Map<string, string>()
  for (const { name, subtree, content } of decodeTree(bytes) ?? []) {
    if (subtree === undefined) {
      const parts = await Promise.all((content ?? []).map(id => read('data', id)))
      portrait.set(`${prefix}${name}`, sha256(Buffer.concat(parts.filter(part => part !== null))))
      continue
    }
    portrait.set(`${prefix}${name}/`, '')
    for (const [path, hash] of (await portraitOf(subtree, `${prefix}${name}/`, read)) ?? []) portrait.set(path, hash)
  }
  return portrait
}

function isSame(a: Portrait | null | undefined, b: Portrait | null | undefined): boolean {
  return JSON.stringify([...(a ?? [])]) === JSON.stringify([...(b ?? [])]) && (a == null) === (b == null)
}

function leftOf(id: string, known: KnownSnapshot, before: Portrait, after: Portrait | null): KnownSnapshot | null {
  if (after === null) return null
  const files = [...after].filter(([path]) => !path.endsWith('/'))
  const left = files.map(([path, hash]) => [path, hash === before.get(path) ? (known.files[path] ?? hash) : hash])
  return { ...known, files: Object.fromEntries(left), original: id }
}
