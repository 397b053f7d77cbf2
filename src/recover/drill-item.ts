import path from 'node:path'
import type { Archive } from '../archive/archive.ts'
import type { DigestedEntry } from '../archive/item-digest.ts'
import { readSheet } from '../archive/read-sheet.ts'
import { restoreVersion } from '../archive/restore-version.ts'
import { BlackstartError, systemCode } from '../errors.ts'
import type { EndMark } from './content/end-mark.ts'
import { type OpenedFile, openContent } from './content/open-content.ts'
import { type Choice, recoveryVersion, type StoredVersion } from './recovery-version.ts'
import { makeSandbox, type Sandbox } from './sandbox.ts'
import { readable } from './sandbox-file.ts'
import { type DiskReport, verifyDisk } from './verify-disk.ts'

export type DrillPhase = 'open' | 'restore' | 'verify' | 'openContent'

export interface DrillOptions {
  /** The folder in which the sandbox is made. */
  readonly parent: string
  readonly keep: boolean
  /** A version by name; null for the one that a recovery would take. */
  readonly which: string | null
  /** How files of a content of that format end, by their path in the item. */
  readonly endMarks: (format: string | null) => ReadonlyMap<string, EndMark>
  /** `bytes`: restored so far, of `total`; 0 in the other phases. */
  readonly onProgress: (phase: DrillPhase, bytes: number, total: number) => void
}

/** `integrity`: not what was stored. `content`: what was stored, but it does not open. */
export interface DrillProblem {
  readonly kind: 'integrity' | 'content'
  readonly path: string | null
  readonly what: string
}

export interface DrillCheck {
  /** `digest`, or a kind of content. */
  readonly check: string
  readonly files: number
  readonly failed: number
}

export interface DrillResult {
  readonly item: string
  readonly version: string
  readonly choice: Choice
  readonly passed: boolean
  /** All phases together. */
  readonly milliseconds: number
  /** Milliseconds; a phase that was not reached is missing. */
  readonly phases: Readonly<Partial<Record<DrillPhase, number>>>
  /** As found on the disk. */
  readonly bytes: number
  readonly files: number
  readonly checks: readonly DrillCheck[]
  readonly problems: readonly DrillProblem[]
  /** Not damage, but worth knowing. */
  readonly notes: readonly { readonly path: string | null; readonly what: string }[]
  /** Where it was kept; null when it was removed. */
  readonly sandbox: string | null
}

/** The journal keeps so many problems of a drill. */
const keptProblems = 20

/**
 * Restores one version into a fresh sandbox, verifies it from the disk, opens its content, and records the result in
 * the journal. Damage is a result; what kept the drill from being carried out is thrown, and nothing is recorded then,
 * for it says nothing about the version.
 */
export async function drillItem(
  archive: Archive,
  item: string,
  options: DrillOptions,
  signal: AbortSignal,
): Promise<DrillResult> {
  const { version, choice } = await recoveryVersion(archive.record, item, options.which)
  const drill = new Drill(archive, version, options)
  const sandbox = await makeSandbox(options.parent, version.bytes, options.keep)
  try {
    await drill.run(sandbox, signal)
  } finally {
    await sandbox[Symbol.asyncDispose]()
  }
  const result = { ...drill.result(), choice, sandbox: options.keep ? sandbox.folder : null }
  await record(archive, result)
  return result
}

async function record(archive: Archive, result: DrillResult): Promise<void> {
  const { item, version, passed, problems, sandbox: _, ...rest } = result
  const details = { ...rest, problems: problems.slice(0, keptProblems), sandbox: 'folder' }
  // what was measured is kept even when Ctrl-C comes now
  await archive.record.add([{ type: 'drilled', item, version, passed, details }], new AbortController().signal)
}

class Drill {
  readonly #archive: Archive
  readonly #version: StoredVersion
  readonly #options: DrillOptions
  readonly #phases: Partial<Record<DrillPhase, number>> = {}
  readonly #problems: DrillProblem[] = []
  readonly #notes: { path: string | null; what: string }[] = []
  readonly #opened: OpenedFile[] = []
  #report: DiskReport | null = null

  constructor(archive: Archive, version: StoredVersion, options: DrillOptions) {
    this.#archive = archive
    this.#version = version
    this.#options = options
  }

