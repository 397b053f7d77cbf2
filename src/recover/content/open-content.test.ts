import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { zipOf } from '../../../lab/zip-file.ts'
import type { EndMark } from './end-mark.ts'
import { type OpenedFile, openContent } from './open-content.ts'

const corpus = path.resolve(import.meta.dirname, '..', '..', '..', '..', 'shared', 'corpus')
const corpusFiles = globSync('**/*', { cwd: corpus, withFileTypes: true })
  .filter(entry => entry.isFile())
  .map(entry => path.join(entry.parentPath, entry.name))
const { signal } = new AbortController()

let folder = ''
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-content-'))
})
after(() => rm(folder, { recursive: true, force: true }))

/** Writes the content to a file of its own and opens it. */
async function opened(name: string, content: string | Uint8Array, endMark: EndMark | null = null): Promise<OpenedFile> {
  const own = await mkdtemp(path.join(folder, 'case-'))
  const [file, scratch] = [path.join(own, name), path.join(own, 'scratch')]
  await mkdir(scratch)
  await writeFile(file, content)
  return openContent({ file, path: name, endMark, scratch }, signal)
}

function utf16(text: string): Buffer {
  return Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(text, 'utf16le')])
}

async function tarOf(entries: Readonly<Record<string, string>>): Promise<Buffer> {
  const tar = pack()
  for (const [name, content] of Object.entries(entries)) tar.entry({ name }, content)
  tar.finalize()
  return Buffer.concat(await Array.fromAsync(tar as AsyncIterable<Uint8Array>))
}

async function sqliteFile(): Promise<Buffer> {
  const file = path.join(await mkdtemp(path.join(folder, 'made-')), 'made.sqlite')
  using database = new DatabaseSync(file)
  database.exec('CREATE TABLE tag(id INTEGER PRIMARY KEY, name TEXT, value REAL); CREATE INDEX by_name ON tag(name)')
  const insert = database.prepare('INSERT INTO tag(name, value) VALUES (?, ?)')
  for (let at = 0; at < 2000; at += 1) insert.run(`Filler.Tank${at}.Level`, at / 7)
  database.close()
  return readFile(file)
}

const xml = '<?xml version="1.0" encoding="utf-8"?>\r\n<Project>\r\n  <Pou Name="MAIN"/>\r\n</Project>\r\n'
const bom = Buffer.of(0xef, 0xbb, 0xbf)

