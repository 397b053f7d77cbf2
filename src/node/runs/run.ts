import type { SweepResult } from '../../archive/sweep-session.ts'

/** Why an item is read, or written to. */
export type RunReason =
  | { readonly kind: 'schedule' }
  /** Its time passed while the node did not run, or could not read it. */
  | { readonly kind: 'catch-up' }
  /** A change window closed. */
  | { readonly kind: 'window' }
  /** After a failure. */
  | { readonly kind: 'retry'; readonly attempt: number }
  /** Something was seen that may be a change. */
  | { readonly kind: 'trigger'; readonly trigger: string; readonly seen: string }
  | { readonly kind: 'person'; readonly name: string }

/** `writing` and what follows it only for a write-back; `storing` until the repository and the journal hold it. */
export type RunState = 'waiting' | 'reading' | 'writing' | 'reading-back' | 'comparing' | 'storing' | 'ended'

export interface RunProgress {
  readonly bytes: number
  readonly files: number
  /** Of the version before; null where there is none. */
  readonly expectedBytes: number | null
  /** Over the last seconds; null before the first of them has passed. */
  readonly bytesPerSecond: number | null
}

/** One capture, or one write-back, from the moment that it was asked for. Times are ISO 8601, UTC. */
export interface Run {
  readonly id: string
  readonly item: string
  readonly does: 'capture' | 'write'
  readonly reason: RunReason
  readonly state: RunState
  readonly asked: string
  /** Null while it waits. */
  readonly begun: string | null
  readonly ended: string | null
  readonly progress: RunProgress
  /** Null until it has ended. `interrupted`: the node stopped, or somebody stopped the run; nothing of it is kept. */
  readonly outcome: SweepResult['outcome'] | 'written' | 'interrupted' | null
  /** Who stopped it, as the journal writes them; null where nobody did. */
  readonly stoppedBy: string | null
  /** Of a write-back: the one that is written, or was to be. Of a capture, what came out. */
  readonly version: string | null
  /** What the device, or the node, said; never a secret. */
  readonly error: { readonly code: string; readonly message: string } | null
}
