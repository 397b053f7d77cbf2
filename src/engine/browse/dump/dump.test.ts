import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { type FileHandle, mkdir, open, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'
import yauzl from 'yauzl'
import type { Repository } from '../../repository.ts'
import type { Snapshot } from '../../snapshot/snapshot.ts'
import {
  describeFolder,
  newRepository,
  pieces,
  pseudoRandom,
  type Restic,
  type Scratch,
  scratchFolder,
  stockRestic,
} from '../../test-repository.ts'
import type { TreeNode } from '../../tree/tree-node.ts'
import { selectSnapshots } from '../find-snapshot.ts'
import { makeSource } from '../test-source.ts'
import { treeAt } from '../tree-at.ts'
import type { ArchiveEntry } from './archive-entry.ts'
import { dumpFile, dumpFolder } from './dump.ts'
import { tarArchive } from './tar-archive.ts'
import { encodeTarHeader } from './tar-header.ts'
import { zipArchive } from './zip-archive.ts'
import { centralRecord, descriptor, endRecords, localHeader } from './zip-records.ts'

const signal = AbortSignal.timeout(280_000)
const found = await stockRestic()
const restic = found as Restic
const root = process.getuid?.() === 0
const tools = ['tar', 'setfattr', 'setfacl'].filter(tool => !isThere(tool))
const lacks = tools.length > 0 ? `needs ${tools.join(', ')}` : root ? false : 'needs root, to make devices and owners'
const skip = typeof found === 'string' ? found : lacks
const time = '2026-11-24T01:02:03.004005006Z'
const base = { mtime: time, atime: time, ctime: time, uid: 0, gid: 0, mode: 0o644 } as const

function isThere(tool: string): boolean {
  try {
    execFileSync('which', [tool])
    return true
  } catch {
    return false
  }
}

async function save(file: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  await writeFile(file, content)
}

async function* entriesOf(all: readonly [string, Partial<TreeNode>, Uint8Array?][]): AsyncGenerator<ArchiveEntry> {
  for (const [path, fields, content = new Uint8Array()] of all) {
    const node = { ...base, name: path, type: 'file', content: null, size: content.byteLength, ...fields } as TreeNode
    yield { path, node, content: () => pieces(content) }
  }
}

describe('a folder of a snapshot', { skip }, () => {
  let scratch: Scratch
  let repository: Repository
  let snapshot: Snapshot
  let source: string

  before(async () => {
    scratch = await scratchFolder()
    source = scratch.path('source')
    await makeSource(source)
    execFileSync('setfattr', ['-n', 'user.plain', '-v', 'text', path.join(source, 'large')])
    execFileSync('setfattr', ['-n', 'user.a=b%', '-v', '0s/wAK/gA=', path.join(source, 'deep')])
    execFileSync('setfacl', ['-m', 'u:1234:rw,g:4321:r', path.join(source, 'zeros')])
    execFileSync('setfacl', ['-d', '-m', 'u:7:rwx', path.join(source, 'deep')])
    repository = (await newRepository(scratch.path('repository'), signal)).repository
    await restic(scratch.path('repository'), 'backup', source)
    snapshot = (await selectSnapshots(repository, [], {}, signal))[0]!
  })
  after(() => scratch[Symbol.asyncDispose]())

  it('becomes a tar archive that GNU tar unpacks to the very same folder, attributes and lists included', async () => {
    const tree = await treeAt(repository, snapshot, source, signal)
    await save(scratch.path('source.tar'), dumpFolder(repository, tree, { format: 'tar' }, signal))
    const target = scratch.path('unpacked')
    await mkdir(target)
    const words = ['--xattrs', '--xattrs-include=*', '--acls', '--numeric-owner', '--delay-directory-restore']
    execFileSync('tar', [...words, '-xpf', scratch.path('source.tar'), '-C', target])
    assert.deepEqual(await describeFolder(target), await describeFolder(source))
    const told = (folder: string, program: string, ...words: string[]) =>
      execFileSync(program, [...words, '.'], { cwd: folder, encoding: 'utf8' })
        .split('\n\n')
        .toSorted()
        .join('\n\n')
    const attributes = (folder: string) => told(folder, 'getfattr', '-R', '-h', '-P', '-d', '-m', '-')
    const lists = (folder: string) => told(folder, 'getfacl', '-R', '-n')
    assert.match(attributes(source), /user\.a\\075b%=0s/)
    assert.equal(attributes(target), attributes(source))
    assert.match(lists(source), /default:user:7:rwx/)
    assert.equal(lists(target), lists(source))
    const listed = execFileSync('tar', ['-tvf', scratch.path('source.tar')], { encoding: 'utf8' })
    assert.match(listed, /^hrw.* link to deep\/second-name$/m)
  })

  it('has the entries of restic’s archives, under their path', async () => {
    // restic writes no archive with an attribute whose name holds a =, as that of this folder itself
    const deep = `${source}/deep`
    const tree = await treeAt(repository, snapshot, deep, signal)
    await save(scratch.path('below.tar'), dumpFolder(repository, tree, { format: 'tar', path: deep }, signal))
    await restic(scratch.path('repository'), 'dump', '--target', scratch.path('theirs.tar'), snapshot.id, deep)
    const names = (file: string) =>
      execFileSync('tar', ['-tf', scratch.path(file)], { encoding: 'utf8' })
        .split('\n')
        .toSorted()
    assert.deepEqual(names('below.tar'), names('theirs.tar'))
    assert.ok(names('below.tar').includes(`${source.slice(1)}/deep/er/empty/`))
  })

  it('becomes a zip archive with every folder, file and link in it', async () => {
    const skipped: string[] = []
    const tree = await treeAt(repository, snapshot, source, signal)
    const onSkip = (path: string) => void skipped.push(path)
    await save(scratch.path('source.zip'), dumpFolder(repository, tree, { format: 'zip', onSkip }, signal))
    assert.deepEqual(skipped, ['block', 'char', 'fifo'])
    const read = await readZip(scratch.path('source.zip'))
    await restic(
      scratch.path('repository'),
      'dump',
      '-a',
      'zip',
      '--target',
      scratch.path('theirs.zip'),
      `${snapshot.id}:${source}`,
      '/',
    )
    const theirs = await readZip(scratch.path('theirs.zip'))
    for (const name of skipped) theirs.delete(name)
    assert.deepEqual([...read.keys()].toSorted(), [...theirs.keys()].toSorted())
    for (const [name, { mode, content }] of read) {
      assert.ok(content.equals(theirs.get(name)!.content), name)
      assert.equal(mode & 0o777, theirs.get(name)!.mode & 0o777, name)
    }
    assert.equal(read.get('link')?.content.toString(), 'deep/recipe.csv')
    assert.equal(read.get('link')?.mode, 0o120777)
  })

  it('gives a single file byte for byte', async () => {
    const node = await repository.find(snapshot, `${source}/large`, signal)
    const content = Buffer.concat(await Array.fromAsync(dumpFile(repository, node!, signal)))
    assert.ok(content.equals(pseudoRandom(7, 3_000_000)))
  })
})

interface Unzipped {
  readonly mode: number
  readonly content: Buffer
}

async function readZip(file: string): Promise<Map<string, Unzipped>> {
  const zip = await promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open)(file, {
    lazyEntries: true,
    decodeStrings: false,
    autoClose: false,
  })
  const read = new Map<string, Unzipped>()
  for (let i = 0; i < zip.entryCount; i += 1) {
    const entry = await new Promise<yauzl.Entry>(resolve => zip.once('entry', resolve).readEntry())
    const stream = await promisify<yauzl.Entry, import('node:stream').Readable>(zip.openReadStream.bind(zip))(entry)
    const content = Buffer.concat(await stream.toArray())
    assert.equal(crc32(content), entry.crc32)
    read.set(entry.fileName.toString(), { mode: entry.externalFileAttributes >>> 16, content })
  }
  zip.close()
  return read
}

