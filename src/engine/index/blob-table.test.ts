import assert from 'node:assert/strict'
import { once } from 'node:events'
import { it } from 'node:test'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { sha256 } from '../crypto/sha256.ts'
import type { BlobType } from '../pack/pack-header.ts'
import { BlobTable } from './blob-table.ts'

const idOf = (number: number): string => sha256(Buffer.from(String(number)))

it('finds what was added, by type and id, newest first, whatever the number of buckets', () => {
  const blob = fc.record({ type: fc.constantFrom<BlobType>('data', 'tree'), number: fc.nat(40) })
  fc.assert(
    fc.property(fc.array(blob, { maxLength: 3000 }), blobs => {
      const table = BlobTable.create(1, 1, blobs.length)
      const entries = new Map<string, number[]>()
      for (const [i, { type, number }] of blobs.entries()) {
        const key = `${type} ${number}`
        assert.equal(table.append(type, idOf(number), [i]), !entries.has(key))
        entries.set(key, [i, ...(entries.get(key) ?? [])])
      }
      for (const type of ['data', 'tree'] as const) {
        for (let number = 0; number <= 40; number += 1) {
          const found: number[] = []
          for (let entry = table.find(type, idOf(number)); entry !== -1; entry = table.findOlder(entry)) {
            assert.deepEqual([table.idOf(entry), table.typeOf(entry)], [idOf(number), type])
            assert.equal(blobs[table.payloadOf(entry, 0)]?.number, number)
            found.push(entry)
          }
          assert.deepEqual(found, entries.get(`${type} ${number}`) ?? [])
        }
      }
    }),
    { numRuns: 30 },
  )
})

it('lets one claimer have a blob, and everyone when it is full', () => {
  const table = BlobTable.create(0, 10, 2)
  assert.deepEqual(
    [1, 1, 2, 2].map(number => table.claim('data', idOf(number))),
    [true, false, true, false],
  )
  for (let i = 0; i < 2; i += 1) assert.ok(table.claim('tree', idOf(1)))
  assert.throws(() => table.append('tree', idOf(1), []), RangeError)
  assert.equal(table.count, 2)
  assert.ok(!table.claim('data', idOf(2)))
})

it('gives each of many blobs to one of several threads that claim at the same time', async () => {
  const table = BlobTable.create(0, 1, 100_000) // few buckets: long chains, many collisions
  const program = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { createHash } = require('node:crypto')
    import(workerData.module).then(({ BlobTable }) => {
      const table = new BlobTable(workerData.shared)
      const won = []
      for (let i = 0; i < 8000; i++) {
        const number = (i * workerData.step) % 8000
        if (table.claim('data', createHash('sha256').update(String(number)).digest('hex'))) won.push(number)
      }
      parentPort.postMessage(won)
    })`
  const module = new URL('./blob-table.ts', import.meta.url).href
  const won = await Promise.all(
    [1, 3, 7, 11].map(async step => {
      const worker = new Worker(program, { eval: true, workerData: { module, shared: table.shared, step } })
      const [numbers] = (await once(worker, 'message')) as [number[]]
      await worker.terminate()
      return numbers
    }),
  )
  const all = won.flat()
  assert.equal(all.length, 8000)
  assert.equal(new Set(all).size, 8000)
  for (let number = 0; number < 8000; number += 1) assert.notEqual(table.find('data', idOf(number)), -1)
})
