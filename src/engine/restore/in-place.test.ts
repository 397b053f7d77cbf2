import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmod,
  link,
  lutimes,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import path from 'node:path'
import { it } from 'node:test'
import { describeFolder, pseudoRandom, scratchFolder } from '../test-repository.ts'
import { unfinished } from './open-file.ts'
import { prepared } from './test-case.ts'
import { diskBytes, lacksRoot, makeSparse, mebibyte } from './test-folders.ts'

async function overwriteAt(file: string, offset: number, bytes: Uint8Array): Promise<void> {
  await using handle = await open(file, 'r+')
  await handle.write(bytes, 0, bytes.byteLength, offset)
}

it('writes only what differs, cuts what is too long, and keeps the inode', async () => {
  await using scratch = await scratchFolder()
  const { source, target, restore } = await prepared(scratch, async at => {
    for (const [i, name] of ['large', 'longer', 'shorter', 'gone', 'empty'].entries()) {
      await writeFile(at(name), name === 'empty' ? '' : pseudoRandom(i, 20_000_000))
    }
  })
  await restore()
  const inodes = async (): Promise<number[]> =>
    await Promise.all(['large', 'longer', 'shorter', 'empty'].map(async name => (await stat(target(name))).ino))
  const before = await inodes()
  await overwriteAt(target('large'), 10_000_000, Buffer.from('other bytes'))
  await overwriteAt(target('longer'), 25_000_000, Buffer.from('end'))
  await truncate(target('shorter'), 19_000_000)
  await writeFile(target('empty'), 'not any more')
  await rm(target('gone'))
  const result = await restore()
  assert.deepEqual(await inodes(), before)
  assert.deepEqual(await describeFolder(target()), await describeFolder(source()))
  assert.deepEqual([result.files, result.unchanged, result.failed], [5, 0, 0])
  assert.ok(result.written >= 20_000_000 && result.written < 40_000_000, String(result.written))
})

it('punches holes where zeros belong, and writes zeros where holes are not wanted', async () => {
  await using scratch = await scratchFolder()
  const { source, target, restore } = await prepared(scratch, at => makeSparse(at('sparse')))
  await restore()
  const sparse = diskBytes(target('sparse'))
  await overwriteAt(target('sparse'), 20 * mebibyte, pseudoRandom(5, 30 * mebibyte))
  assert.ok(diskBytes(target('sparse')) > 30 * mebibyte)
  const result = await restore()
  assert.deepEqual(await describeFolder(target()), await describeFolder(source()))
  assert.ok(diskBytes(target('sparse')) < sparse + 2 * mebibyte)
  assert.ok(result.written < 10 * mebibyte)
  await rm(target('sparse'))
  const full = await restore({ sparse: false })
  assert.deepEqual(await describeFolder(target()), await describeFolder(source()))
  assert.deepEqual([full.written, diskBytes(target('sparse')) >= 60 * mebibyte], [60 * mebibyte, true])
})

it('files that end with zeros get all of them, new, in the place of something else, and in place', async () => {
  await using scratch = await scratchFolder()
  const { source, target, restore } = await prepared(scratch, async at => {
    let seed = 0
    for (const head of [0, 1, 4096, 12_345, 300_000, 1_000_000, 9_000_000]) {
      for (const tail of [1, 4095, 16_384, 20_000, 60_000, 700_000, 9_000_000]) {
        seed += 1
        const bytes = Buffer.concat([pseudoRandom(seed, head), Buffer.alloc(tail)])
        await writeFile(at(`${head}+${tail}`), bytes)
        if (tail > 20_000 && head > 0) await writeFile(at(`${head}+${tail}+1`), Buffer.concat([bytes, Buffer.of(1)]))
      }
    }
  })
  const expected = await describeFolder(source())
  const names = await readdir(source())
  await restore({ verify: true })
  assert.deepEqual(await describeFolder(target()), expected)
  for (const name of names) await rm(target(name))
  for (const name of names) await symlink('nowhere', target(name))
  await restore({ verify: true })
  assert.deepEqual(await describeFolder(target()), expected)
  for (const name of names) await truncate(target(name), 30_000)
  await restore({ verify: true })
  assert.deepEqual(await describeFolder(target()), expected)
  for (const name of names) await writeFile(target(name), pseudoRandom(99, 400_000))
  await restore({ verify: true })
  assert.deepEqual(await describeFolder(target()), expected)
})

