import assert from 'node:assert/strict'
import { it } from 'node:test'
import { fastScrypt, scrypt } from './scrypt.ts'

/** Costs that are worth a thread, with even and odd counts of blocks, of one and of many rows' lengths. */
const costs = [
  { N: 32768, r: 8, p: 2 },
  { N: 8192, r: 8, p: 3 },
  { N: 16384, r: 1, p: 9 },
  { N: 2, r: 1024, p: 65 },
  { N: 4096, r: 13, p: 4 },
]

for (const cost of costs) {
  it(`derives what OpenSSL does at N ${cost.N}, r ${cost.r}, p ${cost.p}`, async () => {
    const [password, salt] = ['pässword', Buffer.from('sodium chloride')]
    assert.deepEqual(await fastScrypt(password, salt, 64, cost), await scrypt(password, salt, 64, cost))
  })
}

it('derives the third vector of RFC 7914, which is too small for a thread', async () => {
  const derived = await fastScrypt('pleaseletmein', Buffer.from('SodiumChloride'), 64, { N: 16384, r: 8, p: 1 })
  assert.match(derived.toString('hex'), /^7023bdcb3afd7348461c06cd81fd38eb/)
})
