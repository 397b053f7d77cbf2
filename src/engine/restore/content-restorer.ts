import { BlackstartError } from '../../errors.ts'
import { type BlobLocation, plainBytes } from '../index/blob-index.ts'
import type { Repository } from '../repository.ts'
import { errorOf } from '../workers/failure.ts'
import { removeUnfinished } from './open-file.ts'
import type { NeededBlob, NeededUnit } from './plan-units.ts'
import { blobLengths, idsOf, type Places, planWindow, type Slice, type WindowOptions } from './plan-window.ts'
import type { PlannedFile } from './planned-file.ts'
import { owned, readRanges } from './read-ranges.ts'
import type { RestorePool } from './restore-pool.ts'
import { toColumns } from './restored-file.ts'
import { Slots } from './slots.ts'
import type { MetadataLimit, Unit, UnitResult } from './unit.ts'
import { type BuiltUnit, buildUnit } from './unit-files.ts'

/** Files and blobs that are planned together, at the most; the first windows are smaller, so that work begins. */
const mostInWindow = 4096
const firstWindow = 512
/** Blobs of a file that are compared by one job. */
const mostCompared = 1024
/** Files of a job that writes no content. */
const mostEnding = 512
/** Sealed bytes, and files, from which on threads are worth their start. */
const worthThreads = { bytes: 8 * 1024 * 1024, files: 400 }

export interface ContentEvents {
  /** The file is whole, with its metadata. */
  done(file: PlannedFile): void
  /** It is not: `error` says why. */
  failed(file: PlannedFile, error: unknown): void
  /** It is whole, but for a part of its metadata. */
  limited(file: PlannedFile, limit: Omit<MetadataLimit, 'file'>): void
  /** Bytes. */
  written(bytes: number): void
  /** Bytes of a file are in place, which may have failed meanwhile; some are told twice, and some never. */
  placed(file: PlannedFile, bytes: number): void
}

/**
 * Writes the content of many files: gathers them in windows, reads what they need in the order of the packs, and lets
 * threads open, check and write it. Of sealed content it holds one unit of 16 MiB for each job of the pool, and two more.
 */
export class ContentRestorer implements AsyncDisposable {
  readonly #repository: Repository
  readonly #pool: RestorePool
  readonly #options: WindowOptions
  readonly #events: ContentEvents
  readonly #signal: AbortSignal
  readonly #units: Slots
  readonly #requests: Slots
  readonly #tasks = new Set<Promise<void>>()
  #window: Slice[] = []
  #inWindow = 0
  #most = firstWindow
  #ending: PlannedFile[] = []
  #planned = { bytes: 0, files: 0 }
  #fatal: { readonly error: unknown } | null = null

  constructor(
    repository: Repository,
    pool: RestorePool,
    options: WindowOptions,
    events: ContentEvents,
    signal: AbortSignal,
  ) {
    this.#repository = repository
    this.#pool = pool
    this.#options = options
    this.#events = events
    this.#signal = signal
    this.#units = new Slots(pool.atOnce + 2)
    this.#requests = new Slots(Math.max(1, repository.backend.atOnce))
  }

