import assert from 'node:assert/strict'
import { mkdir, stat, symlink, writeFile } from 'node:fs/promises'
import { it } from 'node:test'
import { scratchFolder } from '../test-repository.ts'
import { makeFolders } from './make-folders.ts'

it('takes a folder, or a link to one, for made, and nothing else', async () => {
  await using scratch = await scratchFolder()
  await makeFolders(scratch.path('a', 'b', 'c'))
  await makeFolders(scratch.path('a', 'b', 'c'))
  await symlink(scratch.path('a'), scratch.path('link'))
  await makeFolders(scratch.path('link'))
  await makeFolders(scratch.path('link', 'd', 'e'))
  assert.ok((await stat(scratch.path('a', 'd', 'e'))).isDirectory())
  await mkdir(scratch.path('full'))
  await writeFile(scratch.path('full', 'file'), '')
  await symlink(scratch.path('none'), scratch.path('dangling'))
  await assert.rejects(makeFolders(scratch.path('full', 'file')), { code: 'ENOTDIR' })
  await assert.rejects(makeFolders(scratch.path('full', 'file', 'below')), { code: 'ENOTDIR' })
  await assert.rejects(makeFolders(scratch.path('dangling')), { code: 'ENOENT' })
})
