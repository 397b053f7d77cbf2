import { closeSync, openSync } from 'node:fs'
import { SealingKey } from '../crypto/sealing-key.ts'
import { reach } from '../files/long-path.ts'
import { systemCalls } from '../files/system-calls.ts'
import type { Failure } from '../workers/messages.ts'
import { type Comparison, type ComparisonResult, compareFile } from './compare-file.ts'
import type { Unit, UnitResult } from './unit.ts'
import { UnitWriter } from './unit-writer.ts'

/** Brings what was written to a file system to its disk. */
export interface Sync {
  readonly kind: 'sync'
  /** A folder that lies in it. */
  readonly path: string
}

export type RestoreJob = Unit | Comparison | Sync
export type ResultOf<Job extends RestoreJob> = Job extends Unit
  ? UnitResult
  : Job extends Comparison
    ? ComparisonResult
    : null
type AnyResult = UnitResult | ComparisonResult | null

export interface RestoreSetup {
  /** JSON of the repository's key. */
  readonly key: string
  /** Whether runs of zeros become holes. */
  readonly sparse: boolean
}

export interface ToRestoreWorker {
  readonly number: number
  readonly job: RestoreJob
}

export type FromRestoreWorker = {
  readonly number: number
} & ({ readonly result: AnyResult } | { readonly failure: Failure })

/** Does jobs in this thread. */
export class JobRunner {
  readonly #writer: UnitWriter

  constructor({ key, sparse }: RestoreSetup) {
    this.#writer = new UnitWriter(SealingKey.fromJson(key), sparse)
  }

  /** Throws the system's errors. */
  run(job: RestoreJob): AnyResult {
    switch (job.kind) {
      case 'unit':
        return this.#writer.write(job)
      case 'compare':
        return compareFile(job)
      case 'sync':
        syncFileSystem(job.path)
        return null
    }
  }
}

/** Where the system has no such call, what is read back may come from its memory. */
function syncFileSystem(path: string): void {
  const calls = systemCalls()
  if (typeof calls === 'string') return
  const opened = reach(path, at => openSync(at, 'r'))
  try {
    calls.syncFileSystem(opened)
  } finally {
    closeSync(opened)
  }
}