  /** Resolves when there is room for the next file; `events` tell how this one ends. */
  async add(file: PlannedFile): Promise<void> {
    const blobs = file.origin.content.length
    let from = 0
    do {
      const to = Math.min(blobs, from + Math.max(1, this.#most - this.#inWindow))
      this.#window.push({ file, from, to })
      this.#inWindow += 1 + to - from
      from = to
      if (this.#inWindow >= this.#most) await this.#runWindow()
    } while (from < blobs)
  }

  /** Resolves when every file that was added has ended. */
  async finish(): Promise<void> {
    await this.#runWindow()
    await this.#settle()
    await this.#runEnding(1)
    await this.#settle()
  }

  /** Resolves when nothing is under way any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#fatal ??= { error: new Error('the restore was given up') }
    await Promise.allSettled(this.#tasks)
  }

  async #runWindow(): Promise<void> {
    this.#check()
    const slices = this.#window
    this.#window = []
    this.#inWindow = 0
    this.#most = Math.min(mostInWindow, this.#most * 4)
    const places = await this.#places(slices)
    const equal = await Promise.all(slices.map(slice => this.#compare(slice, places)))
    const { units, only, missing } = planWindow(slices, equal, places, this.#options)
    for (const [file, id] of missing) this.#fail(file, this.#unindexed(id))
    this.#startThreads(slices.length, units)
    for (const [i, unit] of units.entries()) await this.#launch(() => this.#doUnit(unit, file => only.get(file) === i))
    for (const { file } of slices) if (!only.has(file)) this.#endWhole(file)
    await this.#runEnding(mostEnding)
  }

  /** The index is read again where it lacks a blob: another process may have moved it. */
  async #places(slices: readonly Slice[]): Promise<Places> {
    const places = new Map<string, BlobLocation>()
    let lacking = new Set(slices.flatMap(idsOf))
    for (const load of ['loadIndex', 'refresh'] as const) {
      if (lacking.size === 0) break
      const index = await this.#repository[load](this.#signal)
      const still = new Set<string>()
      for (const id of lacking) {
        const place = index.find('data', id)
        if (place === null) still.add(id)
        else places.set(id, place)
      }
      lacking = still
    }
    return places
  }

  /** 1 for each blob that is in place; null where nothing is to be compared. */
  async #compare(slice: Slice, places: Places): Promise<Uint8Array | null> {
    const { file } = slice
    const lengths = file.isCompared && !file.failed ? blobLengths(slice, places) : null
    if (lengths === null) return null
    const ids = idsOf(slice)
    const equal = new Uint8Array(ids.length)
    let offset = file.size
    const jobs: Promise<void>[] = []
    for (let from = 0; from === 0 || from < ids.length; from += mostCompared) {
      const some = { ids: ids.slice(from, from + mostCompared), lengths: lengths.slice(from, from + mostCompared) }
      const how = { fromDisk: false, access: this.#options.dryRun ? 'leave' : 'open up' } as const
      const job = this.#pool.run({ kind: 'compare', path: file.origin.path, offset, ...how, ...some })
      jobs.push(
        job.then(result => {
          equal.set(result.equal, from)
          this.#events.placed(
            file,
            some.lengths.reduce((sum, length, i) => sum + length * (result.equal[i] ?? 0), 0),
          )
          file.found = result.size
        }),
      )
      offset += some.lengths.reduce((sum, length) => sum + length, 0)
    }
    try {
      await Promise.all(jobs)
    } catch (error) {
      this.#fail(file, error)
    }
    return equal
  }

  #startThreads(files: number, units: readonly NeededUnit[]): void {
    this.#planned.files += files
    for (const { bytes } of units) this.#planned.bytes += bytes
    if (this.#planned.files < worthThreads.files && this.#planned.bytes < worthThreads.bytes) return
    this.#pool.start()
    this.#units.limit = this.#pool.atOnce + 2
  }

  /** Begins a task once there is room for it. */
  async #launch(task: () => Promise<void>): Promise<void> {
    await this.#units.enter()
    const running = task()
      .catch((error: unknown) => {
        this.#fatal ??= { error }
      })
      .finally(() => {
        this.#units.leave()
        this.#tasks.delete(running)
      })
    this.#tasks.add(running)
    this.#check()
  }

  async #doUnit(needed: NeededUnit, isOnly: (file: PlannedFile) => boolean): Promise<void> {
    const { ranges, unreadable } = await readRanges(
      this.#repository.backend,
      needed.ranges,
      this.#requests,
      this.#signal,
    )
    const lacking = new Set(unreadable.flatMap(({ targets }) => targets.map(({ file }) => file)))
    const ends = (file: PlannedFile): boolean => isOnly(file) && !lacking.has(file)
    const built = buildUnit(ranges, ends, (file, error) => this.#fail(file, error))
    const result = await this.#run(built)
    const damaged = result.damaged.map(({ blob }) => built.blobs[blob] as NeededBlob)
    this.#settleUnit(built, result, ends)
    for (const blob of [...unreadable, ...damaged]) await this.#bringBack(blob)
  }