  /** Throws what is no damage. */
  async run(sandbox: Sandbox, signal: AbortSignal): Promise<void> {
    try {
      await this.#phase('open', () => this.#readSheet(signal))
      await this.#phase('restore', () => this.#restore(sandbox, signal))
      await this.#phase('verify', () => this.#verify(sandbox, signal))
      await this.#phase('openContent', () => this.#openContent(sandbox, signal))
    } catch (error) {
      if (!(error instanceof BlackstartError) || error.code !== 'integrity') throw error
      this.#problems.push({ kind: 'integrity', path: null, what: error.message })
    }
  }

  result(): Omit<DrillResult, 'choice' | 'sandbox'> {
    const times = Object.values(this.#phases)
    return {
      item: this.#version.item,
      version: this.#version.id,
      passed: this.#problems.length === 0,
      milliseconds: times.reduce((sum, time) => sum + time, 0),
      phases: this.#phases,
      bytes: this.#report?.bytes ?? 0,
      files: this.#report?.files ?? 0,
      checks: this.#checks(),
      problems: this.#problems,
      notes: this.#notes,
    }
  }

  async #phase(phase: DrillPhase, action: () => Promise<void>): Promise<void> {
    this.#options.onProgress(phase, 0, this.#version.bytes)
    const started = performance.now()
    try {
      await action()
    } finally {
      this.#phases[phase] = Math.round(performance.now() - started)
    }
  }

  async #readSheet(signal: AbortSignal): Promise<void> {
    const sheet = await readSheet(this.#archive, this.#version, signal)
    if (sheet.item === this.#version.item && sheet.raw === this.#version.raw) return
    const what = 'the capture sheet in the repository and the record tell different digests: blackstart catalog rebuild'
    this.#problems.push({ kind: 'integrity', path: null, what })
  }

  async #restore(sandbox: Sandbox, signal: AbortSignal): Promise<void> {
    const onProgress = (bytes: number) => this.#options.onProgress('restore', bytes, this.#version.bytes)
    try {
      await restoreVersion(this.#archive, this.#version, { target: sandbox.content, onProgress }, signal)
    } catch (error) {
      if (systemCode(error) !== 'ENOSPC' && systemCode(error) !== 'EDQUOT') throw error
      const message = `${this.#version.item}: the disk of ${this.#options.parent} is full. Choose a larger one: --sandbox DIR`
      throw new BlackstartError('disk-full', message, { cause: error })
    }
  }

  async #verify({ content }: Sandbox, signal: AbortSignal): Promise<void> {
    this.#report = await verifyDisk(this.#archive, this.#version, content, signal)
    for (const problem of this.#report.problems) this.#problems.push({ kind: 'integrity', ...problem })
    if (!this.#report.owners) this.#notes.push({ path: null, what: 'owners were not verified: that takes root' })
  }

  async #openContent({ content, scratch }: Sandbox, signal: AbortSignal): Promise<void> {
    const marks = this.#options.endMarks(this.#version.format)
    for (const entry of this.#report?.entries ?? []) {
      signal.throwIfAborted()
      if (entry.type === 'file') await this.#openFile(entry, content, scratch, marks.get(entry.path) ?? null, signal)
    }
  }

  async #openFile(
    { path: name }: DigestedEntry,
    content: string,
    scratch: string,
    endMark: EndMark | null,
    signal: AbortSignal,
  ): Promise<void> {
    const file = path.join(content, name)
    await using _open = await readable(file)
    const opened = await openContent({ file, path: name, endMark, scratch }, signal)
    this.#opened.push(opened)
    if (opened.problem !== null) this.#problems.push({ kind: 'content', path: name, what: opened.problem })
    if (opened.note !== null) this.#notes.push({ path: name, what: opened.note })
  }

  #checks(): DrillCheck[] {
    const kinds = Map.groupBy(
      this.#opened.filter(({ opened }) => opened),
      ({ kind }) => kind,
    )
    const digest =
      this.#report === null
        ? []
        : [{ check: 'digest', files: this.#report.files, failed: this.#report.problems.length }]
    return [
      ...digest,
      ...[...kinds].map(([check, files]) => ({
        check,
        files: files.length,
        failed: files.filter(({ problem }) => problem !== null).length,
      })),
    ]
  }
}
