// The thread of scrypt.ts: mixes the blocks that it was given, two at a time.
import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import type { BlocksToMix } from './scrypt.ts'

const pageBytes = 65_536

interface Exports {
  /** Addresses in the memory. */
  romix(pair: number, bytes: number, rows: number, spare: number, table: number): void
}

const { blocks, bytes, rows } = workerData as BlocksToMix
const [spare, table] = [2 * bytes, 5 * bytes]
const memory = new WebAssembly.Memory({ initial: Math.ceil((table + 2 * bytes * rows) / pageBytes) })
const code = new WebAssembly.Module(readFileSync(new URL('./romix.wasm', import.meta.url)))
const { romix } = new WebAssembly.Instance(code, { env: { memory } }).exports as unknown as Exports
const pair = new Uint8Array(memory.buffer, 0, 2 * bytes)
for (let at = 0; at < blocks.byteLength; at += 2 * bytes) {
  const both = blocks.subarray(at, at + 2 * bytes)
  pair.set(both)
  romix(0, bytes, rows, spare, table)
  both.set(pair.subarray(0, both.byteLength))
}
parentPort?.postMessage(blocks, [blocks.buffer])
