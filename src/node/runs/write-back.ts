import type { Archive } from '../../archive/archive.ts'
import { sweepDefaults } from '../../archive/sweep.ts'
import { writeToDevice } from '../../archive/write-to-device.ts'
import type { VersionRecord } from '../../catalog/catalog.ts'
import type { AssetItem } from '../../site/item-lookup.ts'
import type { RunState } from './run.ts'
import { runSettings } from './run-settings.ts'

export interface WriteBack {
  readonly withoutSafety: boolean
  /** Why, for the journal; empty where nothing was said. */
  readonly reason: string
  readonly onState: (state: RunState) => void
}

const states = { safety: 'reading', write: 'writing', 'read-back': 'reading-back', compare: 'comparing' } as const

/** As `writeToDevice`, with its steps as a run's states. */
export async function writeBack(
  archive: Archive,
  of: AssetItem,
  version: VersionRecord,
  { onState, ...terms }: WriteBack,
  signal: AbortSignal,
): Promise<void> {
  const quiet = { onStart: () => undefined, onResult: () => undefined }
  const sweep = { ...sweepDefaults, ...runSettings, ...quiet, ignoreQuiet: true }
  await writeToDevice(archive, of, version, { ...terms, sweep, onStep: step => onState(states[step]) }, signal)
}
