import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { newRepository, type Restic, scratchFolder, stockRestic } from '../test-repository.ts'
import { openWriter } from '../writer.ts'
import { decodeBytes } from './byte-string.ts'
import { goMode } from './file-mode.ts'
import { formatTime } from './go-time.ts'
import type { NodeType, TreeNode } from './tree-node.ts'

const signal = AbortSignal.timeout(250_000)
const restic = await stockRestic()
const skip = typeof restic === 'string' && restic

/** Characters that have been what they are, printable or not, since before restic 0.18's Unicode 15. */
const settled = [
  [0x01, 0x86f],
  [0x2000, 0x20bf],
  [0x2190, 0x2426],
  [0x3000, 0x30ff],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7ff],
  [0xe000, 0xf8ff],
  [0xfe00, 0xffff],
  [0x1f300, 0x1f5ff],
  [0xe0000, 0xe01ff],
  [0xffff0, 0x1000ff],
  [0x10fff0, 0x10ffff],
] as const

const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytes => Buffer.from(bytes).toString('hex'))
const bytes = fc
  .uint8Array({ minLength: 1, maxLength: 12 })
  .map(each => decodeBytes(each.filter(byte => byte !== 0x2f)))
  .filter(each => Array.from(each).every(isSettled))
const character = fc
  .constantFrom(...settled)
  .chain(([from, to]) => fc.integer({ min: from, max: to }))
  .map(code => String.fromCodePoint(code))
const text = fc.array(character, { minLength: 1, maxLength: 12 }).map(all => all.join('').replaceAll('/', ''))
const name = fc.oneof(bytes, text).filter(each => each !== '' && each !== '.' && each !== '..')
const time = fc.bigInt({ min: -62_167_000_000_000_000_000n, max: 253_402_000_000_000_000_000n }).map(formatTime)
const number = fc.oneof(fc.nat(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }))
const user = fc.oneof(fc.nat(70_000), fc.integer({ min: 2 ** 31, max: 2 ** 32 - 1 }))
const base64 = fc.uint8Array({ maxLength: 20 }).map(each => Buffer.from(each).toString('base64'))
const attribute = fc.record({ name: text, value: base64 })
const generic = fc.dictionary(fc.constantFrom('windows.creation_time', 'windows.file_attributes'), fc.nat())

const node: fc.Arbitrary<TreeNode> = fc
  .record(
    {
      ...{ name, mtime: time, atime: time, ctime: time, uid: user, gid: user, permissions: fc.nat(0o7777) },
      type: fc.constantFrom<NodeType>('file', 'symlink', 'dev', 'chardev', 'fifo', 'socket', 'irregular'),
      content: fc.oneof(fc.constant(null), fc.array(id, { maxLength: 3 })),
      ...{ user: text, group: text, inode: number, device_id: number, device: number, size: fc.nat(), links: fc.nat() },
      ...{ linktarget: fc.oneof(bytes, text), extended_attributes: fc.array(attribute, { maxLength: 3 }) },
      ...{ generic_attributes: generic, error: text },
    },
    { requiredKeys: ['name', 'type', 'mtime', 'atime', 'ctime', 'uid', 'gid', 'content', 'permissions'] },
  )
  .map(({ permissions, ...rest }) => ({ ...rest, mode: goMode(rest.type, permissions) }) as TreeNode)

/** Bytes that are no characters are settled as well. */
function isSettled(character: string): boolean {
  const code = character.codePointAt(0) ?? 0
  return code === 0 || !character.isWellFormed() || settled.some(([from, to]) => code >= from && code <= to)
}

/**
 * Writes each folder into one snapshot, and has restic rewrite it: it reads every tree, writes it again, and refuses where
 * the two differ in any byte.
 */
async function rewritten(run: Restic, folders: readonly (readonly TreeNode[])[]): Promise<void> {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  const above: TreeNode[] = []
  const plain = { mtime: '2026-11-24T04:00:00Z', atime: '2026-11-24T04:00:00Z', ctime: '2026-11-24T04:00:00Z' }
  for (const [i, nodes] of folders.entries()) {
    const subtree = await writer.addTree(nodes, signal)
    above.push({ name: `d${i}`, type: 'dir', ...plain, uid: 0, gid: 0, content: null, subtree })
  }
  const tree = await writer.addTree(above, signal)
  writer.addSnapshot({ time: plain.mtime, tree, paths: ['/'], hostname: 'h', username: 'u', tags: [] })
  await writer.commit(signal)
  await run(scratch.path('r'), 'rewrite', '--dry-run', '--exclude', '/nothing')
}

it('writes any node as restic does, byte for byte', { skip }, async () => {
  if (typeof restic === 'string') return
  const folder = fc.uniqueArray(node, { maxLength: 12, selector: each => each.name })
  const folders = fc.array(folder, { minLength: 250, maxLength: 250, size: 'max' })
  await fc.assert(
    fc.asyncProperty(folders, all => rewritten(restic, all)),
    { numRuns: 2, endOnFailure: true },
  )
})

it('quotes every settled character in a name as restic does', { skip }, async () => {
  if (typeof restic === 'string') return
  const time = '2026-11-24T04:00:00Z'
  const folders = settled.map(([from, to]) => {
    const nodes: TreeNode[] = []
    for (let code: number = from; code <= to; code += 1) {
      const name = `n${String.fromCodePoint(code)}`
      if (code !== 0x2f)
        nodes.push({ name, type: 'file', mtime: time, atime: time, ctime: time, uid: 0, gid: 0, content: [] })
    }
    return nodes
  })
  assert.ok(folders.flat().length > 40_000)
  await rewritten(restic, folders)
})

it('would be told of one byte that differs', { skip }, async () => {
  if (typeof restic === 'string') return
  const time = '2026-11-24T04:00:00+00:00' // Go writes Z
  const other: TreeNode = {
    name: 'a',
    type: 'file',
    mtime: time,
    atime: time,
    ctime: time,
    uid: 0,
    gid: 0,
    content: [],
  }
  await assert.rejects(rewritten(restic, [[other]]), /without losing information/)
})
