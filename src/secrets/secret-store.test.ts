import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { openSecretStore } from './secret-store.ts'

const key = randomBytes(32)
const now = new Date('2026-11-23T05:00:00Z')

/** For one process. */
const openStore = (file: string, own: Uint8Array = key) =>
  openSecretStore(file, own, async () => new AsyncDisposableStack())

async function secretsFile(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'secrets-'))
  t.after(() => rm(folder, { recursive: true }))
  return path.join(folder, 'secrets.json')
}

test('a secret comes back after the store is opened again, and lies nowhere in clear', async t => {
  const file = await secretsFile(t)
  const store = await openStore(file)
  await store.set('plc-filler', 'hünter2\nsecond line', now)
  const again = await openStore(file)
  assert.equal(again.get('plc-filler'), 'hünter2\nsecond line')
  assert.deepEqual(again.list(), [{ name: 'plc-filler', set: now.toISOString() }])
  assert.ok(!(await readFile(file, 'utf8')).includes('nter2'))
  assert.equal((await stat(file)).mode & 0o777, 0o600)
})

test('an unknown name is null, also where every object has that property', async t => {
  const store = await openStore(await secretsFile(t))
  for (const name of ['none', '__proto__', 'constructor', 'toString']) assert.equal(store.get(name), null)
})

test('a removed secret is gone', async t => {
  const file = await secretsFile(t)
  const store = await openStore(file)
  await store.set('a', '1', now)
  assert.equal(await store.remove('a'), true)
  assert.equal(await store.remove('a'), false)
  assert.equal((await openStore(file)).get('a'), null)
})

test('changes at the same time, and of another process, are all kept', async t => {
  const file = await secretsFile(t)
  const [store, other] = [await openStore(file), await openStore(file)]
  await other.set('of-another', 'x', now)
  await Promise.all(['a', 'b', 'c'].map(name => store.set(name, name, now)))
  assert.equal(store.get('of-another'), 'x')
  const names = (await openStore(file)).list().map(({ name }) => name)
  assert.deepEqual(names.sort(), ['a', 'b', 'c', 'of-another'])
})

test('another key, swapped entries and damaged bytes are noticed', async t => {
  const file = await secretsFile(t)
  const store = await openStore(file)
  await store.set('a', 'one', now)
  await store.set('b', 'two', now)
  const stranger = await openStore(file, randomBytes(32))
  assert.throws(() => stranger.get('a'), { code: 'integrity' })
  const held = JSON.parse(await readFile(file, 'utf8'))
  const swapped = { ...held, secrets: { a: held.secrets.b, b: held.secrets.a } }
  await writeFile(file, JSON.stringify(swapped))
  const open = await openStore(file)
  assert.throws(() => open.get('a'), { code: 'integrity' })
  await writeFile(file, '{"format":1,"secrets":{"a":')
  const damaged = await openStore(file)
  assert.throws(() => damaged.get('a'), { code: 'integrity', message: /node\/secrets/ })
  await assert.rejects(damaged.set('c', 'three', now), { code: 'integrity' }, 'what is left of the others stays')
})

test('a name that could not be typed in a command is refused', async t => {
  const store = await openStore(await secretsFile(t))
  for (const name of ['', '../x', 'a b', '-rf', 'x'.repeat(64)]) {
    await assert.rejects(store.set(name, 'v', now), { code: 'usage' })
  }
})
