import assert from 'node:assert/strict'
import { it } from 'node:test'
import { BlackstartError } from '../errors.ts'
import { listResult } from './list-result.ts'
import type { Output } from './output.ts'
import { LazyList, streamBytes, streamJson, streamText } from './stream-result.ts'

interface Said {
  readonly out: Output
  written(): string
  readonly pieces: Uint8Array[]
  readonly lines: string[]
}

/** An output that keeps what it is given; its reader leaves after so many pieces. */
function said(json: boolean, { width = Number.POSITIVE_INFINITY, leavesAfter = Number.POSITIVE_INFINITY } = {}): Said {
  const pieces: Uint8Array[] = []
  const lines: string[] = []
  const out: Output = {
    ...{ json, colour: false, width, result: () => undefined, live: () => undefined, style: (_, text) => text },
    line: text => void lines.push(text),
    raw: async bytes => {
      if (pieces.length >= leavesAfter) throw Object.assign(new Error('gone'), { code: 'EPIPE' })
      pieces.push(bytes)
    },
  }
  return { out, pieces, lines, written: () => Buffer.concat(pieces).toString() }
}

async function* counted(to: number, failure?: Error): AsyncGenerator<number> {
  for (let i = 1; i <= to; i += 1) yield i
  if (failure !== undefined) throw failure
}

const shapes = { json: (item: number) => ({ item }), text: (item: number) => `line ${item}` }

it('writes items as one JSON array, or as lines', async () => {
  const [json, text, empty] = [said(true), said(false), said(true)]
  assert.equal(await listResult(json.out, counted(2), shapes), 0)
  assert.deepEqual(JSON.parse(json.written()), [{ item: 1 }, { item: 2 }])
  assert.equal(await listResult(text.out, counted(2), shapes), 0)
  assert.equal(text.written(), 'line 1\nline 2\n')
  await listResult(empty.out, counted(0), shapes)
  assert.equal(empty.written(), '[]\n')
})

it('ends the array with what went wrong after it was begun, and throws what went wrong before', async () => {
  const failure = new BlackstartError('integrity', 'A pack is damaged.')
  const json = said(true)
  assert.equal(await listResult(json.out, counted(1, failure), shapes), 5)
  const [, last] = JSON.parse(json.written())
  assert.deepEqual(last, { message_type: 'error', error: { code: 'integrity', message: 'A pack is damaged.' } })
  assert.deepEqual(json.lines, ['A pack is damaged.'])
  await assert.rejects(listResult(said(true).out, counted(0, failure), shapes), failure)
})

it('writes large pieces, but on a terminal each line as it comes', async () => {
  const [file, terminal] = [said(false), said(false, { width: 80 })]
  const lines = Array.from({ length: 3000 }, (_, i) => `${'x'.repeat(60)}${i}\n`)
  await streamText(file.out, lines)
  await streamText(terminal.out, lines)
  assert.equal(file.written(), lines.join(''))
  assert.ok(file.pieces.length < 5)
  assert.equal(terminal.pieces.length, 3000)
})

it('stops where its reader has left, or takes no more', async () => {
  const left = said(false, { width: 80, leavesAfter: 1 })
  let asked = 0
  const endless = (function* () {
    for (;;) {
      asked += 1
      yield 'more\n'
    }
  })()
  assert.equal(await streamText(left.out, endless), false)
  assert.equal(asked, 2)
  const bytes = said(false, { leavesAfter: 0 })
  const one = (async function* () {
    yield Buffer.from('x')
  })()
  assert.equal(await streamBytes(bytes.out, one), false)
})

it('writes lists inside of a document element by element', async () => {
  const { out, written } = said(true)
  const numbers = LazyList.of([1, 2, 3], number => ({ number }))
  await streamJson(out, { a: 'x', numbers, none: LazyList.of([], String), left: undefined, nested: { deep: [1] } })
  assert.deepEqual(JSON.parse(written()), {
    ...{ a: 'x', numbers: [{ number: 1 }, { number: 2 }, { number: 3 }], none: [], nested: { deep: [1] } },
  })
})