it('writes sizes, owners, times and devices that the old header has no room for', { skip: lacks }, async () => {
  await using scratch = await scratchFolder()
  const size = 9 * 1024 ** 3
  const header = encodeTarHeader({
    ...{ type: '0', path: Buffer.from('image'), link: Buffer.alloc(0), mode: 0o600, user: 'ü'.repeat(20), group: 'g' },
    ...{
      uid: 3_000_000_000,
      gid: 2_097_152,
      size,
      mtime: 1_234_567_890_123_456_789n,
      major: 0,
      minor: 0,
      records: new Map(),
    },
  })
  await using file = await open(scratch.path('large.tar'), 'w')
  await file.writeFile(header)
  await file.truncate(header.byteLength + size + 1024)
  const [line] = execFileSync('tar', ['--full-time', '--numeric-owner', '-tvf', scratch.path('large.tar')], {
    ...{ encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } },
  }).split('\n')
  assert.match(line ?? '', /^-rw------- 3000000000\/2097152 +9663676416 2009-02-13 23:31:30\.123456789 image$/)
})

it('writes times before 1970 as GNU tar does', () => {
  const plain = {
    type: '0',
    path: Buffer.from('a'),
    link: Buffer.alloc(0),
    mode: 0o600,
    user: '',
    group: '',
    uid: 0,
    gid: 0,
  }
  const header = encodeTarHeader({ ...plain, size: 0, mtime: -1_500_000_000n, major: 0, minor: 0, records: new Map() })
  assert.match(header.toString('latin1'), /14 mtime=-1\.5\n/)
})

