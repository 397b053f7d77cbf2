import { type SeededRandom, seededRandom } from './seeded-random.ts'

/** `text` compresses to about a third, `program` to a half, `pages` to a quarter, `packed` not at all. */
export type ContentKind = 'text' | 'program' | 'pages' | 'packed' | 'zeros'

export function content(kind: ContentKind, bytes: number, random: SeededRandom): Buffer {
  const target = Buffer.alloc(bytes)
  if (kind === 'packed') random.fill(target)
  else if (kind !== 'zeros') writers[kind](target, random)
  return target
}

const writers = { text: writeText, program: writeProgram, pages: writePages }

const wordCount = 4096
/** Words end to end in one buffer: word `i` lies from `ends[i - 1]` to `ends[i]`. Frequent words come first and are short. */
const [vocabulary, ends] = makeVocabulary()
/** Which word to take for each of 65,536 equally likely draws: after Zipf's law. */
const zipf = Uint16Array.from({ length: 65_536 }, (_, draw) => Math.floor(wordCount ** (draw / 65_536)) - 1)

function makeVocabulary(): [Buffer, Uint32Array] {
  const random = seededRandom('vocabulary')
  const syllables = 'va lor tem pi gra nus con sta mer ti do re qui sol an ec fin po lu bri mot cas der el ha ox'.split(
    ' ',
  )
  const words = Array.from({ length: wordCount }, (_, rank) => {
    const length = 1 + random.integer(rank < 100 ? 2 : 4)
    return Array.from({ length }, () => syllables[random.integer(syllables.length)] ?? '').join('')
  })
  let end = 0
  const places = Uint32Array.from(words, word => (end += word.length))
  return [Buffer.from(words.join('')), places]
}

function word(random: SeededRandom): Buffer {
  const index = zipf[random.integer(65_536)] ?? 0
  return vocabulary.subarray(index === 0 ? 0 : ends[index - 1], ends[index])
}

/** Log lines: a number that grows, words, a measured value. */
function writeText(target: Buffer, random: SeededRandom): void {
  let line = random.integer(1e9)
  for (let at = 0; at < target.byteLength; ) {
    line += 1 + random.integer(30)
    at += target.write(`${line} [${levels[random.integer(16)] ?? 'info'}]`, at, 'latin1')
    for (let words = 6 + random.integer(10); words > 0 && at < target.byteLength; words -= 1) {
      target[at] = 0x20
      at += 1 + word(random).copy(target, at + 1)
    }
    at += target.write(` ${random.integer(1e5) / 100}\n`, at, 'latin1')
  }
}

const levels: Readonly<Record<number, string>> = { 0: 'warning', 1: 'error', 2: 'debug', 3: 'debug' }

/** Instructions: few shapes, operands that vary, a string among them now and then. */
function writeProgram(target: Buffer, random: SeededRandom): void {
  const shapes = Array.from({ length: 64 }, () => {
    const shape = Buffer.alloc(2 + random.integer(6))
    random.fill(shape)
    return shape
  })
  const operands = Buffer.alloc(target.byteLength)
  random.fill(operands)
  for (let at = 0; at < target.byteLength; ) {
    const draw = random.next()
    const piece = draw < 0.03 ? word(random) : (shapes[Math.floor(draw ** 2 * shapes.length)] ?? operands)
    const end = at + piece.copy(target, at)
    if (end < target.byteLength && draw > 0.4) target[end] = operands[end] ?? 0
    at = draw > 0.4 ? end + 1 : end
  }
}

const pageBytes = 8192
const rowBytes = 64

/** Pages of a database: numbered, filled with rows to some degree, zeros behind. */
function writePages(target: Buffer, random: SeededRandom): void {
  let row = random.integer(1e9)
  for (let page = 0; page < target.byteLength; page += pageBytes) {
    const bytes = target.subarray(page, page + pageBytes)
    const rows = Math.floor((bytes.byteLength / rowBytes) * (0.5 + random.next() / 2))
    if (bytes.byteLength >= 4) bytes.writeUInt32LE(page / pageBytes)
    for (let at = rowBytes; at < rows * rowBytes; at += rowBytes) {
      row += 1
      bytes.writeUInt32LE(row, at)
      bytes.writeFloatLE(random.next() * 1000, at + 4)
      bytes.writeUInt32LE(random.integer(2 ** 16), at + 8)
      for (let text = at + 12; text < at + 48; ) text += 1 + word(random).copy(bytes, text, 0, at + 48 - text)
    }
  }
}
