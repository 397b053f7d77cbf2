import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatBits, type QrCode, qrCode, versionBits } from './qr-code.ts'
import { correctionWords, times } from './reed-solomon.ts'

test('the words for correction of the well-known example "HELLO WORLD", 1-M, are those that are published', () => {
  const data = [32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17]
  assert.deepEqual(correctionWords(data, 10), [196, 35, 39, 119, 235, 215, 231, 226, 93, 23])
})

test('the format and the version are written as the tables of ISO/IEC 18004 have them', () => {
  assert.deepEqual(
    [0, 1, 5, 7].map(mask => formatBits(mask).toString(2).padStart(15, '0')),
    ['101010000010010', '101000100100101', '100000011001110', '100101010100000'],
  )
  assert.equal(versionBits(7).toString(2).padStart(18, '0'), '000111110010010100')
  assert.equal(versionBits(10).toString(2).padStart(18, '0'), '001010010011010011')
})

test('whatever is written is read again, without an error in any block', () => {
  const uri = 'otpauth://totp/Blackstart:claire?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Blackstart'
  assert.equal(read(qrCode(uri)), uri)
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), text => assert.equal(read(qrCode(text)), text)),
    { numRuns: 40 },
  )
})

test('each version takes as many bytes as the standard says, and what is longer than the tenth takes is refused', () => {
  const most = [14, 26, 42, 62, 84, 106, 122, 152, 180, 213]
  for (const [at, bytes] of most.entries()) {
    const code = qrCode('x'.repeat(bytes))
    assert.equal(code?.length, 21 + at * 4)
    assert.equal(read(code), 'x'.repeat(bytes))
  }
  assert.equal(qrCode('x'.repeat(214)), null)
})

/** Blocks of a version: how many of which length of data; and words for correction in each. */
const blocksOf: readonly (readonly [readonly number[], number])[] = [
  [[16], 10],
  [[28], 16],
  [[44], 26],
  [[32, 32], 18],
  [[43, 43], 24],
  [[27, 27, 27, 27], 16],
  [[31, 31, 31, 31], 18],
  [[38, 38, 39, 39], 22],
  [[36, 36, 36, 37, 37], 22],
  [[43, 43, 43, 43, 44], 26],
]

/** Reads a code as a scanner does: by its format, its mask and its blocks, whose errors must be none. */
function read(code: QrCode | null): string {
  assert.ok(code !== null)
  const size = code.length
  const version = (size - 17) / 4
  const at = (row: number, column: number): number => (code[row]?.[column] === true ? 1 : 0)
  const first = [0, 1, 2, 3, 4, 5, 7, 8]
    .map(row => at(row, 8))
    .concat([7, 5, 4, 3, 2, 1, 0].map(column => at(8, column)))
  const second = [...Array(8).keys()]
    .map(step => at(8, size - 1 - step))
    .concat([...Array(7).keys()].map(step => at(size - 7 + step, 8)))
  assert.deepEqual(second, first)
  const format = first.reduce((value, bit, position) => value | (bit << position), 0) ^ 0x5412
  assert.equal(format >> 13, 0, 'error correction M')
  const mask = (format >> 10) & 7
  const bits: number[] = []
  for (let pair = 0; pair < (size - 1) / 2; pair += 1) {
    const right = size - 1 - 2 * pair - (size - 1 - 2 * pair <= 6 ? 1 : 0)
    for (let step = 0; step < size; step += 1) {
      const row = pair % 2 === 0 ? size - 1 - step : step
      for (const column of [right, right - 1])
        if (!isFunction(row, column, size, version)) bits.push(at(row, column) ^ (isMasked(mask, row, column) ? 1 : 0))
    }
  }
  const words = Array.from({ length: bits.length >> 3 }, (_, word) =>
    Number.parseInt(bits.slice(word * 8, word * 8 + 8).join(''), 2),
  )
  const [lengths, correction] = blocksOf[version - 1] ?? [[], 0]
  const blocks = lengths.map((): number[] => [])
  let next = 0
  for (let word = 0; word < Math.max(...lengths); word += 1)
    for (const [block, length] of lengths.entries()) if (word < length) blocks[block]?.push(words[next++] ?? 0)
  const data = blocks.flat()
  for (let word = 0; word < correction; word += 1) for (const block of blocks) block.push(words[next++] ?? 0)
  for (const block of blocks) for (let root = 0; root < correction; root += 1) assert.equal(syndrome(block, root), 0)
  const stream = data.map(word => word.toString(2).padStart(8, '0')).join('')
  assert.equal(stream.slice(0, 4), '0100', 'byte mode')
  const counted = version < 10 ? 8 : 16
  const count = Number.parseInt(stream.slice(4, 4 + counted), 2)
  const bytes = Array.from({ length: count }, (_, byte) =>
    Number.parseInt(stream.slice(4 + counted + byte * 8, 12 + counted + byte * 8), 2),
  )
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))
}

/** The block as a polynomial, at 2 to the power of `root`. */
function syndrome(block: readonly number[], root: number): number {
  let x = 1
  for (let power = 0; power < root; power += 1) x = times(x, 2)
  return block.reduce((value, word) => times(value, x) ^ word, 0)
}

function isFunction(row: number, column: number, size: number, version: number): boolean {
  if (row === 6 || column === 6) return true
  if ((row <= 8 && column <= 8) || (row <= 8 && column >= size - 8) || (row >= size - 8 && column <= 8)) return true
  if (version >= 7 && ((row < 6 && column >= size - 11) || (column < 6 && row >= size - 11))) return true
  const last = size - 7
  const centres = version < 2 ? [] : version < 7 ? [6, last] : [6, (6 + last) / 2, last]
  return centres.some(a =>
    centres.some(b => {
      const corner = (a === 6 && b === 6) || (a === 6 && b === last) || (a === last && b === 6)
      return !corner && Math.abs(row - a) <= 2 && Math.abs(column - b) <= 2
    }),
  )
}

function isMasked(mask: number, i: number, j: number): boolean {
  const both = ((i * j) % 2) + ((i * j) % 3)
  const conditions = [
    i + j,
    i,
    j % 3,
    (i + j) % 3,
    (i >> 1) + Math.floor(j / 3),
    both,
    both,
    ((i + j) % 2) + ((i * j) % 3),
  ]
  const value = conditions[mask] ?? 1
  return mask === 2 || mask === 3 || mask === 5 ? value === 0 : value % 2 === 0
}
