import assert from 'node:assert/strict'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { it } from 'node:test'
import { patternsOf } from './pattern-options.ts'

it('refuses an empty include, which an unset variable leaves, also in a file; an empty exclude excludes nothing', async () => {
  await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'blackstart-patterns-'))
  const file = path.join(folder.path, 'patterns')
  await writeFile(file, '# a comment\n\n*.st\n$BLACKSTART_IS_NOT_SET\n')
  const cases = [
    [{ include: [''] }, /^--include got an empty pattern.*variable/],
    [{ include: ['*.st', ''] }, /^--include /],
    [{ iinclude: [''] }, /^--iinclude /],
    [{ includeFile: [file] }, /^--include /],
  ] as const
  for (const [options, message] of cases) await assert.rejects(patternsOf(options), { code: 'usage', message })
  assert.deepEqual((await patternsOf({ exclude: [''], excludeFile: [file] })).excludes, ['', '*.st', ''])
  assert.deepEqual((await patternsOf({ include: ['*.st'] })).includes, ['*.st'])
})
