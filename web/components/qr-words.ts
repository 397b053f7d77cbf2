import { correctionWords } from './reed-solomon.ts'

/** Error correction M (ISO/IEC 18004, table 9), of versions 1 to 10: all words, the words for correction of a block, blocks. */
const sizes = [
  [26, 10, 1],
  [44, 16, 1],
  [70, 26, 1],
  [100, 18, 2],
  [134, 24, 2],
  [172, 16, 4],
  [196, 18, 4],
  [242, 22, 4],
  [292, 22, 5],
  [346, 26, 5],
] as const

export interface QrWords {
  readonly version: number
  readonly words: readonly number[]
}

/** The bytes in the smallest version that holds them, with what corrects errors, as they are drawn; null above version 10. */
export function qrWords(bytes: Uint8Array): QrWords | null {
  for (const [at, [all, correction, blocks]] of sizes.entries()) {
    const version = at + 1
    const room = all - correction * blocks
    const counted = version < 10 ? 8 : 16
    if (4 + counted + bytes.length * 8 > room * 8) continue
    return { version, words: interleaved(dataWords(bytes, room, counted), correction, blocks) }
  }
  return null
}

/** Byte mode, the count, the bytes, the end, and what fills the room. */
function dataWords(bytes: Uint8Array, room: number, counted: number): number[] {
  const bits: number[] = []
  const add = (value: number, length: number) => {
    for (let bit = length - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1)
  }
  add(0b0100, 4)
  add(bytes.length, counted)
  for (const byte of bytes) add(byte, 8)
  add(0, Math.min(4, room * 8 - bits.length))
  while (bits.length % 8 !== 0) bits.push(0)
  const words: number[] = []
  for (let at = 0; at < bits.length; at += 8)
    words.push(bits.slice(at, at + 8).reduce((word, bit) => word * 2 + bit, 0))
  for (let fill = 0xec; words.length < room; fill ^= 0xec ^ 0x11) words.push(fill)
  return words
}

/** Word by word of each block in turn; the blocks at the end are longer by one where they do not come out even. */
function interleaved(data: readonly number[], correction: number, blocks: number): readonly number[] {
  const short = Math.floor(data.length / blocks)
  const longer = data.length % blocks
  const parts: (readonly number[])[] = []
  let at = 0
  for (let block = 0; block < blocks; block += 1) {
    const length = short + (block < blocks - longer ? 0 : 1)
    parts.push(data.slice(at, at + length))
    at += length
  }
  const checks = parts.map(part => correctionWords(part, correction))
  return [...inTurn(parts), ...inTurn(checks)]
}

function inTurn(parts: readonly (readonly number[])[]): readonly number[] {
  const longest = Math.max(...parts.map(({ length }) => length))
  return Array.from({ length: longest }, (_, at) => parts.flatMap(part => part[at] ?? [])).flat()
}
