import type { Command } from '../measure.ts'

/** What one peer works on in one round. */
export interface Attempt {
  /** Of this peer and round: repository, caches, logs. */
  readonly folder: string
  /** What is backed up: an absolute path. */
  readonly source: string
  /** Counts the backups of the round, from 1. */
  readonly backups: number
  /** Holes are to stay holes, where a program has to be told. */
  readonly sparse: boolean
}

/** A program that backs up and restores. Null stands for what it does not have. */
export interface Peer {
  readonly name: string
  /** Name and version, as the program says it. Throws, with the way out, where it is missing. */
  version(signal: AbortSignal): Promise<string>
  /** An empty repository in a fresh folder; the key costs the same to open for all peers that share a format. */
  prepare(folder: string, signal: AbortSignal): Promise<void>
  /** Opens the repository and lists what is in it. */
  list(attempt: Attempt): Command | null
  backup(attempt: Attempt): Command
  /** Null where a second run is no less than the first. */
  unchanged(attempt: Attempt): Command | null
  /** The newest backup, into `target`: a folder that is there and empty. */
  restore(attempt: Attempt, target: string): Command
  /** Everything that the peer keeps of the source, caches not counted. */
  repository(folder: string): string
  /** Modification times come back. */
  readonly keepsTimes: boolean
}
