import assert from 'node:assert/strict'
import { it } from 'node:test'
import { localBackend } from '../../storage/local/local-backend.ts'
import { openKeyFile, parseKeyFile, sealKeyFile } from './key-file.ts'
import { SealingKey } from './sealing-key.ts'
import { sha256 } from './sha256.ts'

const backend = localBackend('nowhere')
const facts = { created: '2026-11-24T04:00:00Z', username: 'root', hostname: 'node' }
const cheap = { N: 2, r: 1, p: 1 }

async function changed(change: object) {
  const { bytes } = await sealKeyFile(SealingKey.random(), 'secret', facts, cheap)
  const again = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(bytes).toString()), ...change }))
  return { name: sha256(again), bytes: again }
}

it('opens with the password that it was sealed with, and with no other', async () => {
  const master = SealingKey.random()
  const { name, bytes } = await sealKeyFile(master, 'secret', facts, cheap)
  const file = parseKeyFile(backend, name, bytes)
  assert.equal((await openKeyFile(backend, name, file, 'secret'))?.toJson(), master.toJson())
  assert.equal(await openKeyFile(backend, name, file, 'Secret'), null)
})

it('refuses a cost that scrypt does not take, or that would take all memory or hours, before it begins', async () => {
  const costs = [
    { N: 0 },
    { N: 1 },
    { N: 3 },
    { N: 32767 },
    { N: 2 ** 40 },
    { N: 2 ** 30, r: 8 },
    { N: 65536, r: 1 },
    { N: 16, r: 2 ** 26 },
    { N: 2, r: 1, p: 2 ** 29 },
    { N: 2 ** 20, r: 8, p: 9 },
    { r: 0 },
    { p: 0 },
    { p: -1 },
    { p: 1.5 },
    { N: 1e300 },
  ]
  for (const cost of costs) {
    const { name, bytes } = await changed(cost)
    const refusal = { code: 'integrity', message: new RegExp(`keys/${name} is damaged`) }
    assert.throws(() => parseKeyFile(backend, name, bytes), refusal, JSON.stringify(cost))
  }
  const { name, bytes } = await changed({ N: 32768, r: 8, p: 16 })
  assert.equal(parseKeyFile(backend, name, bytes).p, 16)
})

it('names the file where what it seals is no key', async () => {
  const empty = JSON.stringify({ mac: { k: 'AAAA', r: 'AAAA' }, encrypt: 'AAAA' })
  const zeros = new SealingKey(Buffer.alloc(32), Buffer.alloc(16), Buffer.alloc(16)).toJson()
  for (const json of ['', 'null', '{}', '{"mac":null,"encrypt":""}', empty, zeros]) {
    const forged = { toJson: () => json } as SealingKey
    const { name, bytes } = await sealKeyFile(forged, 'secret', facts, cheap)
    const opened = openKeyFile(backend, name, parseKeyFile(backend, name, bytes), 'secret')
    await assert.rejects(opened, { code: 'integrity', message: new RegExp(`keys/${name} is damaged`) }, json)
  }
})

it('refuses a file that is far too long without looking into it', () => {
  const bytes = Buffer.alloc(100_000, ' ')
  const name = sha256(bytes)
  assert.throws(() => parseKeyFile(backend, name, bytes), { code: 'integrity', message: /too long/ })
})
