/** What the tests of restores share: folders with everything that a file can be, and a description that leaves nothing out. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, constants, createReadStream, linkSync, lstatSync, mkdirSync, openSync, readlinkSync } from 'node:fs'
import { chmod, chown, link, mkdir, open, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { readAttributes } from '../files/extended-attributes.ts'
import { openFolder } from '../files/file-stat.ts'
import { systemPath } from '../files/file-system.ts'
import { reach, terminated } from '../files/long-path.ts'
import { momentText } from '../files/node-text.ts'
import { systemCalls } from '../files/system-calls.ts'
import { pseudoRandom } from '../test-repository.ts'
import { decodeBytes } from '../tree/byte-string.ts'

const calls = systemCalls()
/** Why what needs root and Linux cannot be tested here. */
export const lacksRoot: string | false =
  typeof calls === 'string'
    ? `the calls of the system are missing: ${calls}`
    : process.getuid?.() === 0
      ? false
      : 'not root'
export const mebibyte = 1024 * 1024

/** Names, kinds, attributes, owners and holes of every sort. Needs root. */
export async function makeEverything(folder: string): Promise<void> {
  const at = (...names: string[]): string => path.join(folder, ...names)
  await mkdir(at('deep', 'er', 'empty'), { recursive: true })
  await writeFile(at('large'), pseudoRandom(1, 9_000_000))
  await writeFile(at('empty'), '')
  await writeFile(at('text'), 'Ventil öffnen\n'.repeat(5000))
  for (let i = 0; i < 30; i += 1) await writeFile(at('deep', 'er', `recipe-${i}.csv`), `step;${i}\n`.repeat(i * 37))
  await makeOddNames(folder)
  await makeSparse(at('sparse'))
  await symlink('deep/er', at('link'))
  await symlink(systemPath('no\udcffwhere<>'), at('dangling'))
  await link(at('large'), at('deep', 'second-name'))
  await link(at('empty'), at('empty-too'))
  execFileSync('mkfifo', ['-m', '640', at('fifo')])
  execFileSync('mknod', [at('null'), 'c', '1', '3'])
  execFileSync('mknod', [at('disk'), 'b', '259', '1048575'])
  makeAttributes(folder)
  await chown(at('text'), 1234, 4321)
  await chmod(at('text'), 0o6755)
  await chmod(at('deep', 'er'), 0o2750)
  await chmod(at('deep', 'er', 'empty'), 0o1777)
  setTime(at('text'), -5n, 999_999_999n)
  setTime(at('large'), 1_234_567_890n, 123_456_789n)
  setTime(at('link'), 1_111_111_111n, 1n)
  setTime(at('deep', 'er', 'empty'), 86_400n, 5n)
}

async function makeOddNames(folder: string): Promise<void> {
  const names = [
    'a<&>b',
    'quote"back\\slash',
    'tab\tnew\nline',
    'grüße-漢字-🤖',
    '\u2028sep',
    '\u007f',
    ' ',
    '-rf',
    '*?[a]',
  ]
  for (const name of [...names, 'n'.repeat(255)]) await writeFile(path.join(folder, name), name)
  await writeFile(systemPath(`${folder}/latin-\udcfc-\udce4`), 'a name in an 8-bit code page')
  await mkdir(systemPath(`${folder}/folder-\udcff`))
  await writeFile(systemPath(`${folder}/folder-\udcff/\udc80`), 'x')
}

/** 60 MiB, of which 3 are data: a hole before, between and behind. */
export async function makeSparse(file: string): Promise<void> {
  await using handle = await open(file, 'w')
  await handle.truncate(60 * mebibyte)
  for (const [i, at] of [5, 21.3, 40].entries()) {
    await handle.write(pseudoRandom(i + 20, mebibyte), 0, mebibyte, Math.floor(at * mebibyte))
  }
}

function makeAttributes(folder: string): void {
  const set = (file: string, name: string, value: string): void =>
    void execFileSync('setfattr', ['-h', '-n', name, '-v', value, path.join(folder, file)])
  set('text', 'user.zeta', '0x00ff0a80')
  set('text', 'user.empty', '')
  set('text', 'user.<&>"\\', 'x')
  set('text', 'trusted.alpha', 'x'.repeat(1500))
  set('text', 'security.capability', '0x0100000200200000000000000000000000000000')
  set('deep', 'user.folder', 'y')
  set('link', 'trusted.link', 'z')
  set('fifo', 'trusted.fifo', 'z')
  set('null', 'trusted.device', 'z')
  execFileSync('setfacl', ['-m', 'u:1234:rwx,g:77:r', path.join(folder, 'large')])
  execFileSync('setfacl', ['-m', 'u:1234:rx', path.join(folder, 'deep')])
  execFileSync('setfacl', ['-d', '-m', 'u:4321:rwx,m:rx', path.join(folder, 'deep')])
}

/** Modification time; the access time is another one. */
export function setTime(file: string, seconds: bigint, nanoseconds: bigint): void {
  if (typeof calls === 'string') throw new Error(calls)
  calls.utimens(terminated(systemPath(file)), new BigInt64Array([1n, 1n, seconds, nanoseconds]))
}

/** Makes a file so deep that its path has more bytes than the system takes; returns the path. */
export function makeTooDeep(folder: string): string {
  let deep = folder
  while (Buffer.byteLength(deep) < 9000) {
    deep = `${deep}/${'ü'.repeat(120)}`
    reach(deep, at => mkdirSync(at))
  }
  const file = `${deep}/file`
  reach(file, at => closeSync(openSync(at, 'w')))
  reach(`${deep}/hard`, to => reach(file, from => linkSync(from, to)))
  return file
}

/** Everything below a folder, an entry a line: kind, permissions, owner, times, links, device, attributes, content. */
export async function describeExactly(folder: string, prefix = ''): Promise<string[]> {
  using opened = openFolder(folder)
  const lines: string[] = []
  for (const name of opened.names()) {
    const file = `${folder}/${name}`
    const stat = opened.stat(name)
    const shown = `${prefix}${JSON.stringify(name)}`
    const attributes = readAttributes(file, (_, error) => {
      throw error
    })
    const sorted = attributes.map(each => `${each.name}=${each.value}`).sort()
    const words = [stat.type, stat.permissions.toString(8), stat.uid, stat.gid, momentText(stat.modified)]
    const more = [
      stat.type === 'dir' ? '' : stat.links,
      stat.specialDevice,
      sorted.join(','),
      await contentOf(file, stat.type),
    ]
    lines.push([shown, ...words, ...more].join(' '))
    if (stat.type === 'dir') lines.push(...(await describeExactly(file, `${shown}/`)))
  }
  return lines
}

async function contentOf(file: string, type: string | null): Promise<string> {
  if (type === 'symlink')
    return JSON.stringify(decodeBytes(reach(file, at => readlinkSync(at, { encoding: 'buffer' }))))
  if (type !== 'file') return ''
  const hash = createHash('sha256')
  const opened = reach(file, at => openSync(at, constants.O_RDONLY))
  for await (const piece of createReadStream('', { fd: opened })) hash.update(piece as Buffer)
  return hash.digest('hex')
}

/** Bytes that the file takes on the disk. */
export function diskBytes(file: string): number {
  return reach(file, at => lstatSync(at)).blocks * 512
}
