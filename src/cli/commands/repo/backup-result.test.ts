import assert from 'node:assert/strict'
import { it } from 'node:test'
import { progressText } from './backup-result.ts'

it('tells how much was read, and how fast once that says anything', () => {
  const progress = { files: 12_345, folders: 3, bytes: 1_200_000_000, failed: 0 }
  assert.equal(progressText(progress, 14_118), '12,345 files, 1.2 GB, 85.0 MB/s')
  assert.equal(progressText({ ...progress, files: 1, bytes: 5 }, 20), '1 file, 5 B')
})
