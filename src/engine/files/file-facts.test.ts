import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync } from 'node:fs'
import { chmod, chown, link, lutimes, mkdir, open, symlink, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { it } from 'node:test'
import { systemCode } from '../../errors.ts'
import { scratchFolder } from '../test-repository.ts'
import { decodeTree, encodeTree } from '../tree/tree-json.ts'
import { dataRanges, zeroId } from './data-ranges.ts'
import { readAttributes, writeAttributes } from './extended-attributes.ts'
import { fileStat, openFolder, statFile } from './file-stat.ts'
import { statOf, systemPath } from './file-system.ts'
import { reach, terminated } from './long-path.ts'
import { nodeText } from './node-text.ts'
import { currentFolder, systemCalls } from './system-calls.ts'
import { readUserNames } from './user-names.ts'

const signal = AbortSignal.timeout(60_000)
const calls = systemCalls()
const lacking = typeof calls === 'string' ? `the system's own calls are missing: ${calls}` : false
const notRoot = process.getuid?.() === 0 ? lacking : 'devices and owners need root'

async function makeKinds(folder: string): Promise<void> {
  const at = (name: string): string => path.join(folder, name)
  await writeFile(at('file'), 'some content')
  await writeFile(at('empty'), '')
  await writeFile(systemPath(`${folder}/latin-\udcfc`), 'x')
  await writeFile(at('n'.repeat(255)), 'x')
  await writeFile(at('<&>"\\\u2028'), 'x')
  await mkdir(at('folder'))
  await symlink('file', at('link'))
  await symlink(systemPath('no\udcff'), at('raw-link'))
  await link(at('file'), at('second'))
  await chmod(at('empty'), 0o6751)
  await chmod(at('folder'), 0o1777)
  await utimes(at('empty'), 1, 253_402_300_799)
  await utimes(at('folder'), 1, -1.25)
  await lutimes(at('link'), 1, 0)
  execFileSync('mkfifo', [at('fifo')])
  if (typeof lacking === 'string' || process.getuid?.() !== 0) return
  await chown(at('file'), 12_345, 54_321)
  execFileSync('mknod', [at('null'), 'c', '1', '3'])
  execFileSync('mknod', [at('disk'), 'b', '259', '1048575'])
}

it('reads the same of a file through its folder as by its path', async () => {
  await using scratch = await scratchFolder()
  await makeKinds(scratch.folder)
  using folder = openFolder(scratch.folder)
  const names = folder.names()
  assert.ok(names.length >= 11)
  for (const name of names) {
    const file = `${scratch.folder}/${name}`
    assert.deepEqual(folder.stat(name), statFile(file), JSON.stringify(name))
    assert.deepEqual(folder.stat(name), fileStat(await statOf(file)), JSON.stringify(name))
  }
  assert.throws(() => folder.stat('missing'), { code: 'ENOENT' })
  assert.throws(() => openFolder(`${scratch.folder}/link`), /ELOOP|ENOTDIR/)
})

it('writes the text of a node as the tree has it, whatever the file', async () => {
  await using scratch = await scratchFolder()
  await makeKinds(scratch.folder)
  const users = await readUserNames(signal)
  using folder = openFolder(scratch.folder)
  for (const name of folder.names()) {
    for (const attributes of [[], [{ name: 'user.<>', value: 'eHg=' }]]) {
      const linktarget = name === 'raw-link' ? { linktarget: 'no\udcff' } : {}
      const text = nodeText(name, folder.stat(name), users, { attributes, ...linktarget })
      const tree = `{"nodes":[${text},"content":null}]}\n`
      const nodes = decodeTree(Buffer.from(tree))
      assert.equal(nodes?.[0]?.name, name)
      assert.equal(tree, encodeTree(nodes).toString())
    }
  }
})

it('gives a file its attributes and ACL, whole and in the order of the system', { skip: notRoot }, async () => {
  await using scratch = await scratchFolder()
  for (const name of ['a', 'b']) await writeFile(scratch.path(name), '')
  const [a, b] = [scratch.path('a'), scratch.path('b')]
  execFileSync('setfattr', ['-n', 'user.zeta', '-v', '0x00ff0a', a])
  execFileSync('setfattr', ['-n', 'user.empty', '-v', '', a])
  execFileSync('setfattr', ['-n', 'trusted.long', '-v', 'x'.repeat(2000), a])
  execFileSync('setfacl', ['-m', 'u:1234:rwx', a])
  execFileSync('setfattr', ['-n', 'user.other', '-v', 'goes away', b])
  const found = readAttributes(a, assert.fail)
  assert.deepEqual(found.map(({ name }) => name).sort(), [
    ...['system.posix_acl_access', 'trusted.long', 'user.empty', 'user.zeta'],
  ])
  assert.equal(found.find(({ name }) => name === 'user.zeta')?.value, 'AP8K')
  writeAttributes(b, found, assert.fail)
  const dump = (file: string): string =>
    execFileSync('getfattr', ['--absolute-names', '-d', '-m', '-', file], { encoding: 'utf8' })
  assert.equal(dump(b).replaceAll(b, a), dump(a))
  writeAttributes(b, [], assert.fail)
  assert.deepEqual(readAttributes(b, assert.fail), [])
  assert.throws(() => readAttributes(scratch.path('missing'), assert.fail), { code: 'ENOENT', syscall: 'llistxattr' })
  const problems: unknown[] = []
  const some = [
    { name: 'nonsense', value: '' },
    { name: 'user.last', value: 'eA==' },
  ]
  writeAttributes(b, some, (name, error) => problems.push([name, systemCode(error)]))
  assert.deepEqual(problems, [['nonsense', 'ENOTSUP']])
  assert.deepEqual(readAttributes(b, assert.fail), [{ name: 'user.last', value: 'eA==' }])
})

it('tells data from holes, and makes holes', { skip: lacking }, async () => {
  await using scratch = await scratchFolder()
  assert.ok(typeof calls !== 'string')
  const file = scratch.path('sparse')
  const mega = 1024 * 1024
  await using handle = await open(file, 'w+')
  await handle.truncate(2 ** 41)
  await handle.write(Buffer.alloc(mega, 1), 0, mega, 4 * mega)
  await handle.write(Buffer.alloc(mega, 1), 0, mega, 2 ** 40)
  assert.deepEqual(
    [...dataRanges(handle.fd, 2 ** 41)],
    [
      { offset: 4 * mega, length: mega },
      { offset: 2 ** 40, length: mega },
    ],
  )
  calls.punchHole(handle.fd, 4 * mega, mega)
  assert.deepEqual([...dataRanges(handle.fd, 2 ** 41)], [{ offset: 2 ** 40, length: mega }])
  assert.equal(statFile(file).size, 2 ** 41)
  await writeFile(scratch.path('full'), 'full')
  const full = openSync(scratch.path('full'), 'r')
  assert.deepEqual([...dataRanges(full, 4)], [{ offset: 0, length: 4 }])
  assert.deepEqual([...dataRanges(full, 0)], [])
  closeSync(full)
  assert.throws(() => calls.seekData(full + 100, 0), { code: 'EBADF', syscall: 'lseek' })
  assert.equal(zeroId(3), '709e80c88487a2411e1ee4dfb9f22a861492d20c4765150c0c794abd70f8147c')
})

it('sets times to the nanosecond, also of links and opened files', { skip: lacking }, async () => {
  await using scratch = await scratchFolder()
  assert.ok(typeof calls !== 'string')
  await writeFile(scratch.path('file'), '')
  await symlink('missing', scratch.path('link'))
  const times = new BigInt64Array([1n, 2n, 1_700_000_000n, 123_456_789n])
  calls.utimens(terminated(scratch.path('link')), times)
  assert.deepEqual(statFile(scratch.path('link')).modified, { seconds: 1_700_000_000, nanoseconds: 123_456_789 })
  const opened = openSync(scratch.path('file'), 'r')
  calls.futimens(opened, new BigInt64Array([1n, 2n, -5n, 999_999_999n]))
  assert.equal(fstatSync(opened, { bigint: true }).mtimeNs, -4_000_000_001n)
  closeSync(opened)
  assert.deepEqual(statFile(scratch.path('file')).modified, { seconds: -5, nanoseconds: 999_999_999 })
  assert.throws(() => calls.statx(currentFolder, terminated('missing'), new Uint8Array(256)), { code: 'ENOENT' })
})

it('reaches files whose path is longer than the system takes', { skip: lacking }, async () => {
  await using scratch = await scratchFolder()
  let folder = scratch.folder
  for (let depth = 0; depth < 40; depth += 1) {
    folder = `${folder}/${'ü'.repeat(100)}`
    reach(folder, at => mkdirSync(at))
  }
  assert.ok(Buffer.byteLength(folder) > 8000)
  reach(`${folder}/file`, at => closeSync(openSync(at, 'w')))
  {
    using opened = openFolder(folder)
    assert.deepEqual(opened.names(), ['file'])
    assert.equal(opened.stat('file').size, 0)
  }
  writeAttributes(`${folder}/file`, [{ name: 'user.a', value: 'eA==' }], assert.fail)
  assert.deepEqual(readAttributes(`${folder}/file`, assert.fail), [{ name: 'user.a', value: 'eA==' }])
  const before = readdirSync('/proc/self/fd').length
  assert.throws(() => statFile(`${folder}/missing`), { code: 'ENOENT' })
  assert.equal(readdirSync('/proc/self/fd').length, before)
  assert.throws(() => statFile(`${scratch.folder}/${'n'.repeat(5000)}`), { code: 'ENAMETOOLONG' })
  execFileSync('rm', ['-r', scratch.folder])
})
