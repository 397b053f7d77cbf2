/** What the tests of a repository's life share: small snapshots without files on disk, and reading them back. */
import assert from 'node:assert/strict'
import type { Backend, FileKind } from '../../storage/backend.ts'
import { check } from '../check.ts'
import { sha256 } from '../crypto/sha256.ts'
import type { Repository } from '../repository.ts'
import { pieces, pseudoRandom } from '../test-repository.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import { openWriter } from '../writer.ts'

const signal = AbortSignal.timeout(3_600_000)
const time = '2026-01-02T03:04:05Z'

export type Contents = Readonly<Record<string, Buffer>>

/** Stores the files, `folder/name` or `name`, as one snapshot; returns its id. */
export async function store(repository: Repository, contents: Contents, at = time): Promise<string> {
  await using lock = await repository.lockWithin('shared', { atMost: 60_000 }, signal)
  await using writer = await openWriter(repository, lock, signal)
  const folders = new Map<string, TreeNode[]>([['', []]])
  for (const [path, bytes] of Object.entries(contents)) {
    const { content } = await writer.addFile(pieces(bytes), signal)
    const [folder = '', name = ''] = path.includes('/') ? path.split('/') : ['', path]
    const node = { name, type: 'file', content, size: bytes.length, ...plainNode } as const
    folders.set(folder, [...(folders.get(folder) ?? []), node])
  }
  const root = folders.get('') ?? []
  for (const [name, nodes] of folders) {
    if (name === '') continue
    root.push({ name, type: 'dir', content: null, subtree: await writer.addTree(nodes, signal), ...plainNode })
  }
  const tree = await writer.addTree(root, signal)
  const id = writer.addSnapshot({ time: at, tree, paths: ['/'], hostname: 'lab', username: '', tags: [] })
  await writer.commit(signal)
  return id
}

/** What captures by other processes store: by its number, and sharing some with those of other numbers. */
export function contentsOf(number: number): Contents {
  return {
    shared: pseudoRandom(number % 3, 700_000),
    own: pseudoRandom(1000 + number, 300_000),
    'plc/part': pseudoRandom(number % 7, 200_000),
  }
}

const plainNode = { mode: 0o644, mtime: time, atime: time, ctime: time, uid: 0, gid: 0 }

/** Every file of a snapshot, read and verified: its hash by its path. */
export async function read(repository: Repository, id: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  const queue = [{ tree: (await repository.snapshot(id, signal)).tree, path: '' }]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const node of await repository.tree(next.tree, signal)) {
      const path = `${next.path}${node.name}`
      if (node.subtree !== undefined) queue.push({ tree: node.subtree, path: `${path}/` })
      else found[path] = sha256(Buffer.concat(await Array.fromAsync(repository.file(node, signal))))
    }
  }
  return found
}

/** Fails where a snapshot does not give back what was stored. */
export async function assertHolds(repository: Repository, id: string, contents: Contents): Promise<void> {
  const expected = Object.fromEntries(Object.entries(contents).map(([path, bytes]) => [path, sha256(bytes)]))
  assert.deepEqual(await read(repository, id), expected)
}

export async function names(backend: Backend, kind: FileKind): Promise<string[]> {
  return (await Array.fromAsync(backend.list(kind, signal))).map(({ name }) => name).sort()
}

export async function packBytes(backend: Backend): Promise<number> {
  return (await Array.fromAsync(backend.list('pack', signal))).reduce((sum, { bytes }) => sum + bytes, 0)
}

/** Fails where a full check finds anything, or more packs that no index names than `unreferenced`. */
export async function assertClean(repository: Repository, unreferenced = 0): Promise<void> {
  const { problems, unreferencedPacks } = await check(repository, { readData: true }, signal)
  assert.deepEqual(problems, [])
  assert.ok(unreferencedPacks.length <= unreferenced, `${unreferencedPacks.length} packs that no index names`)
}

/** A backend on which `before` is called ahead of every change: with the kind of change, and what it is of. */
export function watched(
  backend: Backend,
  before: (change: 'write' | 'remove', kind: FileKind) => Promise<void> | void,
): Backend {
  return {
    ...backend,
    async write(kind, name, parts, given) {
      await before('write', kind)
      return await backend.write(kind, name, parts, given)
    },
    async upload(kind, given) {
      const upload = await backend.upload(kind, given)
      const finish = async (name: string) => {
        await before('write', kind)
        return await upload.finish(name)
      }
      return { append: bytes => upload.append(bytes), finish, discard: () => upload.discard() }
    },
    async remove(kind, name, given) {
      await before('remove', kind)
      await backend.remove(kind, name, given)
    },
  }
}

/** A process that dies ahead of its change number `last`: nothing that it does afterwards has an effect. */
export function dyingAt(backend: Backend, last: number): { backend: Backend; changes: () => number } {
  let changes = 0
  const dying = watched(backend, () => {
    changes += 1
    if (changes > last) throw new Error('killed')
  })
  return { backend: dying, changes: () => changes }
}