it('leaves a newer file where the snapshot has a folder, as the rule says', async () => {
  await using scratch = await scratchFolder()
  const { source, target, restore } = await prepared(scratch, async at => {
    await mkdir(at('folder'))
    await writeFile(at('folder', 'file'), 'x')
    await utimes(at('folder'), 1_000_000, 1_000_000)
  })
  await mkdir(target(), { recursive: true })
  await writeFile(target('folder'), 'newer work')
  const told: string[] = []
  const onError = (_: string, error: unknown): void => void told.push(String(error))
  assert.equal((await restore({ overwrite: 'if-newer', onError })).failed, 1)
  assert.match(told.join(), /EEXIST: a file is in the way of a folder/)
  assert.equal(await readFile(target('folder'), 'utf8'), 'newer work')
  await utimes(target('folder'), 900_000, 900_000)
  await restore({ overwrite: 'if-newer' })
  assert.deepEqual(await describeFolder(target()), await describeFolder(source()))
})

it('refuses a target without a name, which would be the current folder', async () => {
  await using scratch = await scratchFolder()
  const { restore } = await prepared(scratch, at => writeFile(at('file'), 'x'))
  await assert.rejects(restore({ target: '', delete: true }), { code: 'usage', message: /Say where to restore to/ })
})

it('changes nothing that lies outside through another name of a file', async () => {
  await using scratch = await scratchFolder()
  const { target, restore } = await prepared(scratch, async at => {
    await writeFile(at('file'), 'right')
    await writeFile(at('twice'), 'right')
    await link(at('twice'), at('twice-too'))
  })
  await restore()
  for (const name of ['file', 'twice']) {
    await writeFile(target(name), 'wrong')
    await link(target(name), scratch.path(`${name}-outside`))
  }
  const result = await restore()
  assert.equal(result.failed, 0)
  for (const name of ['file', 'twice']) {
    assert.equal(await readFile(scratch.path(`${name}-outside`), 'utf8'), 'wrong')
    assert.equal(await readFile(target(name), 'utf8'), 'right')
  }
  assert.equal((await stat(target('twice'))).ino, (await stat(target('twice-too'))).ino)
})

it('keeps the names of one file together where they were, and joins them where they were not', async () => {
  await using scratch = await scratchFolder()
  const { target, restore } = await prepared(scratch, async at => {
    await mkdir(at('b'))
    await writeFile(at('a'), 'right')
    await link(at('a'), at('b', 'c'))
    await link(at('a'), at('d'))
  })
  await restore()
  const { ino } = await stat(target('a'))
  await writeFile(target('b', 'c'), 'wrong')
  assert.equal((await restore()).written, 5)
  assert.equal((await stat(target('a'))).ino, ino)
  await rm(target('b', 'c'))
  await writeFile(target('b', 'c'), 'other')
  const result = await restore()
  assert.deepEqual([result.files, result.failed], [3, 0])
  const all = await Promise.all([target('a'), target('b', 'c'), target('d')].map(file => stat(file)))
  assert.deepEqual([new Set(all.map(each => each.ino)).size, all[0]?.nlink], [1, 3])
  assert.equal(await readFile(target('b', 'c'), 'utf8'), 'right')
})

