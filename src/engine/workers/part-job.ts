import { minChunk } from '../chunker/chunk-buffer.ts'
import { type DataRange, dataRanges } from '../files/data-ranges.ts'
import type { FileStat } from '../files/file-stat.ts'
import type { FailedEntry, FilePart, NextPart, PartJob } from './messages.ts'
import { attributesOf, type Source, textOf } from './source.ts'
import { leastHole, SourceFile } from './source-file.ts'

/** Chunks of a hole that one part takes: their ids are messages. */
const mostZeroChunks = 16_384

/**
 * Stores the chunks that begin at `offset`, as many as the buffer holds. `announce` is called as soon as it is known where the
 * next part begins, so that another thread reads on meanwhile.
 */
export function storePart(job: PartJob, source: Source, announce: (next: NextPart) => void): FilePart {
  using file = SourceFile.open(job.file)
  const stat = file.stat()
  const first = job.first ?? stat
  if (first.device !== stat.device || first.inode !== stat.inode) throw replaced(job.file)
  const ranges = dataRanges(file.descriptor, stat.size, job.offset)
  const range = ranges.next().value
  const data = range?.offset ?? stat.size
  const content = storeHole(job.offset, data, source)
  const bytes = content.length * minChunk
  if (content.length === mostZeroChunks) {
    announce({ offset: job.offset + bytes, first })
    return { content, bytes, end: null }
  }
  const { buffer, store } = source
  const begin = job.offset + bytes
  const most = begin + buffer.bytes.byteLength
  const hole = nextHole(range, ranges, most, stat.size) ?? Number.POSITIVE_INFINITY
  const { chunks, isEnd, ...cut } = file.cut(buffer, begin, stat.size, { data, hole })
  const next = begin + cut.bytes
  announce({ offset: isEnd ? null : next, first })
  for (const chunk of chunks) content.push(store.add('data', chunk))
  return { content, bytes: bytes + cut.bytes, end: isEnd ? endOf(job.file, { ...first, size: next }, source) : null }
}

function endOf(file: string, stat: FileStat, source: Source): FilePart['end'] {
  const failures: FailedEntry[] = []
  const attributes = attributesOf(file, failures)
  const node = textOf(file.slice(file.lastIndexOf('/') + 1), stat, source, { attributes })
  return { node, size: stat.size, failures }
}

/**
 * The ids of the chunks that lie whole in a hole from `offset` to `data`. Zeros are cut at the shortest chunk, since their digest is
 * zero: so such a hole need not be read, and its chunks are one blob.
 */
function storeHole(offset: number, data: number, { store }: Source): string[] {
  const chunks = Math.min(Math.floor((data - offset) / minChunk), mostZeroChunks)
  if (chunks < 1) return []
  const id = stored.get(store) ?? store.add('data', new Uint8Array(minChunk))
  stored.set(store, id)
  return new Array<string>(chunks).fill(id)
}

/** Where the zeros of a hole's chunk are stored, by which name. */
const stored = new WeakMap<Source['store'], string>()

/** Where a hole begins that is worth a part's end: behind `data` or behind the next ranges, before `most`. */
function nextHole(
  data: DataRange | undefined,
  ranges: Iterator<DataRange>,
  most: number,
  size: number,
): number | undefined {
  for (let range = data; range !== undefined; ) {
    const begin = range.offset + range.length
    if (begin >= most) return undefined
    const next: DataRange | undefined = ranges.next().value
    if ((next?.offset ?? size) - begin >= leastHole) return begin
    range = next
  }
  return undefined
}

function replaced(file: string): Error {
  return Object.assign(new Error(`${file} was replaced by another file while it was read`), { code: 'ESTALE' })
}
