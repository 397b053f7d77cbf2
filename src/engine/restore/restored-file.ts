import type { ExtendedAttribute } from '../files/extended-attributes.ts'
import type { Metadata } from '../files/set-metadata.ts'

/** What a thread has to know of a file to write it. */
export interface RestoredFile extends Metadata {
  /** In the target, as a string of byte-string.ts. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  readonly begin: Begin
  /** True where all that is to be written of it is in the same job, at whose end it is whole: then it gets its metadata. */
  readonly ends: boolean
}

/**
 * How a file is opened. `new`: nothing has that name. `replace`: what has it is taken away first. `change`: a file that
 * is there, to be written to in part. `begun`: it was opened so before, and is marked as unfinished. `keep`: its content
 * is right, and only its metadata is set.
 */
export type Begin = 'new' | 'replace' | 'change' | 'begun' | 'keep'

const begins: readonly Begin[] = ['new', 'replace', 'change', 'begun', 'keep']
const words = 10

/** Files as threads hand them over: thousands of small objects cost more to copy than columns. */
export interface FileColumns {
  readonly paths: readonly string[]
  readonly numbers: Float64Array
  readonly attributes: ReadonlyMap<number, readonly ExtendedAttribute[]>
}

export function toColumns(files: readonly RestoredFile[]): FileColumns {
  const numbers = new Float64Array(files.length * words)
  const attributes = new Map<number, readonly ExtendedAttribute[]>()
  for (const [i, file] of files.entries()) {
    const at = i * words
    numbers[at] = begins.indexOf(file.begin) + (file.ends ? begins.length : 0)
    numbers[at + 1] = file.size
    numbers[at + 2] = file.permissions
    numbers[at + 3] = file.uid
    numbers[at + 4] = file.gid
    numbers[at + 5] = file.accessed.seconds
    numbers[at + 6] = file.accessed.nanoseconds
    numbers[at + 7] = file.modified.seconds
    numbers[at + 8] = file.modified.nanoseconds
    if (file.attributes !== null) attributes.set(i, file.attributes)
  }
  return { paths: files.map(({ path }) => path), numbers, attributes }
}

export function fileAt({ paths, numbers, attributes }: FileColumns, i: number): RestoredFile {
  const at = i * words
  const number = (word: number): number => numbers[at + word] as number
  return {
    path: paths[i] as string,
    begin: begins[number(0) % begins.length] as Begin,
    ends: number(0) >= begins.length,
    size: number(1),
    permissions: number(2),
    uid: number(3),
    gid: number(4),
    accessed: { seconds: number(5), nanoseconds: number(6) },
    modified: { seconds: number(7), nanoseconds: number(8) },
    attributes: attributes.get(i) ?? null,
  }
}
