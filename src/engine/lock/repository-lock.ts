import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { BlackstartError } from '../../errors.ts'
import type { Backend } from '../../storage/backend.ts'
import { layoutPath } from '../../storage/layout.ts'
import type { SealingKey } from '../crypto/sealing-key.ts'
import { readUnpacked, type SealedFile, sealUnpacked } from '../unpacked.ts'
import { ignoreHangup } from './hangup.ts'
import { decodeLock, isStale, type LockFile, staleAfter } from './lock-file.ts'

export type LockMode = 'shared' | 'exclusive'

export interface LockContext {
  readonly backend: Backend
  readonly key: SealingKey
  readonly hostname: string
  readonly username: string
  readonly now: () => Date
  /** Called when a lock file of ours could not be removed; without it, releasing throws that. */
  readonly onLockLeft?: (error: BlackstartError) => void
}

/** How long to ask again for a repository that others hold. */
export interface LockWait {
  /** Milliseconds; 0 asks once. */
  readonly atMost: number
  /** Called once, when it turns out that there is somebody to wait for. */
  readonly onWait?: (held: BlackstartError) => void
}

export const noWait: LockWait = { atMost: 0 }

/** Milliseconds. */
const refreshEvery = 5 * 60_000
/** Milliseconds between writing a lock and looking for others that came at the same moment: restic's. */
const settle = 200
/** Milliseconds between two tries, at first and at most. */
const [firstPause, longestPause] = [500, 15_000]
/** Milliseconds that releasing may take: it goes on after the work was interrupted. */
const releaseWithin = 60_000

/** Milliseconds that taking back a lock may take that was not written for certain: somebody may be waiting for the end. */
const giveUpWithin = 5_000
/** Milliseconds that finding out whether the lock is there may take. */
const lookWithin = 60_000

/** A held lock. Refreshed every five minutes until it is disposed of. */
export class RepositoryLock implements AsyncDisposable {
  readonly #context: LockContext
  readonly #lost = new AbortController()
  readonly #released = new AbortController()
  /**
   * Until this resolves, another may have come at the same moment: only read till then. Rejects with what `lost` holds,
   * `locked` where there is another.
   */
  readonly settled: Promise<void>
  #isSettled = false
  readonly #timer: NodeJS.Timeout
  readonly #hangup: Disposable
  #mode: LockMode
  #name: string
  /** Files of ours that could not be removed when others took their place. */
  readonly #left = new Set<string>()
  #refreshed: number
  #refreshing: Promise<void> = Promise.resolve()

  private constructor(context: LockContext, mode: LockMode, name: string, hangup: Disposable, signal: AbortSignal) {
    this.#hangup = hangup
    this.#context = context
    this.#mode = mode
    this.#name = name
    this.#refreshed = context.now().getTime()
    this.#timer = setInterval(() => void this.#inTurn(() => this.refresh()), refreshEvery)
    this.#timer.unref()
    this.settled = this.#settle(AbortSignal.any([signal, this.#released.signal]))
    this.settled.catch(() => undefined) // `lost` tells it, too
  }

  get mode(): LockMode {
    return this.#mode
  }

  /** Whether `settled` has resolved: what is read from now on is not pruned while the lock is held. */
  get isSettled(): boolean {
    return this.#isSettled
  }

