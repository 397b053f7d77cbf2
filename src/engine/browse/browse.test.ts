import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { backup } from '../backup.ts'
import { newRepository, scratchFolder } from '../test-repository.ts'
import { atOnce } from './at-once.ts'
import { DigestSet } from './digest-set.ts'
import { findSnapshot, selectSnapshots } from './find-snapshot.ts'
import { groupSnapshots } from './group-snapshots.ts'
import { pathPattern } from './path-pattern.ts'
import { readBlobObject, readJsonObject, readPack } from './read-object.ts'
import { isSelected } from './snapshot-filter.ts'
import { writeSnapshots } from './test-snapshots.ts'
import { makeSource } from './test-source.ts'
import { treeAt } from './tree-at.ts'
import { walkTree } from './walk-tree.ts'

const signal = AbortSignal.timeout(120_000)

describe('work at once', () => {
  it('keeps the order, and no more under way than is allowed', async () => {
    let [now, most] = [0, 0]
    const results = atOnce([5, 1, 4, 2, 3, 0], 3, async number => {
      now += 1
      most = Math.max(most, now)
      await sleep(number)
      now -= 1
      return number
    })
    assert.deepEqual(await Array.fromAsync(results), [5, 1, 4, 2, 3, 0])
    assert.equal(most, 3)
  })

  it('throws the first failure once all that was begun has ended', async () => {
    let ended = 0
    const results = atOnce([0, 1, 2, 3], 3, async number => {
      await sleep(number * 2)
      ended += 1
      if (number === 1) throw new Error('one')
      return number
    })
    await assert.rejects(Array.fromAsync(results), /^Error: one$/)
    assert.ok(ended >= 3)
  })
})

it('holds as a set what was added to it, however much', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 2 }), { maxLength: 3000, size: 'max' }), texts => {
      const [set, plain] = [new DigestSet(), new Set<string>()]
      for (const text of texts) {
        assert.equal(set.add(text), !plain.has(text))
        plain.add(text)
      }
      assert.equal(set.size, plain.size)
      for (const text of texts) assert.ok(set.has(text))
      assert.ok(!set.has('longer than any'))
    }),
    { numRuns: 30 },
  )
})

