import type { DataKind } from '../../site/site.ts'
import type { Class } from '../class.ts'
import type { RecoveryTime } from './recovery-time.ts'

/** REQUIREMENTS.md, recovery time and verdict. */
export type Verdict = 'PROVEN' | 'UNPROVEN' | 'FAIL'

/** What comes back after one scenario. Milliseconds. */
export interface ScenarioVerdict {
  /** `device`, `node`, `domain:office`, `site`. */
  readonly scenario: string
  readonly verdict: Verdict
  readonly inScope: boolean
  /** Items of which no verified copy would be left. */
  readonly nothingLeft: readonly string[]
  /** Items whose best copy is older than their MTDL allows. */
  readonly lossBroken: readonly string[]
  /** Items whose best copy is of nobody knows when: all that would be left is dated ahead of the clock. */
  readonly undated: readonly string[]
  /** Items of which a copy would be left, but none that was read back within the period of its class in a place without errors. */
  readonly unchecked: readonly string[]
  /** Items that would be left only in places that do not state their lag. */
  readonly lagMissing: readonly string[]
  /** Items whose MTDL cannot be held as the site is configured. */
  readonly infeasible: readonly string[]
  /** The most that is lost while everything runs as it should; null where that is not known. */
  readonly loss: number | null
  /** Null where nothing of the process is lost. */
  readonly time: RecoveryTime | null
  /** False where something that is lost has no verified copy left: `time` is then no time after which it is back. */
  readonly restorable: boolean
}

export interface ProcessVerdict {
  readonly id: string
  readonly verdict: Verdict
  /** For FAIL what breaks it, for UNPROVEN what is missing, for PROVEN nothing. */
  readonly reasons: readonly string[]
  /** The gravest of what it needs; null where nothing of it has a class. */
  readonly class: Class | null
  readonly mtd: number | null
  /** The target: as stated, else four fifths of the MTD. */
  readonly rto: number | null
  /** MTD less the longest lower bound of a scenario in scope; null where one of them is not known. */
  readonly slack: number | null
  /** Whether people have rehearsed it within the period of its class. */
  readonly rehearsed: boolean
  readonly lastRehearsed: Temporal.Instant | null
  readonly scenarios: readonly ScenarioVerdict[]
  /** Epoch milliseconds from which on time alone changes the verdict. */
  readonly validUntil: number
}

export interface Limits {
  readonly mtd: number | null
  readonly rto: number | null
}

export interface Proof {
  readonly rehearsed: boolean
  readonly lastRehearsed: Temporal.Instant | null
  readonly undrilled: readonly string[]
  readonly items: number
  /** Kinds of data that it needs, and of which it does not state how much may be lost. */
  readonly mtdlMissing: readonly DataKind[]
}
