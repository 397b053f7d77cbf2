import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { pseudoRandom } from '../test-repository.ts'
import { cutSpans } from './cut-spans.ts'

const whole = pseudoRandom(1, 3000)

async function cut(pieces: readonly number[], spans: readonly { offset: number; length: number }[], bytes = whole) {
  async function* given(): AsyncGenerator<Uint8Array> {
    let at = 0
    for (const size of [...pieces, bytes.length]) {
      const piece = Buffer.from(bytes.subarray(at, at + size))
      at += piece.length
      if (piece.length > 0) yield piece
      piece.fill(0) // it is not ours any more
    }
  }
  const found: { span: { offset: number; length: number } | null; content: Buffer | null }[] = []
  for await (const { span, content } of cutSpans(given(), spans, 2500)) {
    found.push({ span, content: content === null ? null : Buffer.from(content) })
  }
  return found
}

const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 20 })

it('gives each span and what lies behind the last, however the stream is cut', async () => {
  const layout = fc.array(fc.tuple(fc.nat(40), fc.nat(400)), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(sizes, layout, async (pieces, gaps) => {
      let end = 0
      const spans = gaps.map(([gap, length]) => {
        const span = { offset: end + gap, length }
        end = span.offset + length
        return span
      })
      const expected = spans.map(span => ({
        span,
        content:
          span.offset + span.length <= whole.length ? whole.subarray(span.offset, span.offset + span.length) : null,
      }))
      const rest = end <= whole.length ? whole.subarray(end) : Buffer.alloc(0)
      const behind = { span: null, content: rest.length > 2500 ? null : rest }
      assert.deepEqual(await cut(pieces, spans), [...expected, behind])
    }),
  )
})

it('gives nothing for a span that begins within another', async () => {
  const spans = [
    { offset: 0, length: 100 },
    { offset: 50, length: 100 },
    { offset: 150, length: 10 },
  ]
  const found = await cut([70], spans)
  assert.deepEqual(
    found.map(({ content }) => content?.length ?? null),
    [100, null, 10, null],
  )
})
