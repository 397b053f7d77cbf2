import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ContractCase,
  captured,
  connectorContract,
  entriesOf,
  type Given,
  sampleBytes,
  testTarget,
} from '../contract.ts'
import { type SqliteOptions, sqlite } from './sqlite.ts'

interface SqliteCase extends ContractCase<SqliteOptions> {
  readonly file: string
}

const tree: readonly Given[] = [{ type: 'file', path: 'history.db', content: databaseBytes(2000) }]

async function sqliteCase(): Promise<SqliteCase> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-sqlite-test-'))
  const file = path.join(folder, 'history.db')
  const fill = async (given: readonly Given[]) => {
    await rm(file, { force: true })
    for (const entry of given) if (entry.type === 'file') await writeFile(file, entry.content)
  }
  return {
    connector: sqlite,
    file,
    tree,
    secrets: [],
    same: sameDatabase,
    target: overrides =>
      testTarget({ folder, options: { path: 'history.db' }, timeouts: { connect: 300, idle: 300 }, ...overrides }),
    fill,
    /** Cuts the file off: what a disk that fills up, or a copy that breaks off, leaves of a database. */
    async cutOff(point, points) {
      await fill(tree)
      const size = (await readFile(file)).length
      await truncate(file, Math.floor((size * (point - 1)) / points))
      return {}
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** By all but the header's counters (change, schema, valid-for, SQLite's version), which the online backup sets anew. */
function sameDatabase(one: Uint8Array, other: Uint8Array): boolean {
  const plain = (bytes: Uint8Array) => Buffer.from(bytes).fill(0, 24, 28).fill(0, 40, 44).fill(0, 92, 100)
  return plain(one).equals(plain(other))
}

/** A database in rollback mode, made in memory. */
function databaseBytes(rows: number): Uint8Array {
  using database = new DatabaseSync(':memory:')
  database.exec('CREATE TABLE sample (time INTEGER PRIMARY KEY, value BLOB)')
  const insert = database.prepare('INSERT INTO sample VALUES (?, ?)')
  for (let row = 0; row < rows; row++) insert.run(row, sampleBytes(150, row))
  return database.serialize()
}

connectorContract('sqlite', sqliteCase)

const signal = () => AbortSignal.timeout(20_000)

async function failsWith(promise: Promise<unknown>, code: string, words: RegExp): Promise<void> {
  await assert.rejects(promise, (error: Error & { code: string }) => {
    assert.equal(error.code, code, error.message)
    assert.match(error.message, /^test-asset\/test-item: /)
    assert.match(error.message, words)
    return true
  })
}

/** Another process that moves money between two rows, so that their sum tells a consistent state from a torn one. */
const writer = `
const { DatabaseSync } = require('node:sqlite')
const [file, mode] = process.argv.slice(1)
const database = new DatabaseSync(file, { timeout: 10000 })
database.exec('PRAGMA journal_mode=' + mode + '; PRAGMA synchronous=OFF; CREATE TABLE account (id INTEGER PRIMARY KEY, sum INTEGER); INSERT INTO account VALUES (1, 1000), (2, 0)')
const take = database.prepare('UPDATE account SET sum = sum - 1 WHERE id = 1')
const give = database.prepare('UPDATE account SET sum = sum + 1 WHERE id = 2')
const grow = database.prepare('INSERT INTO sample (value) VALUES (?)')
console.log('ready')
let longest = 0
function turn() {
  const until = Date.now() + 20
  while (Date.now() < until) {
    const started = performance.now()
    database.exec('BEGIN IMMEDIATE'); take.run(); grow.run(Buffer.alloc(500)); give.run(); database.exec('COMMIT')
    longest = Math.max(longest, performance.now() - started)
  }
  setImmediate(turn)
}
process.on('SIGTERM', () => { console.log(longest); process.exit(0) })
turn()
`

for (const mode of ['WAL', 'DELETE']) {
  test(`a capture is one state of the database while another process writes to it (${mode})`, async context => {
    await using source = await sqliteCase()
    await source.fill([{ type: 'file', path: 'history.db', content: databaseBytes(20_000) }])
    const child = spawn(process.execPath, ['-e', writer, source.file, mode], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    for (let round = 0; round < 5; round++) {
      const [only] = await captured(sqlite, source.target({ timeouts: { connect: 10_000, idle: 1000 } }))
      const copy = `${source.file}.copy`
      await writeFile(copy, only?.content ?? '')
      using database = new DatabaseSync(copy)
      assert.equal(database.prepare('SELECT sum(sum) AS sum FROM account').get()?.sum, 1000)
      await sleep(50)
    }
    child.kill('SIGTERM')
    const [longest] = await once(child.stdout, 'data')
    context.diagnostic(`the writer waited ${Math.round(Number(String(longest)))} ms at the longest`)
    assert.ok(Number(String(longest)) < 5000)
  })
}

test('a captured copy leaves nothing behind', async () => {
  const left = async () => {
    const folders = [os.tmpdir(), '/dev/shm'].map(folder => readdir(folder).catch(() => []))
    return (await Promise.all(folders)).flat().filter(name => /^blackstart-sqlite-(?!test)/.test(name))
  }
  await using source = await sqliteCase()
  await source.fill(tree)
  const before = await left()
  await captured(sqlite, source.target())
  assert.deepEqual(await left(), before)
})

test('what is missing, empty, no database, damaged or locked is told', async () => {
  await using source = await sqliteCase()
  const capture = () => captured(sqlite, source.target())
  await failsWith(capture(), 'missing', /does not exist/)
  await writeFile(source.file, '')
  await failsWith(capture(), 'truncated', /is empty/)
  await writeFile(source.file, sampleBytes(20_000, 1))
  await failsWith(capture(), 'unsupported', /no SQLite database, or an encrypted one/)
  await source.fill(tree)
  const handle = await open(source.file, 'r+')
  await handle.write(sampleBytes(30_000, 2), 0, 30_000, 40_000)
  await handle.close()
  await failsWith(capture(), 'integrity', /is damaged/)
  await source.fill(tree)
  using other = new DatabaseSync(source.file)
  other.exec('BEGIN EXCLUSIVE')
  await failsWith(capture(), 'device-busy', /locked by another program/)
})

test('a restore is refused while another program has the database open, and takes its log away when not', async () => {
  await using source = await sqliteCase()
  await source.fill(tree)
  const other = new DatabaseSync(source.file)
  other.exec("PRAGMA journal_mode=WAL; INSERT INTO sample (value) VALUES ('later')")
  const [before] = await captured(sqlite, source.target())
  const given: Given[] = [{ type: 'file', path: 'history.db', content: before?.content ?? new Uint8Array() }]
  const restore = () => sqlite.restore!(source.target(), entriesOf(given), signal())
  await failsWith(restore(), 'device-busy', /locked by another|has .* open/)
  other.close()
  await restore()
  assert.deepEqual(await readdir(path.dirname(source.file)), ['history.db'])
  const [after] = await captured(sqlite, source.target())
  assert.ok(
    before?.content?.equals(after?.content ?? Buffer.alloc(0)),
    'reads back as the very bytes that were captured',
  )
})

test('a restore takes the place of a broken database, and refuses to write a broken one', async () => {
  await using source = await sqliteCase()
  await writeFile(source.file, sampleBytes(20_000, 1))
  await sqlite.restore!(source.target(), entriesOf(tree), signal())
  assert.equal((await captured(sqlite, source.target())).length, 1)
  const broken: Given = { type: 'file', path: 'history.db', content: sampleBytes(9000, 3) }
  await failsWith(sqlite.restore!(source.target(), entriesOf([broken]), signal()), 'unsupported', /no SQLite database/)
  assert.equal((await captured(sqlite, source.target())).length, 1)
})

test('what a program writes changes the fingerprint, in both modes, and reading does not', async () => {
  for (const mode of ['delete', 'wal']) {
    await using source = await sqliteCase()
    await source.fill(tree)
    const read = () => sqlite.fingerprint!(source.target(), signal())
    using database = new DatabaseSync(source.file)
    database.exec(`pragma journal_mode = ${mode}`)
    for (let write = 0; write < 5; write++) {
      const before = await read()
      database.exec(`update sample set value = ${write} where time = 0`)
      const after = await read()
      assert.notEqual(after, before, `${mode}, write ${write}`)
      using reader = new DatabaseSync(source.file)
      reader.prepare('select count(*) from sample').get()
      assert.equal(await read(), after)
    }
  }
})
