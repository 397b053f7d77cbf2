import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import type { Entry, Pace, Target } from '../connector.ts'
import {
  type Captured,
  type ContractCase,
  captured,
  connectorContract,
  contractTree,
  entriesOf,
  type Given,
  testTarget,
} from '../contract.ts'
import { type FilesOptions, files } from './files.ts'

const tree: readonly Given[] = [
  ...contractTree,
  { type: 'link', path: 'program/current', target: '../visu.dat' },
  { type: 'link', path: 'nowhere', target: '/does/not/exist' },
]

connectorContract('files', filesCase)

interface FilesCase extends ContractCase<FilesOptions> {
  readonly root: string
}

async function filesCase(): Promise<FilesCase> {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'blackstart-files-')))
  const root = path.join(folder, 'item')
  const target = (overrides: Partial<Target<FilesOptions>> = {}) =>
    testTarget<FilesOptions>({ folder, options: { path: './item' }, ...overrides })
  return {
    connector: files,
    tree,
    root,
    secrets: [],
    target,
    fill: given => fill(root, given),
    /** Removes everything at a moment spread over the capture's requests. */
    async cutOff(point, points) {
      await fill(root, tree)
      let calls = 0
      await captured(
        files,
        target({
          pace: everyCall(() => {
            calls += 1
          }),
        }),
      )
      const moment = Math.max(1, Math.floor((calls * point) / points))
      let call = 0
      return {
        pace: everyCall(async () => {
          call += 1
          if (call === moment) await rm(root, { recursive: true })
        }),
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

function everyCall(action: () => void | Promise<void>): Pace {
  return { bytes: async () => action(), pause: async () => action() }
}

async function fill(root: string, given: readonly Given[]): Promise<void> {
  await rm(root, { recursive: true, force: true })
  await mkdir(root)
  for (const entry of given) {
    const at = path.join(root, entry.path)
    if (entry.type === 'folder') await mkdir(at)
    else if (entry.type === 'link') await symlink(entry.target, at)
    else await writeFile(at, entry.content)
  }
}

const signal = () => AbortSignal.timeout(20_000)

async function failsWith(promise: Promise<unknown>, code: string, words: RegExp): Promise<void> {
  await assert.rejects(promise, (error: Error & { code: string }) => {
    assert.equal(error.code, code, error.message)
    assert.match(error.message, /^test-asset\/test-item: /)
    assert.match(error.message, words)
    return true
  })
}

test('one file is captured, and restored, as itself', async () => {
  await using source = await filesCase()
  await source.fill([{ type: 'file', path: 'plc.st', content: Buffer.from('x := 1') }])
  const target = source.target({ options: { path: 'item/plc.st' } })
  const [only, ...more] = await captured(files, target)
  assert.deepEqual([only?.path, String(only?.content), more], ['plc.st', 'x := 1', []])
  await rm(path.join(source.root, 'plc.st'))
  await files.restore!(target, entriesOf([{ type: 'file', path: 'plc.st', content: Buffer.from('x := 2') }]), signal())
  assert.equal(await readFile(path.join(source.root, 'plc.st'), 'utf8'), 'x := 2')
})

test('modes, owners and times are captured and come back to the microsecond', async () => {
  await using source = await filesCase()
  await source.fill([
    { type: 'folder', path: 'sub' },
    { type: 'file', path: 'sub/x', content: Buffer.from('1') },
  ])
  await chmod(path.join(source.root, 'sub/x'), 0o4710)
  await utimes(path.join(source.root, 'sub/x'), 1, 1_700_000_000.123456)
  await chmod(path.join(source.root, 'sub'), 0o2750)
  const before = await captured(files, source.target())
  const other = source.target({ options: { path: './other' } })
  await files.restore!(other, files.capture(source.target(), signal()), signal())
  const after = await captured(files, other)
  const rounded = (all: Captured[]) =>
    all.map(({ path, stat }) => ({ path, ...stat, mtime: (stat.mtime ?? 0n) / 1000n }))
  assert.deepEqual(rounded(after), rounded(before))
  assert.equal(before.at(-1)?.stat.mode, 0o4710)
  assert.equal(before.at(-1)?.stat.user, process.getuid?.() === 0 ? 'root' : before.at(-1)?.stat.user)
})

test('a name that is not UTF-8 is kept without loss', async () => {
  await using source = await filesCase()
  await source.fill([])
  const names = [Buffer.from([0x63, 0x61, 0x66, 0xe9]), Buffer.from('a\\x41b'), Buffer.from('back\\slash')]
  for (const name of names) await writeFile(Buffer.concat([Buffer.from(`${source.root}/`), name]), name)
  const all = await captured(files, source.target())
  assert.deepEqual(
    all.map(entry => entry.path),
    ['a\\x41b', 'back\\slash', 'caf\udce9'],
  )
  await files.restore!(
    source.target({ options: { path: './other' } }),
    files.capture(source.target(), signal()),
    signal(),
  )
  for (const name of names) {
    const restored = Buffer.concat([Buffer.from(`${path.dirname(source.root)}/other/`), name])
    assert.deepEqual(await readFile(restored), name)
  }
})

test('a file that grows, shrinks or is rewritten while it is read fails as changed', async () => {
  const changes: ((file: string) => Promise<void>)[] = [
    file => appendFile(file, 'more'),
    file => truncate(file, 100),
    file => writeFile(file, Buffer.alloc(300_001, 1)),
  ]
  for (const change of changes) {
    await using source = await filesCase()
    await source.fill([{ type: 'file', path: 'db', content: Buffer.alloc(300_001) }])
    let done = false
    const bytes = async () => {
      if (!done) await change(path.join(source.root, 'db'))
      done = true
    }
    const target = source.target({ pace: { bytes, pause: () => Promise.resolve() } })
    await failsWith(captured(files, target), 'changed-while-read', /db changed while it was read/)
  }
})

test('a link that takes the place of a listed file or folder is not followed', async () => {
  await using source = await filesCase()
  await source.fill(tree)
  await writeFile(path.join(source.root, '../secret'), 'not to be read')
  const swap = (name: string) => async () => {
    await rename(path.join(source.root, name), path.join(source.root, '../gone'))
    await symlink('../secret', path.join(source.root, name))
  }
  for (const entry of ['one.bin', 'program']) {
    await source.fill(tree)
    await rm(path.join(source.root, '../gone'), { recursive: true, force: true })
    const target = source.target({ pace: everyCall(firstTimeOnly(swap(entry))) })
    await assert.rejects(captured(files, target), { code: 'changed-while-read' })
  }
})

function firstTimeOnly(action: () => Promise<void>): () => Promise<void> {
  let done = false
  return async () => {
    if (!done) {
      done = true
      await action()
    }
  }
}

test('pipes and sockets are left out and told of', async () => {
  await using source = await filesCase()
  await source.fill([{ type: 'file', path: 'a', content: Buffer.from('a') }])
  const server = net.createServer().listen(path.join(source.root, 'sock'))
  await once(server, 'listening')
  await finished(spawn('mkfifo', [path.join(source.root, 'pipe')]))
  const facts: string[] = []
  const all = await captured(files, source.target({ observe: (fact, value) => facts.push(`${fact}: ${value}`) }))
  server.close()
  assert.deepEqual(
    all.map(entry => entry.path),
    ['a'],
  )
  assert.deepEqual(facts, ['skipped: pipe (a named pipe), sock (a socket)'])
})

async function finished(child: ChildProcess): Promise<void> {
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
}

test('what is missing is said so', async () => {
  await using source = await filesCase()
  await failsWith(captured(files, source.target()), 'missing', /item does not exist.*mounted/)
})

test('what may not be read fails the capture and is not skipped', async context => {
  if (process.getuid?.() !== 0) return context.skip('needs root, to become another user')
  await using source = await filesCase()
  await source.fill([{ type: 'file', path: 'locked', content: Buffer.from('x') }])
  await chmod(path.join(source.root, 'locked'), 0)
  await chmod(path.dirname(source.root), 0o755)
  process.seteuid?.(65534)
  try {
    await failsWith(captured(files, source.target()), 'permission', /no permission to read locked/)
  } finally {
    process.seteuid?.(0)
  }
})

test('a restore never leaves the folder, neither by its paths nor through a link', async () => {
  await using source = await filesCase()
  await source.fill([{ type: 'link', path: 'out', target: '..' }])
  const content = Buffer.from('x')
  const restored = (given: Given) => files.restore!(source.target(), entriesOf([given]), signal())
  for (const bad of ['../x', 'a/../../x', '/etc/x', 'a//b', '.']) {
    await failsWith(restored({ type: 'file', path: bad, content }), 'refused', /leads out/)
  }
  await failsWith(restored({ type: 'file', path: 'out/x', content }), 'refused', /a link/)
  await failsWith(restored({ type: 'folder', path: 'out' }), 'refused', /a link/)
  await assert.rejects(stat(path.join(source.root, '../x')), { code: 'ENOENT' })
})

test('a restore replaces a link by the file, and leaves the rest alone', async () => {
  await using source = await filesCase()
  await source.fill([
    { type: 'file', path: 'other', content: Buffer.from('kept') },
    { type: 'link', path: 'x', target: 'other' },
  ])
  const given: Given[] = [
    { type: 'file', path: 'x', content: Buffer.from('new') },
    { type: 'link', path: 'l', target: 'x' },
  ]
  await files.restore!(source.target(), entriesOf(given), signal())
  assert.equal(await readFile(path.join(source.root, 'x'), 'utf8'), 'new')
  assert.equal(await readFile(path.join(source.root, 'other'), 'utf8'), 'kept')
  assert.equal(await readlink(path.join(source.root, 'l')), 'x')
})

test('a restore that breaks off leaves the file as it was, and no temporary one', async () => {
  await using source = await filesCase()
  await source.fill([{ type: 'file', path: 'x', content: Buffer.from('old') }])
  async function* broken(): AsyncGenerator<Entry> {
    yield { type: 'file', path: 'x', read: () => Promise.resolve({ stat: {}, chunks: chunks() }) }
  }
  async function* chunks() {
    yield Buffer.from('ne')
    throw new Error('repository gone')
  }
  await assert.rejects(files.restore!(source.target(), broken(), signal()), /repository gone/)
  const all = await captured(files, source.target())
  assert.deepEqual(
    all.map(({ path, content }) => [path, String(content)]),
    [['x', 'old']],
  )
})

test('a folder that never holds still is said to be unstable', async () => {
  await using source = await filesCase()
  await source.fill([{ type: 'folder', path: 'sub' }])
  let count = 0
  const excluded = () => {
    count += 1
    writeFileSync(path.join(source.root, `tmp-${count}`), '') // a new name at every look
    return false
  }
  const target = source.target({ excluded })
  await failsWith(captured(files, target), 'unstable', /never held still/)
})
