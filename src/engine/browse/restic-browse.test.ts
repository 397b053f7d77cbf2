import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { backup } from '../backup.ts'
import type { Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { newRepository, type Restic, type Scratch, scratchFolder, stockRestic } from '../test-repository.ts'
import { encodeBytes } from '../tree/byte-string.ts'
import { type DiffStatistics, diffTrees } from './diff-trees.ts'
import { findBlobs } from './find-blobs.ts'
import { findEntries } from './find-entries.ts'
import { selectSnapshots } from './find-snapshot.ts'
import { compareEntries, listTree } from './list-tree.ts'
import { pathPattern } from './path-pattern.ts'
import { repositoryStats, statsModes } from './repository-stats.ts'
import { changeSource, makeSource } from './test-source.ts'
import { treeAt } from './tree-at.ts'
import { walkTree } from './walk-tree.ts'

const signal = AbortSignal.timeout(280_000)
const found = await stockRestic()
const older = await stockRestic('0.14')
const lacks = [found, older].find(each => typeof each === 'string') ?? false
const restic = found as Restic
const makers = { 'restic 0.18': restic, 'restic 0.14': older as Restic }

type Maker = 'ours' | keyof typeof makers

interface Two {
  readonly repository: Repository
  readonly folder: string
  readonly source: string
  readonly snapshots: readonly Snapshot[]
}

/** Two snapshots of a folder that changed between them, made by us or by restic. */
async function twoSnapshots(scratch: Scratch, maker: Maker): Promise<Two> {
  const [folder, source] = [scratch.path('repository'), scratch.path('source')]
  await makeSource(source)
  // our keys open faster than those that restic makes
  const { repository } = await newRepository(folder, signal)
  const save = () =>
    maker === 'ours' ? backup(repository, [source], {}, signal) : makers[maker](folder, 'backup', source)
  await save()
  await changeSource(source)
  await save()
  return { repository, folder, source, snapshots: await selectSnapshots(repository, [], {}, signal) }
}

function lines(text: string): string[] {
  return text.split('\n').filter(line => line !== '')
}

function jsonLines(text: string): Record<string, unknown>[] {
  return lines(text).map(line => JSON.parse(line) as Record<string, unknown>)
}

/** As JSON of restic's gives it: U+FFFD for each byte that is not UTF-8. */
function shown(path: string): string {
  return encodeBytes(path).toString()
}

function statisticsOf({ changedFiles, added, removed }: DiffStatistics) {
  const side = ({ files, folders, others, dataBlobs, treeBlobs, bytes }: DiffStatistics['added']) => ({
    ...{ files, dirs: folders, others, data_blobs: dataBlobs, tree_blobs: treeBlobs, bytes },
  })
  return { changed_files: changedFiles, added: side(added), removed: side(removed) }
}

for (const maker of ['ours', 'restic 0.18', 'restic 0.14'] as const) {
  describe(`a repository made by ${maker}`, { skip: lacks }, () => {
    let scratch: Scratch
    let two: Two
    before(async () => {
      scratch = await scratchFolder()
      two = await twoSnapshots(scratch, maker)
    })
    after(() => scratch[Symbol.asyncDispose]())

    it('lists what restic ls lists', async () => {
      const { repository, folder, source, snapshots } = two
      const [snapshot] = snapshots
      assert.ok(snapshot)
      const theirs = async (...words: string[]) =>
        jsonLines(await restic(folder, 'ls', '--json', snapshot.id, ...words))
          .slice(1)
          .map(node => `${node.path} ${node.type} ${node.permissions} ${node.size ?? ''} ${node.mtime}`)
      const ours = async (folders: string[], recursive = false) => {
        const entries = await Array.fromAsync(listTree(repository, snapshot.tree, { folders, recursive }, signal))
        return entries.map(({ path, node }) => ({ path: shown(path), node }))
      }
      const compare = async (folders: string[], recursive = false) => {
        const [mine, other] = [
          await ours(folders, recursive),
          await theirs(...folders, ...(recursive ? ['--recursive'] : [])),
        ]
        assert.equal(mine.length, other.length)
        for (const [i, { path, node }] of mine.entries()) {
          assert.ok(other[i]?.startsWith(`${path} ${node.type} `), `${path} against ${other[i]}`)
          assert.ok(other[i]?.endsWith(`${node.mtime}`))
        }
        return mine.length
      }
      assert.ok((await compare([])) > 20)
      assert.ok((await compare([source])) < (await compare([source], true)))
      assert.equal(await compare([`${source}/deep`, `${source}/deep/er`]), 6)
      assert.equal(await compare([`${source}/deep/recipe.csv`]), 1)
      assert.equal(await compare(['/nowhere']), 0)
      await compare(['/'], true)
    })

    it('sorts as restic does', async () => {
      const { repository, folder, snapshots } = two
      const [snapshot] = snapshots
      assert.ok(snapshot)
      const entries = await Array.fromAsync(walkTree(repository, snapshot.tree, {}, signal))
      for (const order of ['size', 'mtime', 'extension'] as const) {
        const theirs = jsonLines(await restic(folder, 'ls', '--json', '--sort', order, snapshot.id)).slice(1)
        const ours = entries.toSorted(compareEntries(order)).map(({ path }) => shown(path))
        assert.deepEqual(
          ours,
          theirs.map(({ path }) => path),
          order,
        )
      }
    })

    it('tells the differences that restic diff tells, with its statistics', async () => {
      const { repository, folder, source, snapshots } = two
      const [first, second] = snapshots
      assert.ok(first && second)
      const compare = async (words: string[], one: string, other: string, metadata: boolean) => {
        const ours: string[] = []
        const onChange = ({ path, modifier }: { path: string; modifier: string }) => {
          ours.push(`${modifier} ${shown(path)}`)
        }
        const statistics = await diffTrees(repository, one, other, { metadata, onChange }, signal)
        const theirs = jsonLines(await restic(folder, 'diff', '--json', ...words))
        const changes = theirs.filter(line => line.message_type === 'change')
        assert.deepEqual(
          ours,
          changes.map(({ modifier, path }) => `${modifier} ${path}`),
        )
        const { message_type: _, source_snapshot: __, target_snapshot: ___, ...expected } = theirs.at(-1) ?? {}
        assert.deepEqual(statisticsOf(statistics), expected)
        assert.equal(statistics.unknownBlobs, 0)
        return ours
      }
      const plain = await compare([first.id, second.id], first.tree, second.tree, false)
      assert.ok(plain.some(line => line.startsWith('T ')) && plain.some(line => line.startsWith('M ')))
      const all = await compare(['--metadata', first.id, second.id], first.tree, second.tree, true)
      assert.ok(all.some(line => line.startsWith('TU ')) && all.some(line => line.startsWith('U ')))
      await compare([second.id, first.id], second.tree, first.tree, false)
      const [deep, added] = [
        await treeAt(repository, first, `${source}/deep`, signal),
        await treeAt(repository, second, `${source}/added`, signal),
      ]
      await compare([`${first.id}:${source}/deep`, `${second.id}:${source}/added`], deep, added, false)
    })

    it('finds what restic find finds', async () => {
      const { repository, folder, source, snapshots } = two
      const newestFirst = snapshots.toReversed()
      const find = async (
        patterns: string[],
        ignoreCase: boolean,
        query: { oldest?: bigint; newest?: bigint } = {},
      ) => {
        const parsed = patterns.map(pattern => pathPattern(pattern, { ignoreCase }))
        const found = findEntries(repository, newestFirst, { patterns: parsed, ...query }, signal)
        return (await Array.fromAsync(found)).map(({ snapshot, path }) => `${snapshot.id} ${shown(path)}`)
      }
      const theirs = async (...words: string[]) => {
        type Found = { readonly snapshot: string; readonly matches: readonly { readonly path: string }[] }
        const all = JSON.parse(await restic(folder, 'find', '--json', ...words)) as readonly Found[]
        return all.flatMap(({ snapshot, matches }) => matches.map(({ path }) => `${snapshot} ${path}`))
      }
      const patterns = [
        ...[
          'recipe.csv',
          'recipe.*',
          'deep',
          'de?p/er',
          `${source}/deep/*`,
          '**/er',
          'deep/**/empty',
          '[!a]*',
          '[^a-y]*',
        ],
        ...[
          '\\[a\\]',
          '*[[]*',
          '/nowhere',
          '漢',
          '*漢*',
          'no-such-name',
          `${source}/**/second-name`,
          'grüße-漢字-?',
          'deep/',
        ],
      ]
      let hits = 0
      for (const pattern of patterns) {
        const ours = await find([pattern], false)
        assert.deepEqual(ours, await theirs(pattern), pattern)
        hits += ours.length
      }
      assert.ok(hits > 60)
      assert.deepEqual(await find(['RECIPE.*', 'fifo'], true), await theirs('--ignore-case', 'RECIPE.*', 'fifo'))
      const newest = BigInt(Date.parse('2010-01-01T00:00:00Z')) * 1_000_000n
      const old = await find(['*'], false, { newest })
      assert.deepEqual(old, await theirs('--newest', '2010-01-01 00:00:00 +0000', '*'))
      assert.equal(old.length, 3)
      assert.deepEqual(
        await find(['*'], false, { oldest: newest }),
        await theirs('--oldest', '2010-01-01 00:00:00 +0000', '*'),
      )
    })

    it('finds where blobs are used, as restic find --blob does', async () => {
      const { repository, folder, source, snapshots } = two
      const [first] = snapshots
      assert.ok(first)
      const node = await repository.find(first, `${source}/large`, signal)
      const [id = ''] = node?.content ?? []
      const theirs = JSON.parse(await restic(folder, 'find', '--json', '--blob', id.slice(0, 8))) as Record<
        string,
        string
      >[]
      const query = { data: [id.slice(0, 8)], trees: [] }
      const ours = await Array.fromAsync(findBlobs(repository, snapshots.toReversed(), query, signal))
      const line = (id: string, path: string, parent: string | null, snapshot: string) =>
        [id, path, parent, snapshot].join(' ')
      assert.deepEqual(
        ours.map(({ id, path, parent, snapshot }) => line(id, path, parent, snapshot.id)),
        theirs.map(found => line(found.id!, found.path!, found.parent_tree!, found.snapshot!)),
      )
      assert.equal(ours.length, 4)
      const deep = await treeAt(repository, first, `${source}/deep/er/empty`, signal)
      const trees = await Array.fromAsync(
        findBlobs(repository, [first], { data: [], trees: [deep, first.tree] }, signal),
      )
      assert.deepEqual(
        trees.map(({ path }) => path),
        ['/', `${source}/deep/er/empty`],
      )
    })

    it('counts what restic stats counts, in every mode', async () => {
      const { repository, folder, snapshots } = two
      for (const mode of statsModes) {
        for (const some of [snapshots, snapshots.slice(1)]) {
          const ids = some.length === 1 ? some.map(({ id }) => id) : []
          const theirs = JSON.parse(await restic(folder, 'stats', '--json', '--mode', mode, ...ids))
          const ours = await repositoryStats(repository, some, mode, () => undefined, signal)
          assert.equal(ours.bytes, theirs.total_size, mode)
          assert.equal(ours.files, theirs.total_file_count ?? 0, mode)
          assert.equal(ours.blobs, theirs.total_blob_count ?? 0, mode)
          assert.equal(ours.snapshots, theirs.snapshots_count, mode)
          assert.equal(ours.compression?.uncompressedBytes, theirs.total_uncompressed_size, mode)
          assert.equal(ours.compression?.ratio, theirs.compression_ratio, mode)
          assert.equal(ours.compression?.saving, theirs.compression_space_saving, mode)
        }
      }
    })
  })
}
