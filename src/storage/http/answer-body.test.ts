import assert from 'node:assert/strict'
import { it } from 'node:test'
import { beyond, gathered } from './answer-body.ts'

const whole = Buffer.from('0123456789')

/** The ten bytes in pieces of one length. */
async function* inPieces(length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < whole.length; at += length) yield whole.subarray(at, at + length)
}

it('gathers the bytes of a range from an answer that has them only, or the whole file, in pieces of any length', async () => {
  for (let piece = 1; piece <= 10; piece += 1) {
    for (let skip = 0; skip <= 10; skip += 1) {
      const rest = await Array.fromAsync(beyond(skip, inPieces(piece)), each => Buffer.from(each))
      assert.equal(Buffer.concat(rest).toString(), '0123456789'.slice(skip))
      for (const length of [0, 1, 5, 10, null]) {
        const found = await gathered(inPieces(piece), skip, length)
        assert.equal(Buffer.from(found).toString(), '0123456789'.slice(skip, length === null ? 10 : skip + length))
      }
    }
  }
})