it('replaces what is of another kind, but no folder that holds something', { skip: lacksRoot }, async () => {
  await using scratch = await scratchFolder()
  const { source, target, restore } = await prepared(scratch, async at => {
    for (const name of ['was-link', 'was-fifo', 'was-folder', 'was-full']) await writeFile(at(name), name)
    await symlink('there', at('link'))
    await mkdir(at('folder'))
    await writeFile(at('folder', 'in'), 'x')
    execFileSync('mknod', [at('device'), 'c', '1', '3'])
  })
  await mkdir(target('was-folder'), { recursive: true })
  await mkdir(target('was-full'))
  await writeFile(target('was-full', 'kept'), 'x')
  await symlink('/etc/passwd', target('was-link'))
  execFileSync('mkfifo', [target('was-fifo')])
  await symlink('elsewhere', target('link'))
  await writeFile(target('folder'), 'a file')
  execFileSync('mknod', [target('device'), 'c', '1', '5'])
  const told: string[] = []
  const onError = (file: string): void => void told.push(path.basename(file))
  const result = await restore({ onError })
  assert.deepEqual([told, result.failed], [['was-full'], 1])
  assert.deepEqual(await readdir(target('was-full')), ['kept'])
  assert.deepEqual([(await restore({ delete: true })).failed, result.removed], [0, 0])
  assert.deepEqual(await describeFolder(target()), await describeFolder(source()))
})

it('says what it would do, and does nothing of it', async () => {
  await using scratch = await scratchFolder()
  const { target, restore, entries } = await prepared(scratch, async at => {
    await mkdir(at('folder'))
    for (const name of ['new', 'changed', 'same', 'folder/deep']) await writeFile(at(name), `right ${name}`)
    await symlink('new', at('link'))
  })
  const empty = await restore({ dryRun: true })
  assert.deepEqual([empty.files, empty.folders, empty.links, empty.written], [4, 1, 1, 0])
  await assert.rejects(stat(target()), { code: 'ENOENT' })
  await restore()
  await rm(target('new'))
  await rm(target('link'))
  await writeFile(target('changed'), 'wrong changed')
  await writeFile(target('folder', 'extra'), '')
  const before = await describeFolder(target())
  entries.length = 0
  const result = await restore({ dryRun: true, delete: true })
  const actions = entries.map(({ path: file, action }) => `${action} ${path.relative(target(), file)}`).sort()
  assert.deepEqual(actions, [
    ...['changed changed', 'made link', 'made new', 'removed folder/extra'],
    ...['unchanged folder', 'unchanged folder/deep', 'unchanged same'],
  ])
  assert.deepEqual([result.written, result.removed], [0, 1])
  assert.deepEqual(await describeFolder(target()), before)
})

it('touches with if-newer what is older, with never nothing; what a kill left unfinished in any case', async () => {
  await using scratch = await scratchFolder()
  const names = ['older', 'same', 'newer', 'half', 'link', 'gone']
  const { target, restore } = await prepared(scratch, async at => {
    for (const name of names.filter(each => each !== 'link')) await writeFile(at(name), 'right')
    await symlink('right', at('link'))
    for (const name of names) await lutimes(at(name), 2000, 2000)
  })
  await mkdir(target())
  for (const [name, time] of Object.entries({ older: 1000, same: 2000, newer: 3000, half: 4000, link: 1000 })) {
    if (name === 'link') await symlink('wrong', target(name))
    else await writeFile(target(name), 'wrong')
    await lutimes(target(name), time, time)
  }
  await chmod(target('half'), unfinished)
  const texts = async (): Promise<string[]> =>
    await Promise.all(names.filter(each => each !== 'link').map(name => readFile(target(name), 'utf8')))
  const never = await restore({ overwrite: 'never' })
  assert.deepEqual([never.files, never.skipped], [2, 4])
  assert.deepEqual(await texts(), ['wrong', 'wrong', 'wrong', 'right', 'right'])
  const newer = await restore({ overwrite: 'if-newer' })
  assert.deepEqual([newer.files, newer.links, newer.skipped], [1, 1, 4])
  assert.deepEqual(await texts(), ['right', 'wrong', 'wrong', 'right', 'right'])
  const changed = await restore({ overwrite: 'if-changed' })
  assert.deepEqual([changed.files, changed.skipped, changed.written], [5, 0, 5])
  assert.deepEqual(await texts(), ['right', 'wrong', 'right', 'right', 'right'])
  await restore()
  assert.deepEqual(await texts(), ['right', 'right', 'right', 'right', 'right'])
})