describe('what opens', () => {
  const cases: readonly (readonly [string, string, string | Uint8Array, OpenedFile['kind']])[] = [
    ['XML', 'MAIN.TcPOU', xml, 'xml'],
    ['XML with a byte order mark', 'a.xml', Buffer.concat([bom, Buffer.from(xml)]), 'xml'],
    ['XML in UTF-16', 'a.xml', utf16(xml.replace('utf-8', 'utf-16')), 'xml'],
    ['XML by its content, whatever its name', 'backup.dat', xml, 'xml'],
    ['XML without a declaration, by its name', 'EkiHwInterface.xml', '<ROOT><A/></ROOT>', 'xml'],
    ['XML after white space', 'a.xml', `\r\n${xml}`, 'xml'],
    [
      'XML in a code page',
      'a.xml',
      Buffer.from('<?xml version="1.0" encoding="windows-1251"?><a>\xcf\xf3\xf1\xea</a>', 'latin1'),
      'xml',
    ],
    ['XML with an undeclared prefix', 'a.xml', '<a><x:b/></a>', 'xml'],
    ['XML with entities of its own', 'a.xml', '<!DOCTYPE a [<!ENTITY plant "Saint-Aubin">]><a>&plant;</a>', 'xml'],
    ['XML with entities of an external DTD', 'a.xml', '<!DOCTYPE a SYSTEM "a.dtd"><a>&plant;</a>', 'xml'],
    ['HTML that is no XML', 'errall.ls', '<HTML><HEAD><META NAME=x></HEAD></HTML>', 'text'],
    ['a text that begins with <', 'a.st', '<unfinished', 'text'],
    ['a binary that is named .xml', 'a.xml', Buffer.of(1, 0, 2, 0, 0, 3), 'binary'],
    ['a text that is named .json', 'show_running-config.json', '!Command: show running-config', 'text'],
    ['JSON', 'a.json', '{"a": [1, 2]}', 'json'],
    ['JSON with a byte order mark', 'a.json', Buffer.concat([bom, Buffer.from('[]')]), 'json'],
    ['JSON with comments', 'a.json', '{ // it is\n "a": "//", /* not */ "b": [1,], }', 'json'],
    ['YAML', 'a.yaml', 'a: [1, 2]\n---\nb: !custom 3\nb: 4\n', 'yaml'],
    ['gzip', 'a.gz', gzipSync('hello'), 'gzip'],
    ['gzip with XML in it', 'program.urp', gzipSync('<URProgram/>'), 'gzip'],
    ['a text', 'a.st', 'IF x THEN\n', 'text'],
    ['a text in a code page that ends with an accent', 'a.txt', Buffer.from('Temp\xe9', 'latin1'), 'text'],
    ['nothing', 'a.xml', '', 'empty'],
  ]
  for (const [name, file, content, kind] of cases) {
    test(name, async () => {
      const { kind: found, problem } = await opened(file, content)
      assert.deepEqual({ kind: found, problem }, { kind, problem: null })
    })
  }
  test('SQLite, without leaving a file beside it', async () => {
    assert.equal((await opened('h.db', await sqliteFile())).problem, null)
    const files = globSync('case-*/h.db*', { cwd: folder })
    assert.equal(files.length, 1)
  })
  test('SQLite with a write-ahead log, which holds the newest rows', async () => {
    const own = await mkdtemp(path.join(folder, 'wal-'))
    const [file, scratch] = [path.join(own, 'live.sqlite'), path.join(own, 'scratch')]
    await mkdir(scratch)
    using live = new DatabaseSync(file)
    live.exec('PRAGMA journal_mode = WAL; CREATE TABLE a(b); INSERT INTO a VALUES (1)')
    assert.ok((await stat(`${file}-wal`)).size > 0)
    const result = await openContent({ file, path: 'live.sqlite', endMark: null, scratch }, signal)
    assert.deepEqual([result.kind, result.problem], ['sqlite', null])
  })
  test('zip, tar, tgz', async () => {
    const tar = await tarOf({ 'a.txt': 'a', 'b/c.txt': 'c'.repeat(3000) })
    assert.equal((await opened('a.pcwex', zipOf({ 'a.xml': xml, 'b/': '' }))).kind, 'zip')
    for (const [name, bytes] of [
      ['a.zip', zipOf({})],
      ['a.zip', zipOf({ 'a.xml': xml })],
      ['a.tar', tar],
      ['a.tgz', gzipSync(tar)],
    ] as const) {
      assert.equal((await opened(name, bytes)).problem, null, name)
    }
  })
  test('bytes that its encoding does not allow are told, and are no damage', async () => {
    const { problem, note } = await opened('a.xml', Buffer.from('<?xml version="1.0"?><a>\xe9t\xe9</a>', 'latin1'))
    assert.equal(problem, null)
    assert.match(note ?? '', /not utf-8/)
  })
})

