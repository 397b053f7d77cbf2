import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { parseListing } from './rest-listing.ts'

async function* cut(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  let at = 0
  for (let i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

const parse = (text: string, ...sizes: readonly number[]) =>
  Array.fromAsync(parseListing(cut(text, sizes.length === 0 ? [65_536] : sizes)))

const names = fc.stringMatching(/^[0-9a-f]{1,64}$/)
const files = fc.array(fc.record({ name: names, size: fc.nat() }), { maxLength: 30 })
const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 })

it('reads both versions of a listing, however it is cut and spaced', async () => {
  await fc.assert(
    fc.asyncProperty(files, sizes, fc.constantFrom(0, 1, '\t\n'), async (files, sizes, space) => {
      const second = await parse(JSON.stringify(files, null, space), ...sizes)
      assert.deepEqual(
        second,
        files.map(({ name, size }) => ({ name, bytes: size })),
      )
      const first = await parse(
        JSON.stringify(
          files.map(({ name }) => name),
          null,
          space,
        ),
        ...sizes,
      )
      assert.deepEqual(
        first,
        files.map(({ name }) => ({ name, bytes: null })),
      )
    }),
  )
})

it('reads null, which servers in Go give, as an empty list', async () => {
  assert.deepEqual(await parse('null', 1), [])
  assert.deepEqual(await parse(' [ ] \n', 1), [])
})

it('knows fields that it does not need', async () => {
  assert.deepEqual(await parse('[{"name":"ab","size":3,"time":"now"}]'), [{ name: 'ab', bytes: 3 }])
})

it('refuses what is no listing, or only a part of one', async () => {
  const whole = '[{"name":"ab","size":3},{"name":"cd","size":4}]'
  for (let end = 0; end < whole.length; end += 1) await assert.rejects(parse(whole.slice(0, end)), SyntaxError)
  const others = [
    '<html>',
    '{"files":[]}',
    'nul',
    'nullnull',
    '[1]',
    '[null]',
    '["ab"]x',
    '[{"name":"ab"}]',
    '[{"name":"ab","size":-1}]',
  ]
  for (const text of others) await assert.rejects(parse(text), SyntaxError, text)
})

it('ends with a SyntaxError or entries, whatever arrives, and holds little of it', async () => {
  const noise = fc.string({
    unit: fc.constantFrom('[', ']', '{', '}', '"', ',', ':', 'a', '1', ' ', '\\', 'null', '"name"', '"size"'),
  })
  await fc.assert(
    fc.asyncProperty(noise, sizes, async (text, sizes) => {
      await parse(text, ...sizes).catch((error: unknown) => assert.ok(error instanceof SyntaxError, String(error)))
    }),
    { numRuns: 2000 },
  )
  let sent = 0
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('["')
    for (;;) {
      sent += 1000
      yield Buffer.alloc(1000, 'a')
    }
  }
  await assert.rejects(Array.fromAsync(parseListing(endless())), SyntaxError)
  assert.ok(sent < 10_000, `${sent} bytes taken`)
})
