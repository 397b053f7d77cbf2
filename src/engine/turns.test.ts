import assert from 'node:assert/strict'
import { it } from 'node:test'
import { walkTree } from './browse/walk-tree.ts'
import { restore } from './restore.ts'
import { newRepository, scratchFolder } from './test-repository.ts'
import type { TreeNode } from './tree/tree-node.ts'
import { openWriter } from './writer.ts'

const signal = AbortSignal.timeout(60_000)
const time = '2026-11-24T12:00:00Z'
const facts = { mtime: time, atime: time, ctime: time, uid: 0, gid: 0 }

it('stops where a few trees, which are in memory, make a hundred thousand folders', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  let tree = await writer.addTree([], signal)
  for (let depth = 0; depth < 16; depth += 1) {
    const folder = (name: string): TreeNode => ({
      name,
      type: 'dir',
      mode: 0o755,
      content: null,
      subtree: tree,
      ...facts,
    })
    tree = await writer.addTree([folder('a'), folder('b')], signal)
  }
  const id = writer.addSnapshot({ time, tree, hostname: 'h', username: '', paths: ['/'], tags: [] })
  await writer.commit(signal)
  const snapshot = await repository.snapshot(id, signal)
  const stopped = { name: 'TimeoutError' }
  await assert.rejects(restore(repository, snapshot, { target: scratch.path('t') }, AbortSignal.timeout(50)), stopped)
  const walk = walkTree(repository, tree, {}, AbortSignal.timeout(50))
  await assert.rejects(async () => {
    for await (const _ of walk);
  }, stopped)
})
