import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CutListing, parseFtpTime, parseListing, UnreadableListing } from './parse-listing.ts'

const short = (text: string, command: 'mlsd' | 'list' | 'nlst' = 'list') =>
  parseListing(text, command).map(({ name, type, size, link }) => [name, type, size, ...(link === null ? [] : [link])])

test('a Unix listing is read with and without link count, owner and group, and with blanks in names', () => {
  const text = [
    'total 12',
    'drwxr-xr-x    2 0        0            4096 Jan 31 12:00 .',
    'drwxr-xr-x    2 0        0            4096 Jan 31 12:00 ..',
    'drwxrwsr-t   10 plc      automation   4096 Jan 31  2024 my folder',
    '-rw-r--r--    1 1001     1001      5000000 Nov  3 23:59  leading blank',
    'lrwxrwxrwx    1 0        0               3 Jan 31 12:00 current -> v 12',
    '-rw-rw-rw- 1234 31 Jan 2024 no-owner',
    '-r--r--r--+  1 a b 7 2024-01-31 12:00 iso -> no link',
    'crw-rw----    1 root     tty        4,  64 Jan 31 12:00 ttyS0',
    '-rw-r--r--    1 plc      plc             0 мар 31 12:00 программа.txt',
    '',
  ].join('\r\n')
  assert.deepEqual(short(text), [
    ['my folder', 'folder', null],
    [' leading blank', 'file', 5_000_000],
    ['current', 'link', null, 'v 12'],
    ['no-owner', 'file', 1234],
    ['iso -> no link', 'file', 7],
    ['ttyS0', 'special', null],
    ['программа.txt', 'file', 0],
  ])
  const [folder] = parseListing(text, 'list')
  assert.deepEqual(
    [folder?.mode, folder?.user, folder?.group, folder?.modified],
    [0o3775, 'plc', 'automation', 'Jan 31  2024'],
  )
})

test('a DOS listing is read', () => {
  const text = '01-31-26  12:00PM       <DIR>          Boot\r\n01-31-2026  00:01          12,345 a b.tpzip\n'
  assert.deepEqual(short(text), [
    ['Boot', 'folder', null],
    ['a b.tpzip', 'file', 12_345],
  ])
})

test('a listing of a VxWorks controller is read, with its heading', () => {
  const text =
    '  size          date       time       name\r\n--------       ------     ------    --------\r\n     512    Jan-01-1980  00:00:00   LOGIC             <DIR>\r\n    1234    Jan-31-2026  12:00:00   STATION.APX\r\n'
  assert.deepEqual(short(text), [
    ['LOGIC', 'folder', null],
    ['STATION.APX', 'file', 1234],
  ])
})

test('an MLSD listing is read; names may look like facts', () => {
  const text =
    'type=cdir;modify=20260131120000; /\r\ntype=pdir; ..\r\nType=file;Size=7;Modify=20260131120000.5;UNIX.mode=0644; a=1; b\r\ntype=dir; d\r\ntype=OS.unix=slink:/x/y; l\r\ntype=OS.unix=chr-1/3; null\r\n bare\r\n'
  assert.deepEqual(short(text, 'mlsd'), [
    ['a=1; b', 'file', 7],
    ['d', 'folder', null],
    ['l', 'link', null, '/x/y'],
    ['null', 'special', null],
    ['bare', 'unknown', null],
  ])
  const [file] = parseListing(text, 'mlsd')
  assert.deepEqual([file?.mtime, file?.mode], [1_769_860_800_500_000_000n, 0o644])
})

test('a listing with one line that is not understood is refused as a whole', () => {
  const good = '-rw-r--r-- 1 a b 7 Jan 31 12:00 x\r\n'
  for (const bad of ['what is this', '-rw-r--r-- 1 a b 7 Jan 31', 'type=file;size=1; x', `-${'r'.repeat(9000)}`]) {
    assert.throws(() => parseListing(`${good}${bad}\r\n${good}`, 'list'), UnreadableListing)
  }
  assert.throws(() => parseListing('type=file;x\r\n', 'mlsd'), UnreadableListing)
})

test('an MLSD listing that ends within a line was cut', () => {
  const whole = 'type=file;size=7; MAIN.PRG\r\ntype=file;size=7; B.PRG\r\n'
  for (let length = 1; length < whole.length; length += 1) {
    const cut = whole.slice(0, length)
    if (cut.endsWith('\n')) continue
    assert.throws(() => parseListing(cut, 'mlsd'), CutListing)
  }
  assert.deepEqual(parseListing('', 'mlsd'), [])
})

test('a listing of names keeps each name as it is', () => {
  assert.deepEqual(short('.\r\n..\r\nMD:A.LS\r\n b \r\n', 'nlst'), [
    ['MD:A.LS', 'unknown', null],
    [' b ', 'unknown', null],
  ])
})

test('a time of FTP becomes nanoseconds, or null when it is none', () => {
  assert.equal(parseFtpTime('19700101000001'), 1_000_000_000n)
  assert.equal(parseFtpTime('20240229235959.123'), 1_709_251_199_123_000_000n)
  for (const bad of ['', '1910001010101', '20241301000000', '20240101250000', 'yesterday'])
    assert.equal(parseFtpTime(bad), null)
})

test('a hostile line takes no noticeable time', () => {
  const started = performance.now()
  for (const line of [
    '-rw-r--r-- '.padEnd(8000, '1 '),
    '-rw-r--r-- '.padEnd(8000, '1'),
    'a=b;'.repeat(2000),
    ' '.repeat(8000),
  ]) {
    for (const command of ['list', 'mlsd'] as const) {
      try {
        parseListing(`${line}\r\n`, command)
      } catch (error) {
        assert.ok(error instanceof UnreadableListing)
      }
    }
  }
  assert.ok(performance.now() - started < 2000)
})
