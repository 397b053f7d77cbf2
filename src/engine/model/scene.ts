import type { Backend } from '../../storage/backend.ts'
import type { Repository } from '../repository.ts'
import type { Changes } from './changes.ts'
import type { Files } from './contents.ts'
import type { KnownSnapshot } from './known-snapshot.ts'
import type { Loss } from './loss.ts'

/** A repository as the acting process has it open, and what the model knows of it. */
export interface Side {
  readonly repository: Repository
  readonly expected: ReadonlyMap<string, KnownSnapshot>
  readonly changes: Changes
}

/** What an action acts on. */
export interface Scene {
  readonly here: Side
  /** The second repository; opened when it is asked for. */
  there(): Promise<Side>
  /** Another place, as the acting process reaches it. */
  open(storage: Backend): Promise<Repository>
  /** What a damage has just taken away; null where there was none. */
  readonly loss: Loss | null
  /** The tree of files that is backed up, as it is now. */
  readonly files: Files
  /** Where it lies on disk. */
  readonly folder: string
  /** Milliseconds, a new one with each call. */
  nextTime(): number
  /** It was begun before, and interrupted. */
  readonly isAgain: boolean
  /** Others work at the same time. */
  readonly isShared: boolean
  readonly signal: AbortSignal
}

/** Of the snapshots that the model knows, the one with that number, counted round and round; null where there is none. */
export function picked({ expected }: Side, number: number): readonly [string, KnownSnapshot] | null {
  return [...expected][number % Math.max(expected.size, 1)] ?? null
}
