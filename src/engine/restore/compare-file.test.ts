import assert from 'node:assert/strict'
import { chmodSync, chownSync, statSync, writeFileSync } from 'node:fs'
import { it } from 'node:test'
import { sha256 } from '../crypto/sha256.ts'
import { scratchFolder } from '../test-repository.ts'
import { type Comparison, compareFile } from './compare-file.ts'
import { lacksRoot } from './test-folders.ts'

/** Of somebody who is not root. */
const nobody = 65534

it('leaves a file that its owner may not read as it is, where nothing of it is to change', {
  skip: lacksRoot,
}, async () => {
  await using scratch = await scratchFolder()
  chmodSync(scratch.path(), 0o755)
  const path = scratch.path('file')
  const content = Buffer.from('content')
  writeFileSync(path, content)
  chownSync(path, nobody, nobody)
  const compare = (access: Comparison['access'], fromDisk: boolean) => {
    chmodSync(path, 0)
    process.seteuid?.(nobody)
    try {
      const lengths = Float64Array.of(content.byteLength)
      const job = { kind: 'compare', path, offset: 0, ids: [sha256(content)], lengths, fromDisk, access } as const
      const { equal, size } = compareFile(job)
      return [[...equal], size, statSync(path).mode & 0o777]
    } finally {
      process.seteuid?.(0)
    }
  }
  assert.deepEqual(compare('leave', false), [[0], content.byteLength, 0], 'a dry run does not know')
  assert.deepEqual(compare('give back', true), [[1], content.byteLength, 0], 'what was restored is read back')
  assert.deepEqual(compare('open up', false), [[1], content.byteLength, 0o600], 'its permissions are set later')
})
