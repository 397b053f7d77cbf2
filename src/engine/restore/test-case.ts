/** What the tests of restores into a folder that holds something share. */
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { backup } from '../backup.ts'
import { type RestoreOptions, type RestoreResult, restore } from '../restore.ts'
import { newRepository, type Scratch } from '../test-repository.ts'
import type { RestoredEntry } from './restore-report.ts'

const signal = AbortSignal.timeout(200_000)

interface Case {
  readonly source: (...names: string[]) => string
  readonly target: (...names: string[]) => string
  /** Backs the source up and restores it, or restores what was backed up before. */
  readonly restore: (options?: Partial<RestoreOptions>) => Promise<RestoreResult>
  readonly entries: RestoredEntry[]
}

/** A source with what `make` puts there, backed up. */
export async function prepared(scratch: Scratch, make: (at: Case['source']) => Promise<void>): Promise<Case> {
  const source = (...names: string[]): string => scratch.path('source', ...names)
  await mkdir(source())
  await make(source)
  const { repository } = await newRepository(scratch.path('r'), signal)
  await backup(repository, [source()], {}, signal)
  const [snapshot] = await repository.snapshots(signal)
  assert.ok(snapshot)
  const target = (...names: string[]): string => scratch.path('target', ...names)
  const entries: RestoredEntry[] = []
  const onEntry = (entry: RestoredEntry): void => void entries.push(entry)
  return {
    ...{ source, target, entries },
    restore: options =>
      restore(repository, snapshot, { target: target(), path: source(), onEntry, ...options }, signal),
  }
}