  /** Aborted when the lock is released, gone, or may count as stale for others: then nothing more may be written. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /**
   * Removes stale locks first. Throws `locked`, naming who holds the repository, or `integrity` for a lock that cannot be
   * read, once the wait is over.
   */
  static async acquire(
    context: LockContext,
    mode: LockMode,
    wait: LockWait,
    signal: AbortSignal,
  ): Promise<RepositoryLock> {
    const end = performance.now() + wait.atMost
    for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
      try {
        return await RepositoryLock.#tryOnce(context, mode, signal)
      } catch (error) {
        const left = end - performance.now()
        if (left <= 0 || signal.aborted || !isConflict(error)) throw error
        if (pause === firstPause) wait.onWait?.(error)
        // two that came at the same moment must not meet again and again
        await sleep(Math.min(randomInt(pause / 2, pause), left), undefined, { signal })
      }
    }
  }

  static async #tryOnce(context: LockContext, mode: LockMode, signal: AbortSignal): Promise<RepositoryLock> {
    const lock = await RepositoryLock.begin(context, mode, signal)
    try {
      await lock.settled
      return lock
    } catch (error) {
      await lock[Symbol.asyncDispose]()
      throw error
    }
  }

  /** A lock that still has to settle. Throws as `acquire` where the repository is locked now. */
  static async begin(context: LockContext, mode: LockMode, signal: AbortSignal): Promise<RepositoryLock> {
    await removeStale(context, signal)
    await refuseConflict(context, mode, null, signal)
    // before others can see the lock
    const hangup = ignoreHangup()
    try {
      return new RepositoryLock(context, mode, await writeLock(context, mode, signal), hangup, signal)
    } catch (error) {
      hangup[Symbol.dispose]()
      throw error
    }
  }

  /** Throws `internal` where the lock was released, or is shared and all is asked for. */
  demand(mode: LockMode): void {
    if (!this.#released.signal.aborted && (mode === 'shared' || this.#mode === mode)) return
    const how = mode === 'exclusive' ? ' exclusively' : ''
    throw new BlackstartError('internal', `A repository was to be changed that is not locked${how}.`)
  }

  /** Lets others in: an exclusive lock goes on as a shared one, without a moment between in which there is none. */
  async share(signal: AbortSignal): Promise<void> {
    await this.assertThere(signal)
    await this.#inTurn(async () => {
      await this.#replace('shared', signal)
      this.#mode = 'shared'
      await this.#removeLeft(signal)
    })
  }

  /**
   * To be called before something is written or taken away. A machine that slept runs on before its timers do: where the lock
   * may have become stale meanwhile, this finds out whether it is still there. Throws what `lost` holds.
   */
  async assertHeld(): Promise<void> {
    if (this.#context.now().getTime() - this.#refreshed > 2 * refreshEvery) await this.#inTurn(() => this.refresh())
    this.lost.throwIfAborted()
  }

  /**
   * To be called before what depends on everything that was read becomes visible: looks for the lock whatever the clock says,
   * which a paused machine knows nothing of. Throws what `lost` holds.
   */
  async assertThere(signal: AbortSignal): Promise<void> {
    await this.assertHeld()
    await this.#inTurn(async () => {
      const limit = AbortSignal.any([signal, this.lost, AbortSignal.timeout(lookWithin)])
      if ((await this.#context.backend.stat('lock', this.#name, limit)) === null) this.#lose()
    })
    this.lost.throwIfAborted()
  }

  /** Writes the lock anew, with the time of now, and removes the one before. Never throws: what fails ends in `lost`. */
  async refresh(): Promise<void> {
    const { backend, now } = this.#context
    const signal = AbortSignal.any([AbortSignal.timeout(refreshEvery), this.#released.signal])
    try {
      if ((await backend.stat('lock', this.#name, signal)) === null) return this.#lose()
      const [before, since] = [this.#name, this.#refreshed]
      await this.#replace(this.#mode, signal)
      if (now().getTime() - since > staleAfter && !(await this.#isThereStill(before, signal))) {
        await backend.remove('lock', this.#name, signal)
        return this.#lose()
      }
      await this.#removeLeft(signal)
    } catch (error) {
      if (this.#released.signal.aborted) return
      if (now().getTime() - this.#refreshed < staleAfter - 2 * refreshEvery) return // there is time for another try
      const message = `${backend.location}: our lock could not be refreshed, so that others may take it for a dead one.`
      this.#lost.abort(new BlackstartError('locked', message, { retry: true, cause: error }))
    }
  }

  /** Another file takes the place of ours, which is left for now. Where it cannot be written, ours goes on. */
  async #replace(mode: LockMode, signal: AbortSignal): Promise<void> {
    const before = this.#name
    const after = newLock(this.#context, mode)
    const time = this.#context.now().getTime()
    this.#left.add(after.name) // a write that fails may have written it
    await this.#context.backend.write('lock', after.name, [after.bytes], signal)
    this.#left.delete(after.name)
    this.#left.add(before)
    this.#name = after.name
    this.#refreshed = time
  }

  /** What cannot be removed now is tried again at the next refresh, and at the end. */
  async #removeLeft(signal: AbortSignal): Promise<void> {
    for (const name of this.#left) {
      try {
        await this.#context.backend.remove('lock', name, signal)
        this.#left.delete(name)
      } catch (error) {
        if (signal.aborted || !(error instanceof BlackstartError)) throw error
      }
    }
  }

  /** For a lock that became stale: who removed it in this moment may not have seen its successor. */
  async #isThereStill(name: string, signal: AbortSignal): Promise<boolean> {
    await sleep(settle, undefined, { signal })
    return (await this.#context.backend.stat('lock', name, signal)) !== null
  }

  #lose(): void {
    const message = `${this.#context.backend.location}: our lock was removed while we worked.`
    this.#lost.abort(new BlackstartError('locked', message))
    clearInterval(this.#timer)
  }

  async #settle(signal: AbortSignal): Promise<void> {
    try {
      await sleep(settle, undefined, { signal })
      await refuseConflict(this.#context, this.#mode, this.#name, signal)
      this.#isSettled = true
    } catch (error) {
      this.#lost.abort(error)
      throw error
    }
  }

  /** One change of the lock file after the other. */
  #inTurn(action: () => Promise<void>): Promise<void> {
    const turn = this.#refreshing.then(action)
    this.#refreshing = turn.catch(() => undefined)
    return turn
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    this.#released.abort()
    // first: nothing goes on without it, and nothing that looks for it is waited for
    this.#lost.abort(new BlackstartError('internal', 'The lock of the repository was released.'))
    await this.#refreshing
    const { backend, onLockLeft } = this.#context
    const signal = AbortSignal.timeout(releaseWithin)
    const removals = [this.#name, ...this.#left].map(name => backend.remove('lock', name, signal))
    const failed = (await Promise.allSettled(removals)).find(({ status }) => status === 'rejected')
    this.#hangup[Symbol.dispose]()
    if (failed?.status !== 'rejected') return
    if (onLockLeft === undefined || !(failed.reason instanceof BlackstartError)) throw failed.reason
    onLockLeft(failed.reason)
  }
}

/** Returns how many there were. A lock that cannot be read is left: nobody can tell whose it is. */
export async function removeStale(context: LockContext, signal: AbortSignal): Promise<number> {
  let removed = 0
  for await (const { name, lock } of locksOf(context, signal)) {
    if (lock instanceof BlackstartError || !isStale(lock, context.hostname, context.now().getTime())) continue
    await context.backend.remove('lock', name, signal)
    removed += 1
  }
  return removed
}

/** Every lock, or the error that reading it gave. */
export async function* locksOf(
  context: Pick<LockContext, 'backend' | 'key'>,
  signal: AbortSignal,
): AsyncGenerator<{ name: string; lock: LockFile | BlackstartError }> {
  const { backend, key } = context
  for await (const { name, bytes } of backend.list('lock', signal)) {
    if (bytes === 0) continue // an upload that was cut off, on storage that has no rename
    try {
      yield { name, lock: decodeLock(backend, name, await readUnpacked(backend, key, 'lock', name, signal)) }
    } catch (error) {
      if (!(error instanceof BlackstartError)) throw error
      const released = (await backend.stat('lock', name, signal)) === null
      if (!released) yield { name, lock: error }
    }
  }
}

function newLock({ key, hostname, username, now }: LockContext, mode: LockMode): SealedFile {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  const lock = {
    ...{ time: now().toISOString(), exclusive: mode === 'exclusive', hostname, username, pid: process.pid },
    ...(uid === 0 ? {} : { uid }),
    ...(gid === 0 ? {} : { gid }),
  }
  return sealUnpacked(key, JSON.stringify(lock))
}

async function writeLock(context: LockContext, mode: LockMode, signal: AbortSignal): Promise<string> {
  const { backend } = context
  const { name, bytes } = newLock(context, mode)
  try {
    await backend.write('lock', name, [bytes], signal)
    return name
  } catch (error) {
    // what was stopped or failed at its very end may be there
    await backend.remove('lock', name, AbortSignal.timeout(giveUpWithin)).catch(() => undefined)
    throw error
  }
}

async function refuseConflict(
  context: LockContext,
  mode: LockMode,
  ours: string | null,
  signal: AbortSignal,
): Promise<void> {
  for await (const { name, lock } of locksOf(context, signal)) {
    if (name === ours) continue
    if (lock instanceof BlackstartError) throw lock
    if (mode === 'exclusive' || lock.exclusive) throw lockedBy(context.backend, name, lock)
  }
}

/** A lock that cannot be read may be one that is just being written. */
function isConflict(error: unknown): error is BlackstartError {
  return error instanceof BlackstartError && (error.code === 'locked' || error.code === 'integrity')
}

function lockedBy(backend: Backend, name: string, lock: LockFile): BlackstartError {
  const who = `process ${lock.pid} of ${lock.username || 'an unknown user'} on ${lock.hostname || 'an unknown machine'}`
  return new BlackstartError(
    'locked',
    `${backend.location}: the repository is locked ${lock.exclusive ? 'exclusively ' : ''}by ${who} since ${lock.time}. Wait until it is done; if it is dead, run unlock.`,
    { retry: true, facts: { ...lock, file: layoutPath('lock', name) } },
  )
}
