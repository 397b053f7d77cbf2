import { sha256 } from '../crypto/sha256.ts'
import { pseudoRandom } from '../test-repository.ts'

/** Numbers of contents by path, `folder/name` without a slash before it. */
export type Files = Readonly<Record<string, number>>

/** One change of a tree of files; null removes the file. */
export interface Edit {
  readonly path: string
  readonly content: number | null
}

/** Where files may be: few, so that they change often. */
export const filePaths = ['a', 'b', 'line/plc', 'line/robot/program', 'line/robot/data', 'z'] as const
/** Few, so that what was forgotten is needed again. */
export const contentCount = 16

const made = new Map<number, Buffer>()

/** Bytes that are the same for the same number: none, a few, some that compress well, or so many that they are cut into several blobs. */
export function contentOf(number: number): Buffer {
  const known = made.get(number)
  if (known !== undefined) return known
  const content = newContent(number)
  made.set(number, content)
  return content
}

function newContent(number: number): Buffer {
  if (number % 16 === 0) return Buffer.of()
  if (number % 16 < 4) return Buffer.concat([Buffer.alloc(1_100_000), pseudoRandom(number, 300_000)])
  if (number % 16 < 8) return Buffer.from(`line ${number}\n`.repeat(3000))
  return pseudoRandom(number, 10 + number * 700)
}

const hashes = new Map<number, string>()

/** Of a content, by its number. */
export function hashOf(number: number): string {
  const hash = hashes.get(number) ?? sha256(contentOf(number))
  hashes.set(number, hash)
  return hash
}

export function edited(files: Files, edits: readonly Edit[]): Files {
  const all = new Map(Object.entries(files))
  for (const { path, content } of edits) {
    if (content === null) all.delete(path)
    else all.set(path, content)
  }
  return Object.fromEntries([...all].sort())
}
