import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { backup } from '../backup.ts'
import { restore } from '../restore.ts'
import { newRepository, type Restic, scratchFolder, stockRestic } from '../test-repository.ts'
import { type Patterns, selection } from './selection.ts'

const signal = AbortSignal.timeout(200_000)
const found = await stockRestic()
const restic = found as Restic

const files = [
  ...['a', 'b.txt', 'B.TXT', 'x/a', 'x/b.txt', 'x/y/a', 'x/y/c.bak', 'x/y/z/deep', 'x/a.d/b.txt', 'y/x/a', 'y/x/y/b'],
  ...['Y/x/A', 'cache/tmp/one', 'cache/two', 'z/cache/tmp/three', 'z/[a]', 'z/a*b', 'ä/ö', 'z/-', 'empty/'],
]

const name = fc.constantFrom(
  ...[
    'a',
    'x',
    'y',
    'z',
    'b.txt',
    '*',
    '**',
    '?',
    '*.txt',
    '*.TXT',
    '[a-y]',
    '[^a]',
    'cache',
    'tmp',
    'x*',
    '*a*',
    'ä',
    'Y',
  ],
  ...['\\[a\\]', '\\*', 'a.d', 'none', 'deep', '[ä-ö]', 'a\\*b', '??', '-'],
)
const pattern = fc
  .record({
    negated: fc.integer({ min: 0, max: 4 }),
    rooted: fc.boolean(),
    names: fc.array(name, { minLength: 1, maxLength: 4 }),
  })
  .map(({ negated, rooted, names }) => `${negated === 0 ? '!' : ''}${rooted ? '/' : ''}${names.join('/')}`)
const list = fc.array(pattern, { minLength: 1, maxLength: 3 })

describe('with a stock restic', { skip: typeof found === 'string' ? found : false }, () => {
  it('restores what restic restores, whatever the patterns', async t => {
    await using scratch = await scratchFolder()
    const source = scratch.path('source')
    for (const file of files) {
      await mkdir(path.join(source, path.dirname(`${file}.`)), { recursive: true })
      if (!file.endsWith('/')) await writeFile(path.join(source, file), file)
    }
    const { repository } = await newRepository(scratch.path('r'), signal)
    await backup(repository, [source], {}, signal)
    const [snapshot] = await repository.snapshots(signal)
    assert.ok(snapshot)
    let run = 0
    let chosen = 0
    const kinds = fc.constantFrom('include', 'iinclude', 'exclude', 'iexclude')
    await fc.assert(
      fc.asyncProperty(kinds, list, fc.option(list), async (kind, first, second) => {
        run += 1
        const [ours, theirs] = [scratch.path(`ours-${run}`), scratch.path(`theirs-${run}`)]
        const other = kind.endsWith('include') ? 'include' : 'exclude'
        const words = [...first.map(each => `--${kind}=${each}`), ...(second ?? []).map(each => `--${other}=${each}`)]
        await restic(scratch.path('r'), 'restore', `latest:${source}`, '--target', theirs, ...words)
        const patterns = patternsOf(kind, first, other, second ?? [])
        await restore(repository, snapshot, { target: ours, path: source, ...patterns }, signal)
        const expected = await listing(theirs)
        assert.deepEqual(await listing(ours), expected, words.join(' '))
        if (expected.length > 0 && expected.length < files.length) chosen += 1
      }),
      { numRuns: 60 },
    )
    t.diagnostic(`${chosen} of ${run} lists of patterns chose some and left some`)
    assert.ok(chosen > run / 20)
  })
})

function patternsOf(kind: string, first: readonly string[], other: string, second: readonly string[]): Patterns {
  const fields = {
    ...{ include: 'includes', iinclude: 'insensitiveIncludes', exclude: 'excludes', iexclude: 'insensitiveExcludes' },
  } as const
  const [one, two] = [fields[kind as keyof typeof fields], fields[other as keyof typeof fields]]
  return one === two ? { [one]: [...first, ...second] } : { [one]: first, [two]: second }
}

async function listing(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { recursive: true })).sort()
  } catch {
    return [] // restic makes no target where nothing is chosen
  }
}

it('refuses both sorts of patterns at once, and what is no pattern', () => {
  assert.throws(() => selection({ includes: ['a'], excludes: ['b'] }), { code: 'usage', message: /not both/ })
  assert.throws(() => selection({ includes: ['a['] }), { code: 'usage', message: /"a\["/ })
  assert.throws(() => selection({ insensitiveExcludes: ['x/\\'] }), { code: 'usage' })
})

it('takes an empty list for none', () => {
  const everything = { itself: true, below: true }
  assert.deepEqual(selection({})({ location: '/x' }, 'a'), everything)
  assert.deepEqual(selection({ includes: [], excludes: [''] })({ location: '' }, 'a'), everything)
})