it('writes files of more than 4 GiB, behind as much, into a zip archive', async () => {
  await using scratch = await scratchFolder()
  const bytes = 5 * 1024 ** 3
  const fields = { crc: 0x1234, bytes, packed: bytes, deflated: false, streamed: true, large: true }
  const node = { ...base, name: 'image', type: 'file', content: null, size: bytes } as TreeNode
  const entries = ['one', 'two'].map(name => ({ ...fields, name: Buffer.from(name), node, offset: 0 }))
  await using file = await open(scratch.path('large.zip'), 'w')
  let at = 0
  for (const entry of entries) {
    entry.offset = at
    at = (await appended(file, at, localHeader(entry))) + bytes
    at = await appended(file, at, descriptor(entry))
  }
  for (const part of endRecords(entries.map(centralRecord), at)) at = await appended(file, at, part)
  const zip = await promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open)(scratch.path('large.zip'), {
    lazyEntries: true,
  })
  for (const { name, offset } of entries) {
    const entry = await new Promise<yauzl.Entry>(resolve => zip.once('entry', resolve).readEntry())
    assert.equal(entry.fileName, name.toString())
    assert.equal(entry.uncompressedSize, bytes)
    assert.equal(entry.relativeOffsetOfLocalHeader, offset)
  }
  zip.close()
})

async function appended(file: FileHandle, at: number, part: Uint8Array): Promise<number> {
  await file.write(part, 0, part.byteLength, at)
  return at + part.byteLength
}

it('takes two names for one file only where both have the same content', async () => {
  const one = { inode: 5, device_id: 1, links: 2 }
  const archive = tarArchive(
    entriesOf([
      ['a', { ...one, content: ['x'] }, Buffer.from('1234')],
      ['b', { ...one, content: ['x'] }, Buffer.from('1234')],
      ['c', { ...one, content: ['y'] }, Buffer.from('5678')],
      ['socket', { type: 'socket' }],
    ]),
    () => undefined,
  )
  const bytes = Buffer.concat(await Array.fromAsync(archive)).toString('latin1')
  assert.equal(bytes.split('1234').length, 2)
  assert.equal(bytes.split('5678').length, 2)
  assert.ok(!bytes.includes('socket'))
})

it('keeps what is incompressible as it is in a zip archive, and streams what is large', async () => {
  await using scratch = await scratchFolder()
  const [small, large, zeros] = [pseudoRandom(1, 1000), pseudoRandom(2, 3_000_000), Buffer.alloc(4_000_000)]
  const entries = entriesOf([
    ['small', {}, small],
    ['large', {}, large],
    ['zeros', {}, zeros],
  ])
  await save(
    scratch.path('a.zip'),
    zipArchive(entries, () => undefined),
  )
  const read = await readZip(scratch.path('a.zip'))
  assert.ok(read.get('small')?.content.equals(small))
  assert.ok(read.get('large')?.content.equals(large))
  assert.ok(read.get('zeros')?.content.equals(zeros))
})
