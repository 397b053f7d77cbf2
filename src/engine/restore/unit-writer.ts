import { closeSync, ftruncateSync, writeSync } from 'node:fs'
import { systemCode } from '../../errors.ts'
import type { SealingKey } from '../crypto/sealing-key.ts'
import { isLimit, type MetadataProblem, setMetadata } from '../files/set-metadata.ts'
import { systemCalls } from '../files/system-calls.ts'
import { failureOf } from '../workers/failure.ts'
import { BlobOpener } from './blob-opener.ts'
import { openForMetadata, openForWriting } from './open-file.ts'
import { fileAt, type RestoredFile } from './restored-file.ts'
import { blobWords, notCompressed, pieceWords, plainAlready, type Unit, type UnitResult } from './unit.ts'
import { zeroRuns } from './zero-runs.ts'

/** Files that are open at the same time. */
const mostOpen = 64

interface OpenFile {
  readonly number: number
  readonly file: RestoredFile
  /** What `open` gave; null while it is closed to make room. */
  opened: number | null
  /** Pieces that are not written yet. */
  left: number
  /** The end of what was written, which is not that of the file where it ends with a hole. */
  end: number
  /** True once it was opened: opened again, it is as it was left. */
  begun: boolean
  /** True where a blob of it cannot be used; the others are written nevertheless. */
  incomplete: boolean
  failed: boolean
}

/** Writes units, one after the other. `sparse`: runs of zeros become holes. */
export class UnitWriter {
  readonly #opener: BlobOpener
  readonly #sparse: boolean

  constructor(key: SealingKey, sparse: boolean) {
    this.#opener = new BlobOpener(key)
    this.#sparse = sparse
  }

  write(unit: Unit): UnitResult {
    return new UnitRun(unit, this.#opener, this.#sparse).result()
  }
}

class UnitRun {
  readonly #unit: Unit
  readonly #opener: BlobOpener
  readonly #sparse: boolean
  readonly #files: OpenFile[]
  /** Those that are open, the one used longest ago first. */
  readonly #open = new Set<OpenFile>()
  readonly #result = {
    failures: [] as UnitResult['failures'][number][],
    limits: [] as UnitResult['limits'][number][],
    begun: [] as number[],
    damaged: [] as UnitResult['damaged'][number][],
    written: 0,
  }