describe('patterns', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['foo', '/a/foo/b', true],
    ['foo', '/a/food', false],
    ['/foo', '/foo/b', true],
    ['/foo', '/a/foo', false],
    ['a/b', '/x/a/b', true],
    ['a/b', '/a/x/b', false],
    ['a/**/b', '/a/b', true],
    ['a/**/b', '/x/a/q/r/b/z', true],
    ['/**/b', '/a/b', true],
    ['**/b', '/b', true],
    ['**/**/b', '/b', true],
    ['**/a/**/b', '/x/a/b', true],
    ['**', '/b', true],
    ['a/**', '/x/a', true],
    ['*.txt', '/a/x.txt', true],
    ['*.txt', '/a/x.txtx', false],
    ['?', '/漢', true],
    ['?', '/🤖', true],
    ['[a-c]?', '/bz', true],
    ['[^a]x', '/ax', false],
    ['[z-a]', '/b', false],
    ['[]-]', '/-', false],
    ['a\\*', '/a*', true],
    ['a\\*', '/ab', false],
    ['a-b.c+(d)', '/a-b.c+(d)', true],
    ['foo/', '/foo', true],
    ['./foo//bar', '/foo/bar', true],
    ['', '/anything', true],
  ]

  it('match what restic’s match', () => {
    for (const [pattern, path, expected] of cases) {
      if (pattern === '[]-]') assert.throws(() => pathPattern(pattern, { ignoreCase: false }), { code: 'usage' })
      else assert.equal(pathPattern(pattern, { ignoreCase: false }).matches(path), expected, `${pattern} ${path}`)
    }
    assert.ok(pathPattern('FOO', { ignoreCase: true }).matches('/a/foo'))
    for (const bad of ['a[', 'a[b', 'a\\'])
      assert.throws(() => pathPattern(bad, { ignoreCase: false }), { code: 'usage' })
  })

  it('never say that nothing below a folder can match where something does', () => {
    const name = fc.constantFrom('a', 'b', 'ab', '*')
    const pattern = fc
      .array(fc.oneof(name, fc.constantFrom('**', 'a*', '?', '[ab]')), { minLength: 1, maxLength: 4 })
      .chain(names => fc.constantFrom(names.join('/'), `/${names.join('/')}`))
    const path = fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(pattern, path, (text, names) => {
        const parsed = pathPattern(text, { ignoreCase: false })
        const whole = `/${names.join('/')}`
        for (let depth = 1; depth < names.length; depth += 1) {
          const folder = `/${names.slice(0, depth).join('/')}`
          if (parsed.matches(folder)) assert.ok(parsed.matches(whole), `${text} ${folder} ${whole}`)
          if (parsed.matches(whole)) assert.ok(parsed.matchesBelow(folder), `${text} ${folder} ${whole}`)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

it('selects snapshots by host, tags and paths as restic does', () => {
  const snapshot = { hostname: 'vm', tags: ['a', 'b'], paths: ['/etc', '/srv'] }
  assert.ok(isSelected(snapshot, {}))
  assert.ok(isSelected(snapshot, { hosts: ['x', 'vm'], tags: [['c'], ['a', 'b']], paths: ['/srv'] }))
  assert.ok(!isSelected(snapshot, { hosts: ['x'] }))
  assert.ok(!isSelected(snapshot, { tags: [['a', 'c']] }))
  assert.ok(!isSelected(snapshot, { paths: ['/srv', '/home'] }))
  assert.ok(!isSelected(snapshot, { tags: [['']] }))
  assert.ok(isSelected({ ...snapshot, tags: [] }, { tags: [['']] }))
})

it('groups by any of host, paths and tags, whatever the order of these', () => {
  const one = { hostname: 'b', tags: ['x', 'y'], paths: ['/etc', '/srv'] }
  const two = { hostname: 'a', tags: ['y', 'x'], paths: ['/srv', '/etc'] }
  const sizes = (by: readonly ('host' | 'paths' | 'tags')[]) =>
    groupSnapshots([one, two], by).map(({ snapshots }) => snapshots.length)
  assert.deepEqual(sizes(['tags', 'paths']), [2])
  assert.deepEqual(sizes([]), [2])
  assert.deepEqual(groupSnapshots([one, two], ['host'])[0]?.key, { hostname: 'a', paths: null, tags: null })
  assert.deepEqual(groupSnapshots([], []), [])
})

it('finds snapshots by id, beginning of one, latest, and all of a filter, oldest first', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  const made = await writeSnapshots(
    repository,
    [
      { time: '2026-02-01T00:00:00+02:00', hostname: 'one' },
      { time: '2026-01-31T23:00:00Z', hostname: 'two' },
      { time: '2026-01-01T00:00:00Z', hostname: 'two' },
    ],
    signal,
  )
  const ids = made.map(({ id }) => id)
  const find = async (word: string, hosts: string[] = []) => {
    const { snapshot, path } = await findSnapshot(repository, word, { hosts }, signal)
    return [ids.indexOf(snapshot.id), path]
  }
  assert.deepEqual(await find('latest'), [1, '/'])
  assert.deepEqual(await find('latest:a//b', ['one']), [0, '/a/b'])
  assert.deepEqual(await find(`${ids[2]!.slice(0, 12)}:/x:y`), [2, '/x:y'])
  const rejects = (word: string, code: string, hosts: string[] = []) => assert.rejects(find(word, hosts), { code })
  await rejects('latest', 'not-found', ['three'])
  for (const word of ['', 'xyz', 'ff'.repeat(32), '../config', ids[0]!.toUpperCase()]) await rejects(word, 'not-found')
  const shared = '0123456789abcdef'.split('').find(digit => ids.filter(id => id.startsWith(digit)).length > 1)
  if (shared !== undefined) await rejects(shared, 'usage')
  const all = await selectSnapshots(repository, [], { hosts: ['two'] }, signal)
  assert.deepEqual(
    all.map(({ id }) => ids.indexOf(id)),
    [2, 1],
  )
  const named = await selectSnapshots(repository, [ids[0]!, 'latest', ids[1]!], {}, signal)
  assert.deepEqual(
    named.map(({ id }) => ids.indexOf(id)),
    [0, 1],
  )
})

it('goes on beside a snapshot that cannot be read where somebody listens, and takes no other for the latest', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const [first, second] = await writeSnapshots(
    repository,
    [{ time: '2026-01-01T00:00:00Z' }, { time: '2026-02-01T00:00:00Z' }],
    signal,
  )
  await backend.remove('snapshot', second!.id, signal)
  await backend.write('snapshot', second!.id, [Buffer.from('rubbish')], signal)
  const told: string[] = []
  const onDamage = ({ message }: Error) => void told.push(message)
  const readable = await selectSnapshots(repository, [], { onDamage }, signal)
  assert.deepEqual(
    readable.map(({ id }) => id),
    [first!.id],
  )
  assert.match(told.join(), new RegExp(`snapshots/${second!.id}`))
  await assert.rejects(selectSnapshots(repository, [], {}, signal), { code: 'integrity' })
  await assert.rejects(findSnapshot(repository, 'latest', {}, signal), {
    code: 'integrity',
    message: /name one by its id/,
  })
  assert.equal((await findSnapshot(repository, first!.id, {}, signal)).snapshot.id, first!.id)
})

it('says which folder is missing, and goes on beside a tree that cannot be read where somebody listens', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  await makeSource(scratch.path('source'))
  await backup(repository, [scratch.path('source')], {}, signal)
  const { snapshot } = await findSnapshot(repository, 'latest', {}, signal)
  for (const path of ['/nowhere', `${scratch.path('source')}/large`]) {
    await assert.rejects(treeAt(repository, snapshot, path, signal), { code: 'not-found' })
  }
  const tree = await treeAt(repository, snapshot, `${scratch.path('source')}/deep`, signal)
  const lost = { ...repository, backend, tree: (id: string) => (id === tree ? Promise.reject(damage) : read(id)) }
  const read = (id: string) => repository.tree(id, signal)
  const damage = await repository.tree('ab'.repeat(32), signal).catch((error: unknown) => error)
  const walk = (onDamage?: (path: string) => void) =>
    Array.fromAsync(walkTree(lost as unknown as typeof repository, snapshot.tree, onDamage ? { onDamage } : {}, signal))
  const told: string[] = []
  const entries = await walk(path => void told.push(path))
  assert.deepEqual(told, [`${scratch.path('source')}/deep`])
  const whole = await Array.fromAsync(walkTree(repository, snapshot.tree, {}, signal))
  assert.equal(entries.length, whole.filter(({ path }) => !path.startsWith(`${told[0]}/`)).length)
  await assert.rejects(walk(), { code: 'integrity' })
})

it('reads objects by the beginnings of their ids, and tells a pack that is not what its name says', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  await makeSource(scratch.path('source'))
  await backup(repository, [scratch.path('source')], {}, signal)
  const [key] = await Array.fromAsync(backend.list('key', signal))
  assert.equal(
    ((await readJsonObject(repository, 'key', key!.name.slice(0, 9), signal)) as { kdf: string }).kdf,
    'scrypt',
  )
  assert.equal(((await readJsonObject(repository, 'config', '', signal)) as { id: string }).id, repository.id)
  const { snapshot } = await findSnapshot(repository, 'latest', {}, signal)
  const blob = await readBlobObject(repository, snapshot.tree.slice(0, 20), signal)
  assert.ok(blob.equals(await repository.blob('tree', snapshot.tree, signal)))
  await assert.rejects(readBlobObject(repository, 'no-id', signal), { code: 'not-found' })
  await assert.rejects(readBlobObject(repository, '', signal), { code: 'not-found' })
  const [pack] = await Array.fromAsync(backend.list('pack', signal))
  const bytes = Buffer.concat(
    await Array.fromAsync(readPack(repository, pack!.name, signal), piece => Buffer.from(piece)),
  )
  assert.equal(bytes.byteLength, pack!.bytes)
  bytes[9] = bytes[9]! ^ 1
  await backend.remove('pack', pack!.name, signal)
  await backend.write('pack', pack!.name, [bytes], signal)
  await assert.rejects(Array.fromAsync(readPack(repository, pack!.name, signal)), { code: 'integrity' })
})
