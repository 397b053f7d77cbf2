import os from 'node:os'
import { type Command, InvalidArgumentError } from 'commander'
import type { LockWait, RepositoryLock } from '../../../engine/lock/repository-lock.ts'
import { type OpenOptions, openRepository, type Repository } from '../../../engine/repository.ts'
import type { BlackstartError } from '../../../errors.ts'
import type { Backend } from '../../../storage/backend.ts'
import type { Invocation } from '../../invocation.ts'
import {
  addLocationOptions,
  isRemote,
  type LocationOptions,
  type Machine,
  openLocation,
} from '../../repository-location.ts'
import { spanText } from '../../words.ts'
import { cacheFolder } from './cache-folder.ts'
import { grouped } from './option-groups.ts'
import { addPasswordOptions, type PasswordOptions, readRepositoryPassword } from './repository-password.ts'

/** What every command of `repo` takes. */
export interface EngineOptions extends LocationOptions, PasswordOptions {
  /** False: takes no lock, for repositories that cannot be written. */
  readonly lock: boolean
  /** Milliseconds. */
  readonly retryLock?: number
  /** False: keeps nothing of a remote repository on this machine. */
  readonly cache?: boolean
  readonly cacheDir?: string
}

export function addEngineOptions(command: Command): Command {
  return grouped(command, 'The repository:', group =>
    addPasswordOptions(addLocationOptions(group))
      .option('--no-lock', 'take no lock: for a repository that can only be read')
      .option('--no-cache', 'keep nothing of a remote repository on this machine')
      .option(
        '--cache-dir <folder>',
        'where indexes, snapshots and trees are kept; else $RESTIC_CACHE_DIR, ~/.cache/blackstart',
      )
      .option('--retry-lock <duration>', 'how long to wait for others that hold the repository: 30s, 5m, 2h', duration),
  )
}

/** What is different about how a repository is opened. */
export interface Opening extends OpenOptions {
  /** Restores overtake everything else. */
  readonly priority?: 'restore'
  readonly environment?: Machine['environment']
}

/** Where the options point; nothing is sent yet. */
export function openBackend({ out }: Invocation, options: LocationOptions, opening: Opening = {}): Promise<Backend> {
  const { priority, environment = process.env } = opening
  const onRetry = (error: BlackstartError, pause: number) => out.line(`${error.message} Again in ${spanText(pause)}.`)
  return openLocation(options, { environment, home: os.homedir() }, { onRetry, ...(priority && { priority }) })
}

/** An opened repository, whose storage is let go of with it. */
export interface OpenedRepository extends AsyncDisposable {
  readonly repository: Repository
}

export async function openEngine(
  invocation: Invocation,
  options: EngineOptions,
  opening: Opening = {},
): Promise<OpenedRepository> {
  const { signal } = invocation
  const { priority: _, environment = process.env, ...facts } = opening
  const backend = await openBackend(invocation, options, opening)
  try {
    const password = await readRepositoryPassword(options, environment, signal)
    const cache = await cacheOf(options, { environment, home: os.homedir() })
    const onLockLeft = (error: BlackstartError) =>
      invocation.out.line(`The lock was left, and keeps others out for half an hour at most: ${error.message}`)
    const words = { onLockLeft, ...waitOf(invocation, options), ...cache, ...facts }
    const repository = await openRepository(backend, password, words, signal)
    return { repository, [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose]() }
  } catch (error) {
    await backend[Symbol.asyncDispose]()
    throw error
  }
}

/** Of remote repositories, and of others where a folder is named. */
async function cacheOf(options: EngineOptions, machine: Machine): Promise<{ readonly cache?: string }> {
  const isUsed = options.cache !== false && (options.cacheDir !== undefined || (await isRemote(options, machine)))
  return isUsed ? { cache: cacheFolder(options.cacheDir, machine) } : {}
}

/** How long to wait for others, where the options say so. */
export function waitOf(invocation: Invocation, options: EngineOptions): { readonly lockWait?: LockWait } {
  return options.retryLock === undefined ? {} : { lockWait: waitAtMost(invocation, options.retryLock) }
}

/** As `waitOf`, for what waits anyway: ten minutes where the options do not say how long. */
export function longWaitOf(invocation: Invocation, options: EngineOptions): { readonly lockWait: LockWait } {
  return { lockWait: waitAtMost(invocation, options.retryLock ?? 600_000) }
}

function waitAtMost({ out }: Invocation, atMost: number): LockWait {
  return { atMost, onWait: held => out.line(`${held.message} Waiting.`) }
}

/** The lock of a command that only reads; null with `--no-lock`, and where the repository cannot be written. */
export async function lockToRead(
  repository: Repository,
  { lock }: EngineOptions,
  signal: AbortSignal,
): Promise<RepositoryLock | null> {
  return lock ? await repository.lockForReading(signal) : null
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds of `1h30m`, `45s`. */
function duration(text: string): number {
  const parts = text.match(/\d+[smh]/g) ?? []
  if (parts.length === 0 || parts.join('') !== text) {
    throw new InvalidArgumentError('Write a number with s, m or h: 30s, 5m, 2h.')
  }
  return parts.reduce((sum, part) => sum + Number(part.slice(0, -1)) * (units[part.at(-1) ?? ''] ?? 0), 0)
}

/** For options that may be repeated. */
export function gather(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** For options whose words the engine reads: what it throws becomes commander's message. */
export function parsed<Value>(parse: (text: string) => Value): (text: string) => Value {
  return text => {
    try {
      return parse(text)
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message)
    }
  }
}
