import { open } from 'node:fs/promises'
import path from 'node:path'
import { oneState, type SetRecipe } from './bench-set.ts'
import { type ContentKind, content } from './content.ts'
import { type SeededRandom, seededRandom } from './seeded-random.ts'

const mebibyte = 1024 * 1024
const files: readonly { name: string; kind: ContentKind; mebibytes: number }[] = [
  { name: 'historian.log', kind: 'text', mebibytes: 384 },
  { name: 'events.csv', kind: 'text', mebibytes: 128 },
  { name: 'runtime.bin', kind: 'program', mebibytes: 320 },
  { name: 'firmware.img', kind: 'program', mebibytes: 128 },
  { name: 'database.mdf', kind: 'pages', mebibytes: 352 },
  { name: 'video.mp4', kind: 'packed', mebibytes: 320 },
  { name: 'archive.zip', kind: 'packed', mebibytes: 192 },
  { name: 'pictures.zip', kind: 'packed', mebibytes: 96 },
  { name: 'blank.img', kind: 'zeros', mebibytes: 128 },
]

/** 2 GiB in nine files: text, programs, a database, what is compressed already, zeros. */
export const largeFiles: SetRecipe = {
  name: 'large-1',
  async build(folder, scale, signal) {
    let bytes = 0
    for (const { name, kind, mebibytes } of files) {
      const size = Math.round(mebibytes * scale * mebibyte)
      await writeFilled(path.join(folder, name), kind, size, seededRandom(name), signal)
      bytes += size
    }
    return { files: files.length, bytes }
  },
  states: oneState,
}

async function writeFilled(
  name: string,
  kind: ContentKind,
  bytes: number,
  random: SeededRandom,
  signal: AbortSignal,
): Promise<void> {
  await using file = await open(name, 'w')
  for (let left = bytes; left > 0; left -= 4 * mebibyte) {
    signal.throwIfAborted()
    await file.writeFile(content(kind, Math.min(left, 4 * mebibyte), random))
  }
}
