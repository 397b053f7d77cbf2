import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Case, Step, StepName } from './cases.ts'
import { emptyFiles, folderBytes } from './folders.ts'
import { type Command, type Measured, measure } from './measure.ts'
import type { PeerName } from './peers/all.ts'
import type { Attempt, Peer } from './peers/peer.ts'
import type { BenchSet } from './sets/bench-set.ts'
import { verifyAttempt } from './verify-attempt.ts'

export interface Sample extends Measured {
  readonly peer: PeerName
  readonly step: StepName
  readonly round: number
  readonly repository: number
}

export interface CaseRun {
  readonly peers: ReadonlyMap<PeerName, Peer>
  /** Whose program checks our repository. */
  readonly restic: string
  readonly passwordFile: string
  readonly rounds: number
  /** Empties the system's page cache before each measurement. */
  readonly cold: boolean
  /** Where rounds get their folders; they are emptied after each round, not removed. */
  readonly folder: string
  readonly onSample: (sample: Sample) => void
  /** What a peer restored was what is backed up; `bytes` are those on disk, without holes. */
  readonly onVerified: (peer: PeerName, bytes: number) => void
}

/** Every step in every round by every peer, one after the other; which peer begins changes from round to round. */
export async function runCase(which: Case, set: BenchSet, run: CaseRun, signal: AbortSignal): Promise<Sample[]> {
  const samples: Sample[] = []
  for (let round = 0; round < run.rounds; round += 1) {
    const folder = path.join(run.folder, which.name, `round-${round}`)
    const attempts = new Map<PeerName, Attempt>()
    for (const [name, peer] of run.peers) {
      const own = path.join(folder, name)
      await mkdir(own, { recursive: true })
      await peer.prepare(own, signal)
      attempts.set(name, { folder: own, source: set.source, backups: 0, sparse: which.sparse })
    }
    await set.revert()
    for (const step of which.steps) {
      if (step.name === 'changed') await set.change()
      for (const [name, peer] of rotated([...run.peers], round)) {
        const attempt = attempts.get(name) as Attempt
        const done = await runStep(step, peer, attempt, run, signal)
        if (done === null) continue
        attempts.set(name, done.attempt)
        const sample = { ...done.measured, peer: name, step: step.name, round, repository: done.repository }
        samples.push(sample)
        run.onSample(sample)
      }
    }
    if (round === 0) {
      for (const [name, peer] of run.peers) {
        const restored = path.join(folder, name, 'restored')
        await verifyAttempt(peer, attempts.get(name) as Attempt, restored, run, signal)
        run.onVerified(name, await folderBytes(restored))
      }
    }
    await emptyFiles(folder)
  }
  return samples
}

async function runStep(
  { name }: Step,
  peer: Peer,
  attempt: Attempt,
  { cold }: CaseRun,
  signal: AbortSignal,
): Promise<{ measured: Measured; attempt: Attempt; repository: number } | null> {
  const backedUp = { ...attempt, backups: attempt.backups + 1 }
  const target = path.join(attempt.folder, 'restored')
  if (name === 'restore') await mkdir(target)
  const command: Command | null =
    name === 'list'
      ? peer.list(attempt)
      : name === 'restore'
        ? peer.restore(attempt, target)
        : name === 'unchanged'
          ? peer.unchanged(backedUp)
          : peer.backup(backedUp)
  if (command === null) return null
  if (cold) await writeFile('/proc/sys/vm/drop_caches', '3')
  const measured = await measure(command, path.join(attempt.folder, `${name}.log`), signal)
  const made = name === 'backup' || name === 'unchanged' || name === 'changed'
  const repository = await folderBytes(peer.repository(attempt.folder))
  return { measured, attempt: made ? backedUp : attempt, repository }
}

function rotated<Element>(elements: readonly Element[], by: number): Element[] {
  const first = by % elements.length
  return [...elements.slice(first), ...elements.slice(0, first)]
}