describe('damage is found, and told with its place', () => {
  test('XML that was cut off at any length', async () => {
    for (let length = 1; length < xml.trimEnd().length; length += 1) {
      const { kind, problem } = await opened('a.xml', xml.slice(0, length))
      if (kind === 'xml') assert.match(problem ?? 'none', /line \d+, column \d+/, `at ${length}: ${problem}`)
    }
  })
  test('XML with a tag that does not match', async () => {
    const { problem } = await opened('a.xml', '<?xml version="1.0"?>\n<a>\n  <b></a>\n')
    assert.match(problem ?? '', /line 3, column \d+: unexpected close tag/)
  })
  test('gzip and tgz that were cut off, or have a flipped byte', async () => {
    const tgz = gzipSync(await tarOf({ 'a.txt': 'abc'.repeat(500), 'b.txt': 'b' }))
    for (let length = 3; length < tgz.length; length += 3) {
      assert.notEqual((await opened('a.tgz', tgz.subarray(0, length))).problem, null, `cut at ${length}`)
    }
    const flipped = Buffer.from(tgz)
    flipped[tgz.length - 20] = (flipped[tgz.length - 20] ?? 0) ^ 1
    assert.notEqual((await opened('a.tgz', flipped)).problem, null)
  })
  test('tar that was cut off in an entry', async () => {
    const tar = await tarOf({ 'a.txt': 'a'.repeat(3000) })
    const { problem } = await opened('a.tar', tar.subarray(0, 1500))
    assert.match(problem ?? '', /a\.txt/)
  })
  test('zip that was cut off, or has a flipped byte in an entry', async () => {
    const zip = zipOf({ 'MAIN.xml': xml })
    for (let length = 4; length < zip.length; length += 3) {
      assert.notEqual((await opened('a.zip', zip.subarray(0, length))).problem, null, `cut at ${length}`)
    }
    const flipped = Buffer.from(zip)
    flipped[60] = (flipped[60] ?? 0) ^ 1
    assert.match((await opened('a.zip', flipped)).problem ?? '', /"MAIN\.xml".*CRC-32/)
  })
  test('SQLite that was cut off, or has a page of zeros', async () => {
    const whole = await sqliteFile()
    for (const damaged of [whole.subarray(0, whole.length / 2), Buffer.from(whole).fill(0, 8192, 12288)]) {
      assert.match((await opened('h.sqlite', damaged)).problem ?? '', /SQLite/)
    }
  })
  test('JSON and YAML, without quoting what they hold', async () => {
    const json = await opened('a.json', '{\n  "password": "hunter2" oops\n}')
    assert.match(json.problem ?? '', /line 2, column \d+/)
    assert.match((await opened('a.json', '{"a": [1, 2')).problem ?? '', /not JSON/)
    const yaml = await opened('a.yaml', 'a: 1\npassword: "hunter2\n')
    assert.match(yaml.problem ?? '', /line \d+, column \d+/)
    for (const { problem } of [json, yaml]) assert.doesNotMatch(problem ?? '', /hunter2/)
  })
  test('a text that ends in the middle of a character', async () => {
    const text = Buffer.from('Qualität: 5 µm')
    assert.equal((await opened('a.txt', text)).problem, null)
    assert.notEqual((await opened('a.txt', Buffer.concat([text, Buffer.of(0xc3)]))).problem, null)
    assert.notEqual((await opened('a.txt', utf16('program').subarray(0, -1))).problem, null)
  })
  test('a name that promises an archive, over zeros', async () => {
    for (const name of ['a.zip', 'a.xml', 'a.sqlite']) {
      assert.match((await opened(name, Buffer.alloc(9000))).problem ?? '', /zero bytes/)
    }
    const encrypted = await opened('a.sqlite', Buffer.from('4f00a1b2c3', 'hex'))
    assert.deepEqual([encrypted.problem, encrypted.opened], [null, false])
    assert.match(encrypted.note ?? '', /does not begin as sqlite/)
  })
  test('a configuration without its end mark', async () => {
    const mark = { line: /^end$/, due: null }
    assert.equal((await opened('running-config.txt', 'hostname a\r\n!\r\nend \r\n\r\n', mark)).problem, null)
    assert.match((await opened('running-config.txt', 'hostname a\r\nend-of\r\n', mark)).problem ?? '', /end mark/)
    const sometimes = { line: /^return$/, due: /^ ?version \d/m }
    assert.equal((await opened('c.txt', 'sysname a\n', sometimes)).problem, null)
  })
})

describe('the corpus', { skip: corpusFiles.length === 0 ? `there is no ${corpus}` : false }, () => {
  test('every intact file opens', async () => {
    const kinds = new Map<string, number>()
    for (const file of corpusFiles) {
      const name = path.relative(corpus, file)
      const { kind, problem } = await openContent({ file, path: name, endMark: null, scratch: folder }, signal)
      assert.equal(problem, null, name)
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    }
    for (const [kind, least] of [
      ['xml', 300],
      ['json', 60],
      ['yaml', 150],
      ['gzip', 10],
      ['zip', 2],
      ['sqlite', 2],
      ['text', 200],
    ] as const) {
      assert.ok((kinds.get(kind) ?? 0) >= least, `${kind}: ${kinds.get(kind)}`)
    }
  })
  test('cut off at three fifths, no XML, JSON, gzip, zip or SQLite file of every second one opens', async () => {
    let cut = 0
    for (const file of corpusFiles.filter((_, at) => at % 2 === 0)) {
      const [name, bytes] = [path.basename(file), await readFile(file)]
      const { kind } = await openContent({ file, path: name, endMark: null, scratch: folder }, signal)
      if (!['xml', 'json', 'gzip', 'zip', 'sqlite'].includes(kind)) continue
      const { problem } = await opened(name, bytes.subarray(0, Math.floor(bytes.length * 0.6)))
      assert.notEqual(problem, null, file)
      cut += 1
    }
    assert.ok(cut > 150, `${cut}`)
  })
})
