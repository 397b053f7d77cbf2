import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { sha256 } from '../crypto/sha256.ts'
import { encodeTree } from '../tree/tree-json.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import { treeReferences } from './tree-references.ts'

const idOf = (number: number): string => sha256(Buffer.from(String(number)))
const time = '2026-01-02T03:04:05Z'
const common = { mtime: time, atime: time, ctime: time, uid: 0, gid: 0 }

it('finds every reference of a tree, whatever the names in it', () => {
  const file = fc.record({ name: fc.string({ minLength: 1 }), content: fc.array(fc.nat(99).map(idOf)) })
  const folder = fc.record({ name: fc.string({ minLength: 1 }), subtree: fc.nat(99).map(idOf) })
  fc.assert(
    fc.property(fc.uniqueArray(fc.oneof(file, folder), { selector: ({ name }) => name }), entries => {
      const nodes = entries.map((entry): TreeNode => {
        return 'subtree' in entry
          ? { ...common, ...entry, type: 'dir', content: null }
          : { ...common, ...entry, type: 'file' }
      })
      const found = treeReferences(encodeTree(nodes))
      assert.ok(found)
      assert.deepEqual(found.data.toSorted(), nodes.flatMap(({ content }) => content ?? []).sort())
      assert.deepEqual(found.trees.toSorted(), nodes.flatMap(({ subtree }) => subtree ?? []).sort())
    }),
  )
})

it('takes nothing for a tree that could leave a reference out', () => {
  assert.deepEqual(treeReferences(Buffer.from('{"nodes":null}')), { trees: [], data: [] })
  const texts = ['', 'null', '[]', '{}', '{"nodes":5}', '{"nodes":[null]}', '{"nodes":[{"content":["x"]}]}']
  texts.push('{"nodes":[{"content":{}}]}', '{"nodes":[{"subtree":5}]}', `{"nodes":[{"content":"${idOf(1)}"}]}`)
  for (const text of texts) assert.equal(treeReferences(Buffer.from(text)), null, text)
})
