import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { moveOnce, type SetRecipe } from './bench-set.ts'
import { type ContentKind, content } from './content.ts'
import { logNormal, type SeededRandom, seededRandom } from './seeded-random.ts'

const run = promisify(execFile)
const imageBytes = 10 * 1024 ** 3
const block = 4096
/** The part of the image that holds data; the rest is holes. */
const filled = 0.2
const changed = 0.01
const kinds: readonly ContentKind[] = ['text', 'program', 'program', 'pages', 'packed', 'zeros']

/** A virtual disk of 10 GiB, a fifth of it written; in the second state 1 % of its blocks are others. */
export const diskImage: SetRecipe = {
  name: 'disk-1',
  async build(folder, scale, signal) {
    const size = Math.floor((imageBytes * scale) / block) * block
    const [before, after] = [path.join(folder, 'before'), path.join(folder, 'after')]
    for (const state of [before, after]) await mkdir(state)
    const random = seededRandom('disk image')
    const extents = await writeImage(path.join(before, 'disk.img'), size, random, signal)
    await run('cp', ['--sparse=always', path.join(before, 'disk.img'), path.join(after, 'disk.img')], { signal })
    await changeImage(path.join(after, 'disk.img'), size, extents, random, signal)
    return { files: 1, bytes: size }
  },
  states(folder) {
    const at = (state: string): string => path.join(folder, state)
    // Only the folder is renamed: the image keeps its inode and times, so that it is unchanged while it is.
    const show = async (shown: string, other: string): Promise<void> => {
      if (existsSync(at(shown))) {
        await moveOnce(at('current'), at(other))
        await moveOnce(at(shown), at('current'))
      }
    }
    return {
      source: at('current'),
      change: () => show('after', 'before'),
      revert: () => show('before', 'after'),
    }
  },
}

interface Extent {
  readonly offset: number
  readonly bytes: number
}

/** Extents of 64 KiB to 32 MiB with holes between, as a file system leaves them. */
async function writeImage(name: string, size: number, random: SeededRandom, signal: AbortSignal): Promise<Extent[]> {
  await using image = await open(name, 'w')
  await image.truncate(size)
  const extents: Extent[] = []
  const most = Math.min(32 * 1024 ** 2, size / 16)
  for (let [offset, used] = [0, 0]; used < size * filled && offset < size; ) {
    signal.throwIfAborted()
    const bytes = Math.min(inBlocks(logNormal(random, 2 * 1024 ** 2, 1.2), most), size - offset)
    await image.write(content(kinds[random.integer(kinds.length)] ?? 'text', bytes, random), 0, bytes, offset)
    extents.push({ offset, bytes })
    used += bytes
    offset += bytes + inBlocks(bytes * (1 / filled - 1) * 2 * random.next(), size)
  }
  return extents
}

/** Nearly all changed blocks lie in runs of 256 KiB to 4 MiB; one in twenty is scattered, in ones to eights. */
async function changeImage(
  name: string,
  size: number,
  extents: readonly Extent[],
  random: SeededRandom,
  signal: AbortSignal,
): Promise<void> {
  await using image = await open(name, 'r+')
  const total = size * changed
  for (let done = 0; done < total; ) {
    signal.throwIfAborted()
    const scattered = done > total * 0.95
    const blocks = scattered ? 1 + random.integer(8) : 64 + random.integer(960)
    const bytes = Math.min(blocks * block, inBlocks(total - done, size))
    // One change in seven takes space that was free.
    const within = extents[random.integer(extents.length)] ?? { offset: 0, bytes: size }
    const anywhere = random.integer(7) === 0
    const span = anywhere ? size : within.bytes
    const start = (anywhere ? 0 : within.offset) + Math.floor((random.next() * span) / block) * block
    const fitting = Math.min(bytes, size - start)
    await image.write(content(kinds[random.integer(5)] ?? 'text', fitting, random), 0, fitting, start)
    done += fitting
  }
}

function inBlocks(bytes: number, most: number): number {
  return Math.max(block, Math.min(Math.ceil(bytes / block) * block, Math.floor(most / block) * block))
}