  constructor(unit: Unit, opener: BlobOpener, sparse: boolean) {
    this.#unit = unit
    this.#opener = opener
    this.#sparse = sparse
    this.#files = unit.files.paths.map((_, number) => {
      const file = fileAt(unit.files, number)
      return { number, file, opened: null, left: 0, end: 0, begun: false, incomplete: false, failed: false }
    })
  }

  result(): UnitResult {
    const { pieces } = this.#unit
    for (let at = 1; at < pieces.length; at += pieceWords) this.#fileOf(pieces[at]).left += 1
    for (const each of this.#files) if (each.left === 0) this.#attempt(each, () => this.#end(each))
    for (let at = 0; at < pieces.length; ) at = this.#writeBlob(at)
    return this.#result
  }

  /** Writes the pieces of one blob, of which the first is at `at`; returns where the next blob's begin. */
  #writeBlob(at: number): number {
    const { pieces } = this.#unit
    const blob = pieces[at] as number
    const plain = this.#plain(blob)
    let next = at
    for (; next < pieces.length && pieces[next] === blob; next += pieceWords) {
      const target = this.#fileOf(pieces[next + 1])
      if (typeof plain === 'string') target.incomplete = true
      else this.#attempt(target, () => this.#writePiece(target, plain, pieces[next + 2] as number))
      target.left -= 1
      if (target.left === 0) this.#attempt(target, () => this.#end(target))
    }
    return next
  }

  #plain(blob: number): Uint8Array | string {
    const { blobs, ranges } = this.#unit
    const word = (number: number): number => blobs.numbers[blob * blobWords + number] as number
    const [offset, plainLength] = [word(1), word(3)]
    const bytes = (ranges[word(0)] as Uint8Array).subarray(offset, offset + word(2))
    if (plainLength === plainAlready) return bytes
    const stated = plainLength === notCompressed ? null : plainLength
    const plain = this.#opener.open(blobs.ids[blob] as string, stated, bytes)
    if (typeof plain === 'string') this.#result.damaged.push({ blob, problem: plain })
    return plain
  }

  #writePiece(target: OpenFile, plain: Uint8Array, position: number): void {
    const opened = this.#opened(target)
    const { begin } = target.file
    const runs = this.#sparse ? zeroRuns(plain, position) : [{ offset: 0, length: plain.byteLength, zeros: false }]
    for (const { offset, length, zeros } of runs) {
      const [bytes, from] = [plain.subarray(offset, offset + length), position + offset]
      if (!zeros) {
        this.#writeAll(opened, bytes, from)
        target.end = Math.max(target.end, from + length)
      }
      // what is new has only holes; one at its end is made by its size
      else if (begin !== 'new' && begin !== 'replace') this.#clear(opened, bytes, from)
    }
  }

  #writeAll(opened: number, bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.byteLength; ) {
      done += writeSync(opened, bytes, done, bytes.byteLength - done, position + done)
    }
    this.#result.written += bytes.byteLength
  }

  /** Makes zeros of what is there, as a hole where the file system has such. */
  #clear(opened: number, zeros: Uint8Array, position: number): void {
    const calls = systemCalls()
    try {
      if (typeof calls === 'string') throw new Error(calls)
      calls.punchHole(opened, position, zeros.byteLength)
    } catch {
      this.#writeAll(opened, zeros, position)
    }
  }

  #opened(target: OpenFile): number {
    if (target.opened !== null) {
      this.#open.delete(target)
      this.#open.add(target)
      return target.opened
    }
    const [oldest] = this.#open
    if (this.#open.size >= mostOpen && oldest !== undefined) this.#close(oldest)
    const { path, begin } = target.file
    target.opened = openForWriting({ path, begin: target.begun ? 'begun' : begin })
    target.begun = true
    this.#open.add(target)
    return target.opened
  }

  #close(target: OpenFile): void {
    if (target.opened === null) return
    this.#open.delete(target)
    const { opened } = target
    target.opened = null
    closeSync(opened)
  }

  /** After the last piece: size and metadata, where the file is whole now. */
  #end(target: OpenFile): void {
    const { file, number } = target
    if (target.failed || !file.ends) {
      this.#close(target)
      return
    }
    if (target.incomplete && !target.begun) return
    if (file.begin === 'keep') target.opened = openForMetadata(file.path)
    else {
      const opened = this.#opened(target)
      const isNew = file.begin === 'new' || file.begin === 'replace'
      if (!isNew || file.size !== target.end) ftruncateSync(opened, file.size)
    }
    if (target.incomplete) this.#result.begun.push(number)
    else {
      const subject = { path: file.path, opened: target.opened, isLink: false }
      for (const problem of setMetadata(subject, file)) this.#tell(target, problem)
    }
    this.#close(target)
  }

  #tell({ number }: OpenFile, { part, error }: MetadataProblem): void {
    const failure = failureOf(error)
    if (isLimit(error)) this.#result.limits.push({ file: number, part, reason: failure.message })
    else this.#result.failures.push({ file: number, failure })
  }

  /** What the system says about a file is that file's trouble. */
  #attempt(target: OpenFile, action: () => void): void {
    if (target.failed) return
    try {
      action()
    } catch (error) {
      if (systemCode(error) === null) throw error
      target.failed = true
      this.#result.failures.push({ file: target.number, failure: failureOf(error) })
      this.#close(target)
    }
  }

  #fileOf(number: number | undefined): OpenFile {
    return this.#files[number as number] as OpenFile
  }
}
