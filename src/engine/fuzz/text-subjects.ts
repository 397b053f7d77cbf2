import assert from 'node:assert/strict'
import { compareBytes, decodeBytes, encodeBytes } from '../tree/byte-string.ts'
import { goQuote, goString, goUnquote } from '../tree/go-json.ts'
import { formatTime, isTime, parseTime } from '../tree/go-time.ts'
import { mutatedBytes } from './mutate-bytes.ts'
import type { Random } from './random.ts'
import { trialOf } from './trial.ts'

const names = [
  ...['plain name.txt', 'a\\"b\\\\c', '\\a\\b\\f\\n\\r\\t\\v\\x00\\x1b\\x7f', 'é漢🤖', '\\u00a0\\u2028\\ufeff\\ue000'],
  ...['\\U000e0001\\U0010ffff', '\\x80\\xff', '\\101\\377', '..', 'a/b', '\\ud800', '\\Uffffffff', '\\X41', "\\'"],
].map(text => Buffer.from(text))
const bytes = ['6162', 'c3a9', 'e6bca2', 'f09fa496', 'eda080', 'fffe00', 'f4908080', 'c080', 'ef', 'e6bc', '00'].map(
  text => Buffer.from(text, 'hex'),
)
const times = [
  ...[
    '2026-11-23T04:56:22.996217298Z',
    '1970-01-01T00:00:00Z',
    '0000-01-01T00:00:00+23:59',
    '2024-02-29T23:59:59.9-03:30',
  ],
  ...[
    '9999-12-31T23:59:59.999999999-23:59',
    '0001-01-01T00:00:00Z',
    '2026-11-23',
    '20261123T045622Z',
    '+002026-11-23T00:00Z',
  ],
].map(text => Buffer.from(text))

const first = parseTime('0000-01-02T00:00:00Z')
const last = parseTime('9999-12-30T00:00:00Z')

function mutatedOf(random: Random, samples: readonly Buffer[]): Buffer {
  return random.oneIn(8) ? random.pick(samples) : mutatedBytes(random, random.pick(samples), random.pick(samples))
}

export const quotedName = trialOf<Buffer>({
  name: 'quoted name',
  input: random => mutatedOf(random, names),
  parse: input => goUnquote(input.toString()),
  check(name) {
    const quoted = goQuote(decodeBytes(name))
    assert.ok(quoted.isWellFormed())
    assert.equal(JSON.parse(goString(quoted)), quoted)
  },
  encode: name => Buffer.from(goQuote(decodeBytes(name))),
})

export const byteString = trialOf<string>({
  name: 'byte string',
  input: random => Buffer.concat(Array.from({ length: random.below(4) }, () => mutatedOf(random, bytes))),
  parse: decodeBytes,
  check(text) {
    const other = `${text.slice(1)}a`
    assert.ok(compareBytes(text, text) === 0)
    assert.equal(Math.sign(compareBytes(text, other)), Buffer.compare(encodeBytes(text), encodeBytes(other)))
  },
  encode: encodeBytes,
})

export const time = trialOf<bigint>({
  name: 'time',
  input: random => mutatedOf(random, times),
  parse(input) {
    const text = input.toString()
    if (!isTime(text)) return null
    const nanoseconds = parseTime(text)
    // In another zone the time may be of another year, which is no time that JSON in Go can say.
    return nanoseconds > first && nanoseconds < last ? nanoseconds : null
  },
  check: nanoseconds => assert.ok(isTime(formatTime(nanoseconds))),
  encode: nanoseconds => Buffer.from(formatTime(nanoseconds)),
})
