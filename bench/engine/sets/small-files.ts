import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { oneState, type SetRecipe } from './bench-set.ts'
import { type ContentKind, content } from './content.ts'
import { logNormal, type SeededRandom, seededRandom } from './seeded-random.ts'

const count = 60_000
const totalBytes = 1.4 * 1024 ** 3
/** One file in so many is the same as the one before: projects carry copies of their libraries. */
const copies = 20

/** Weights of ten. */
const kinds: readonly { ending: string; kind: ContentKind; weight: number }[] = [
  { ending: 'txt', kind: 'text', weight: 4 },
  { ending: 'xml', kind: 'text', weight: 2 },
  { ending: 'dll', kind: 'program', weight: 2 },
  { ending: 'png', kind: 'packed', weight: 1 },
  { ending: 'db', kind: 'pages', weight: 1 },
]
const drawn = kinds.flatMap(kind => Array.from({ length: kind.weight }, () => kind))

/** 60,000 files of together 1.4 GiB, half of them below 4 KiB, in folders one to seven deep. */
export const smallFiles: SetRecipe = {
  name: 'small-1',
  async build(folder, scale, signal) {
    const random = seededRandom('small files')
    const sizes = fileSizes(Math.round(count * scale), totalBytes * scale, random)
    let [within, left] = ['', 0]
    let before: Buffer = Buffer.alloc(0)
    let bytes = 0
    for (const [index, size] of sizes.entries()) {
      signal.throwIfAborted()
      if (left === 0) {
        within = path.join(folder, ...folderNames(random))
        left = 1 + random.integer(60)
        await mkdir(within, { recursive: true })
      }
      left -= 1
      const { ending, kind } = drawn[random.integer(drawn.length)] ?? kinds[0]!
      if (random.integer(copies) !== 0) before = content(kind, size, random)
      await writeFile(path.join(within, `file-${index}.${ending}`), before)
      bytes += before.byteLength
    }
    return { files: sizes.length, bytes }
  },
  states: oneState,
}

/** Log-normal, and of the wanted sum. */
function fileSizes(files: number, bytes: number, random: SeededRandom): number[] {
  const sizes = Array.from({ length: files }, () => logNormal(random, 4096, 1.9))
  const factor = bytes / sizes.reduce((sum, size) => sum + size, 0)
  return sizes.map(size => Math.round(size * factor))
}

function folderNames(random: SeededRandom): string[] {
  const depth = 1 + random.integer(7)
  return Array.from({ length: depth }, (_, level) => `${'abcdefg'[level]}-${random.integer(4 + level)}`)
}
