import type { Ownership } from './ownership.ts'
import type { RestoreProgress } from './restore-progress.ts'
import type { RestoredEntry } from './restore-report.ts'
import type { Patterns } from './selection.ts'

/**
 * What happens to files that are there: `always` (the default) compares them, and writes what differs; `if-changed` takes
 * those of the same size and time for the same; `if-newer` touches those only that are older than the snapshot's; `never`
 * none. What a killed restore left half written is completed in any case.
 */
export type Overwrite = 'always' | 'if-changed' | 'if-newer' | 'never'

export interface RestoreOptions extends Patterns {
  /** A folder of this machine; made where it is missing. */
  readonly target: string
  /** A path of the snapshot. A folder: what is in it lands in the target. A file: it lands there itself. Patterns begin there. */
  readonly path?: string
  readonly overwrite?: Overwrite
  /**
   * Takes away what the target has and the snapshot has not, as far as the patterns select it: what is in a folder is asked
   * for one by one, and a folder that is not selected itself stays with all that is in it. Not in / without patterns.
   */
  readonly delete?: boolean
  /** Writes nothing: `onEntry` and the result tell what would be done. */
  readonly dryRun?: boolean
  /** Runs of zeros become holes; by default they do. */
  readonly sparse?: boolean
  /** By default the snapshot's numbers. Who is not root restores what he may. */
  readonly ownership?: Ownership
  /** Reads every file back from the disk, and compares. */
  readonly verify?: boolean
  /** Told after each entry, and often while a large file is written, of one object that goes on counting. */
  readonly onProgress?: (progress: RestoreProgress) => void
  readonly onEntry?: (entry: RestoredEntry) => void
  /** Called for what could not be restored, and the rest goes on. Without it the first such error is thrown. */
  readonly onError?: (path: string, error: unknown) => void
}
