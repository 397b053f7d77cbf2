import { SftpSession } from './sftp-session.ts'
import type { SshTarget } from './ssh-login.ts'

/** The one connection that all requests share: made when it is needed, and anew after it broke. */
export class SftpSessions implements AsyncDisposable {
  readonly #target: SshTarget
  #current: Promise<SftpSession> | null = null
  #connecting = false
  #waiting = 0
  #unwanted = new AbortController()

  constructor(target: SshTarget) {
    this.#target = target
  }

  /** Throws as `SftpSession.open`. An attempt for which nobody waits any more is given up. */
  async get(signal: AbortSignal): Promise<SftpSession> {
    signal.throwIfAborted()
    const attempt = this.#current ?? this.#connect()
    const { promise, reject } = Promise.withResolvers<never>()
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort)
    this.#waiting += 1
    try {
      const session = await Promise.race([attempt, promise])
      if (!session.over) return session
    } finally {
      signal.removeEventListener('abort', abort)
      this.#waiting -= 1
      if (this.#waiting === 0 && signal.aborted) this.#giveUp(attempt, signal.reason)
    }
    if (this.#current === attempt) this.#current = null
    return await this.get(signal)
  }

  /** Does nothing to a session that is open. */
  #giveUp(attempt: Promise<SftpSession>, reason: unknown): void {
    if (!this.#connecting) return
    if (this.#current === attempt) this.#current = null
    this.#unwanted.abort(reason)
  }

  #connect(): Promise<SftpSession> {
    this.#unwanted = new AbortController()
    const attempt = SftpSession.open(this.#target, this.#unwanted.signal)
    this.#current = attempt
    this.#connecting = true
    const done = (failed: boolean) => {
      if (this.#current !== attempt) return
      this.#connecting = false
      if (failed) this.#current = null
    }
    attempt.then(
      () => done(false),
      () => done(true),
    )
    return attempt
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const attempt = this.#current
    this.#current = null
    if (attempt === null) return
    const session = await attempt.catch(() => null) // nobody waits for it any more
    await session?.end()
  }
}
