import { penaltyOf } from './qr-penalty.ts'
import { qrWords } from './qr-words.ts'

/** Rows of modules; true is dark. Without the quiet zone of four modules around it. */
export type QrCode = readonly (readonly boolean[])[]

/** Where patterns of alignment are centred, of versions 1 to 10. */
const alignments: readonly (readonly number[])[] = [
  [],
  [6, 18],
  [6, 22],
  [6, 26],
  [6, 30],
  [6, 34],
  [6, 22, 38],
  [6, 24, 42],
  [6, 26, 46],
  [6, 28, 50],
]

const masks: readonly ((row: number, column: number) => boolean)[] = [
  (row, column) => (row + column) % 2 === 0,
  row => row % 2 === 0,
  (_, column) => column % 3 === 0,
  (row, column) => (row + column) % 3 === 0,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
  (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
]

/** A text as a QR code of ISO/IEC 18004: byte mode, error correction M, versions 1 to 10; null where it is too long for that. */
export function qrCode(text: string): QrCode | null {
  const found = qrWords(new TextEncoder().encode(text))
  if (found === null) return null
  const drawn = masks.map((_, mask) => draw(found.version, found.words, mask))
  const penalties = drawn.map(penaltyOf)
  return drawn[penalties.indexOf(Math.min(...penalties))] ?? null
}

/** A value with the remainder that corrects it, after the BCH code of a generator. */
export function withRemainder(value: number, generator: number, bits: number): number {
  let rest = value << bits
  for (let bit = 31; bit >= bits; bit -= 1) if ((rest >>> bit) & 1) rest ^= generator << (bit - bits)
  return (value << bits) | rest
}

/** Which error correction (M is 00) and mask are used. */
export const formatBits = (mask: number) => withRemainder(mask, 0x537, 10) ^ 0x5412
export const versionBits = (version: number) => withRemainder(version, 0x1f25, 12)

function draw(version: number, words: readonly number[], mask: number): boolean[][] {
  const size = 17 + version * 4
  const canvas = new Canvas(size)
  for (const [row, column] of [
    [3, 3],
    [3, size - 4],
    [size - 4, 3],
  ] as const)
    canvas.finder(row, column)
  for (let at = 8; at < size - 8; at += 1) {
    canvas.set(6, at, at % 2 === 0)
    canvas.set(at, 6, at % 2 === 0)
  }
  const centres = alignments[version - 1] ?? []
  for (const row of centres)
    for (const column of centres) if (!isCorner(row, column, size)) canvas.alignment(row, column)
  format(canvas, mask)
  if (version >= 7) versionMarks(canvas, version)
  fill(canvas, words, masks[mask] ?? (() => false))
  return canvas.dark
}

/** Where a finder stands. */
function isCorner(row: number, column: number, size: number): boolean {
  const last = size - 7
  return (row === 6 && column === 6) || (row === 6 && column === last) || (row === last && column === 6)
}

class Canvas {
  readonly size: number
  readonly dark: boolean[][]
  /** What holds no data. */
  readonly taken: boolean[][]

  constructor(size: number) {
    const empty = () => Array.from({ length: size }, () => new Array<boolean>(size).fill(false))
    this.size = size
    this.dark = empty()
    this.taken = empty()
  }

  set(row: number, column: number, dark: boolean): void {
    this.put(row, column, dark)
    const taken = this.taken[row]
    if (taken !== undefined && column >= 0 && column < this.size) taken[column] = true
  }

  put(row: number, column: number, dark: boolean): void {
    const cells = this.dark[row]
    if (cells !== undefined && column >= 0 && column < this.size) cells[column] = dark
  }

  isTaken(row: number, column: number): boolean {
    return this.taken[row]?.[column] ?? true
  }

  /** With the light line around it. */
  finder(row: number, column: number): void {
    this.rings(row, column, 4, ring => ring !== 2 && ring !== 4)
  }

  alignment(row: number, column: number): void {
    this.rings(row, column, 2, ring => ring !== 1)
  }

  private rings(row: number, column: number, radius: number, isDark: (ring: number) => boolean): void {
    for (let down = -radius; down <= radius; down += 1)
      for (let right = -radius; right <= radius; right += 1)
        this.set(row + down, column + right, isDark(Math.max(Math.abs(down), Math.abs(right))))
  }
}

function format(canvas: Canvas, mask: number): void {
  const { size } = canvas
  const bits = formatBits(mask)
  for (let bit = 0; bit < 15; bit += 1) {
    const dark = ((bits >> bit) & 1) === 1
    // around the finder at the left top, over the lines of timing
    canvas.set(bit < 6 ? bit : bit < 8 ? bit + 1 : 8, bit < 8 ? 8 : bit === 8 ? 7 : 14 - bit, dark)
    // beside the two others
    if (bit < 8) canvas.set(8, size - 1 - bit, dark)
    else canvas.set(size - 15 + bit, 8, dark)
  }
  canvas.set(size - 8, 8, true)
}

function versionMarks(canvas: Canvas, version: number): void {
  const bits = versionBits(version)
  for (let bit = 0; bit < 18; bit += 1) {
    const dark = ((bits >> bit) & 1) === 1
    const [a, b] = [Math.floor(bit / 3), canvas.size - 11 + (bit % 3)]
    canvas.set(a, b, dark)
    canvas.set(b, a, dark)
  }
}

/** Bit by bit in pairs of columns from the right, upwards and downwards in turn, without the column of timing. */
function fill(canvas: Canvas, words: readonly number[], masked: (row: number, column: number) => boolean): void {
  const { size } = canvas
  let bit = 0
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5
    const upwards = ((right + 1) & 2) === 0
    for (let step = 0; step < size; step += 1) {
      const row = upwards ? size - 1 - step : step
      for (const column of [right, right - 1]) {
        if (canvas.isTaken(row, column)) continue
        const dark = (((words[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1
        canvas.put(row, column, dark !== masked(row, column))
        bit += 1
      }
    }
  }
}
