import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyslogFrames } from './syslog-frames.ts'

const longest = 64

/** All frames, the bytes handed over in pieces of that size. */
function cut(bytes: Uint8Array, size = bytes.length || 1): string[] {
  const frames = new SyslogFrames(longest)
  const found: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) found.push(...frames.push(bytes.subarray(at, at + size)))
  const last = frames.end()
  return [...found, ...(last === null ? [] : [last])].map(String)
}

const counted = (text: string) => `${Buffer.byteLength(text)} ${text}`

test('counted messages and lines are told apart, however they arrive', () => {
  const stream = Buffer.from(`${counted('<13>one\ntwo')}<14>three\r\n${counted('<15>four')}<16>five\0<17>six`)
  for (let size = 1; size <= stream.length; size++) {
    assert.deepEqual(cut(stream, size), ['<13>one\ntwo', '<14>three', '<15>four', '<16>five', '<17>six'], `${size}`)
  }
})

test('a line that begins with a number is a line', () => {
  const lines = ['12 monkeys', '123456: <x>', '7', '1234567 <a']
  for (const size of [1, 3, 100]) assert.deepEqual(cut(Buffer.from(lines.join('\n')), size), lines)
})

test('what is too long is cut, and what follows is whole', () => {
  const long = `<13>${'x'.repeat(500)}`
  for (const size of [1, 7, 64, 1000]) {
    assert.deepEqual(cut(Buffer.from(`${counted(long)}${counted('<14>next')}`), size), [
      long.slice(0, longest),
      '<14>next',
    ])
    assert.deepEqual(cut(Buffer.from(`${long}\n<14>next\n`), size), [long.slice(0, longest), '<14>next'])
  }
})

test('a stream of whatever bytes is cut into bounded messages, the same however it arrives', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)),
    fc.string({ maxLength: 90 }).map(text => Buffer.from(counted(`<13>${text}`))),
    fc.constantFrom('\n', '\0', ' ', '9', '999999 <', '<13>').map(text => Buffer.from(text)),
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }).map(pieces => Buffer.concat(pieces)),
      fc.integer({ min: 1, max: 300 }),
      (bytes, size) => {
        const whole = cut(bytes)
        assert.deepEqual(cut(bytes, size), whole)
        assert.ok(whole.every(frame => Buffer.byteLength(frame) <= 3 * longest))
      },
    ),
    { numRuns: 1000 },
  )
})