  /** From wherever the repository has the blob else. */
  async #bringBack(blob: NeededBlob): Promise<void> {
    let bytes: Uint8Array
    try {
      bytes = await this.#repository.blob('data', blob.place.id, this.#signal)
    } catch (error) {
      if (!(error instanceof BlackstartError) || error.code !== 'integrity') throw error
      for (const { file } of blob.targets) this.#fail(file, error)
      return
    }
    const range = { bytes: owned(bytes), offset: 0, blobs: [blob], plain: true }
    const ends = (): boolean => false
    const built = buildUnit([range], ends, (file, error) => this.#fail(file, error))
    this.#settleUnit(built, await this.#run(built), ends)
  }

  async #run({ unit }: BuiltUnit): Promise<UnitResult> {
    const buffers = unit.ranges.map(({ buffer }) => buffer)
    return await this.#pool.run(
      unit,
      buffers.filter(buffer => buffer instanceof ArrayBuffer),
    )
  }

  #settleUnit(built: BuiltUnit, result: UnitResult, ends: (file: PlannedFile) => boolean): void {
    if (this.#fatal !== null) return
    this.#events.written(result.written)
    for (const { place, targets } of built.blobs) {
      for (const { file } of targets) this.#events.placed(file, plainBytes(place))
    }
    for (const { file, failure } of result.failures) this.#fail(fileOf(built, file), errorOf(failure))
    for (const { file, part, reason } of result.limits) this.#events.limited(fileOf(built, file), { part, reason })
    for (const file of result.begun) fileOf(built, file).begun = true
    const pieces = [...built.pieces]
    const broken = new Set<PlannedFile>()
    for (const { blob } of result.damaged) {
      for (const { file } of built.blobs[blob]?.targets ?? []) {
        const number = built.files.indexOf(file)
        if (number !== -1) pieces[number] = (pieces[number] ?? 0) - 1
        broken.add(file)
      }
    }
    for (const [i, file] of built.files.entries()) {
      file.left -= pieces[i] ?? 0
      if (file.failed) continue
      if (ends(file) && !broken.has(file)) this.#events.done(file)
      else this.#endWhole(file)
    }
  }

  /** Has the file get its metadata, where all of it is written. */
  #endWhole(file: PlannedFile): void {
    if (file.failed || file.left > 0 || !file.isPlanned || file.isEnding) return
    file.isEnding = true
    this.#ending.push(file)
  }

  async #runEnding(atLeast: number): Promise<void> {
    while (this.#ending.length >= atLeast && this.#ending.length > 0) {
      const files = this.#ending.splice(0, mostEnding)
      await this.#launch(() => this.#end(files))
    }
  }

  async #end(files: readonly PlannedFile[]): Promise<void> {
    if (this.#options.dryRun) {
      for (const file of files) this.#events.done(file)
      return
    }
    const unit: Unit = {
      kind: 'unit',
      files: toColumns(files.map(file => file.toRestored(true))),
      ranges: [],
      blobs: { ids: [], numbers: new Float64Array() },
      pieces: new Float64Array(),
    }
    const built = { unit, files, blobs: [], pieces: files.map(() => 0) }
    this.#settleUnit(built, await this.#pool.run(unit), () => true)
  }

  #fail(file: PlannedFile, error: unknown): void {
    if (file.failed || this.#fatal !== null) return
    file.failed = true
    // What was there before stays, marked as unfinished; what is new goes.
    if (!this.#options.dryRun && !file.isCompared) removeUnfinished(file.origin.path)
    this.#events.failed(file, error)
  }

  async #settle(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks)
    this.#check()
  }

  #check(): void {
    this.#signal.throwIfAborted()
    if (this.#fatal !== null) throw this.#fatal.error
  }

  #unindexed(id: string): BlackstartError {
    const { location } = this.#repository.backend
    return new BlackstartError(
      'integrity',
      `${location}: data blob ${id} is in no index: a file of index/ is missing. Bring it back from another copy, or run repair index.`,
      { facts: { file: 'index/', kind: 'index', blob: id, type: 'data' } },
    )
  }
}

function fileOf(built: BuiltUnit, number: number): PlannedFile {
  return built.files[number] as PlannedFile
}
