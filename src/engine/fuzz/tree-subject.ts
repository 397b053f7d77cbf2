import assert from 'node:assert/strict'
import { encodeBytes } from '../tree/byte-string.ts'
import { isTime } from '../tree/go-time.ts'
import { decodeTree, encodeTree } from '../tree/tree-json.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import { jsonSample, mutatedJson } from './mutate-json.ts'
import { id, time } from './place.ts'
import { trialOf } from './trial.ts'

const metadata = { mode: 420, mtime: time, atime: time, ctime: time, uid: 0, gid: 1000, user: 'root', group: 'root' }
const identity = { inode: 2146367, device_id: 65024 }
const samples = [
  { nodes: [] },
  {
    nodes: [
      { name: 'a\\x80', type: 'file', ...metadata, ...identity, size: 2, links: 1, content: [id, id] },
      { name: 'sub', type: 'dir', ...metadata, content: null, subtree: id },
    ],
  },
  {
    nodes: [
      { name: 'dev', type: 'dev', ...metadata, ...identity, links: 1, device: 2049, content: null, error: 'é' },
      { name: 'link', type: 'symlink', ...metadata, linktarget: 't\ufffd', linktarget_raw: 'dP48', content: null },
      {
        ...{ name: 'x', type: 'file', ...metadata, inode: 2 ** 53 - 1, content: [] },
        extended_attributes: [
          { name: 'user.a', value: 'AAEC' },
          { name: 'user.b', value: null },
        ],
        generic_attributes: { 'windows.file_attributes': 32, 'windows.creation_time': { Low: 1, High: 2 } },
        future: { list: [1, '<'] },
      },
    ],
  },
].map(jsonSample)
const hex = /^[0-9a-f]{64}$/
const wholes = ['uid', 'gid', 'mode', 'size', 'links'] as const
const wides = ['inode', 'device_id', 'device'] as const
const texts = ['user', 'group', 'linktarget', 'error'] as const

function checkNode(node: TreeNode): void {
  assert.ok(encodeBytes(node.name).byteLength >= 0)
  assert.ok(isTime(node.mtime) && isTime(node.atime) && isTime(node.ctime))
  for (const field of wholes) assert.ok(Number.isSafeInteger(node[field] ?? 0) && (node[field] ?? 0) >= 0, field)
  for (const field of wides) {
    const number = node[field] ?? 0
    assert.ok(
      BigInt(number) >= 0n && BigInt(number) < 2n ** 64n && (typeof number === 'bigint' || number < 2 ** 53),
      field,
    )
  }
  for (const field of texts) assert.equal(typeof (node[field] ?? ''), 'string', field)
  assert.ok(node.content === null || node.content.every(each => hex.test(each)))
  assert.ok(node.subtree === undefined || hex.test(node.subtree))
  assert.ok(Array.isArray(node.extended_attributes ?? []))
  assert.equal(typeof (node.generic_attributes ?? {}), 'object')
}

export const tree = trialOf<readonly TreeNode[]>({
  name: 'tree',
  input: random => mutatedJson(random, random.pick(samples)),
  parse(input) {
    const nodes = decodeTree(input)
    // Two entries of a name are for whoever restores to refuse: they cannot be written.
    return nodes === null || new Set(nodes.map(({ name }) => name)).size < nodes.length ? null : sorted(nodes)
  },
  check: nodes => nodes.forEach(checkNode),
  encode: encodeTree,
})

function sorted(nodes: readonly TreeNode[]): readonly TreeNode[] {
  return nodes.toSorted((a, b) => Buffer.compare(encodeBytes(a.name), encodeBytes(b.name)))
}