it('refuses with never to put a folder where a file is', async () => {
  await using scratch = await scratchFolder()
  const { target, restore } = await prepared(scratch, async at => {
    await mkdir(at('folder'))
    await writeFile(at('folder', 'file'), 'x')
    await writeFile(at('beside'), 'x')
  })
  await mkdir(target())
  await writeFile(target('folder'), 'mine')
  const told: string[] = []
  const result = await restore({ overwrite: 'never', onError: file => void told.push(path.basename(file)) })
  assert.deepEqual([told, result.files, result.failed], [['folder'], 1, 1])
  assert.equal(await readFile(target('folder'), 'utf8'), 'mine')
})

it('sees with verify that a file is not what was written', async () => {
  await using scratch = await scratchFolder()
  const { target, restore } = await prepared(scratch, async at => {
    for (const name of ['good', 'bad', 'long', 'lost']) await writeFile(at(name), pseudoRandom(name.length, 3_000_000))
  })
  const told: string[] = []
  let verified = 0
  const result = await restore({
    verify: true,
    onError: (file, error) => void told.push(`${path.basename(file)} ${(error as { code: string }).code}`),
    // What a bad disk, or somebody else, does after the file was written.
    onProgress: ({ files }) => {
      if (files < 4 || verified > 0) return
      verified += 1
      execFileSync('dd', [
        'if=/dev/urandom',
        `of=${target('bad')}`,
        'bs=1',
        'count=4',
        'seek=2000000',
        'conv=notrunc',
        'status=none',
      ])
      execFileSync('truncate', ['-s', '+1', target('long')])
      execFileSync('rm', [target('lost')])
    },
  })
  assert.deepEqual(told.sort(), ['bad integrity', 'long integrity', 'lost storage'])
  assert.deepEqual([result.verified, result.failed], [1, 3])
  assert.equal((await restore({ verify: true })).verified, 4)
})

it('gives files to whom the map, or the names of this machine, say', { skip: lacksRoot }, async () => {
  await using scratch = await scratchFolder()
  const { target, restore } = await prepared(scratch, async at => {
    for (const name of ['root', 'other']) await writeFile(at(name), 'x')
    execFileSync('chown', ['1234:4321', at('other')])
  })
  const owners = async (): Promise<number[]> =>
    (await Promise.all(['root', 'other'].map(name => stat(target(name))))).flatMap(({ uid, gid }) => [uid, gid])
  await restore()
  assert.deepEqual(await owners(), [0, 0, 1234, 4321])
  await restore({
    ownership: {
      users: new Map([
        ['root', 7],
        ['1234', 8],
      ]),
      groups: new Map([['4321', 9]]),
    },
  })
  assert.deepEqual(await owners(), [7, 0, 8, 9])
  await restore({ ownership: 'names' })
  assert.deepEqual(await owners(), [0, 0, 1234, 4321])
})

it('puts back what was moved away or dated anew', async () => {
  await using scratch = await scratchFolder()
  const { source, target, restore } = await prepared(scratch, async at => {
    await mkdir(at('folder', 'deep'), { recursive: true })
    for (let i = 0; i < 20; i += 1) await writeFile(at('folder', `file-${i}`), `content ${i}`)
    await chmod(at('folder'), 0o750)
  })
  await restore()
  await rename(target('folder', 'file-3'), target('folder', 'moved'))
  await utimes(target('folder', 'file-4'), 1, 1)
  await chmod(target('folder', 'file-5'), 0o777)
  await restore({ delete: true })
  assert.deepEqual(await describeFolder(target()), await describeFolder(source()))
})
