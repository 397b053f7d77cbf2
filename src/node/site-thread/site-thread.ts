import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { BlackstartError } from '../../errors.ts'
import type { siteWork } from './site-work.ts'
import type { SiteReply } from './site-worker.ts'

type Work = typeof siteWork
type About<Kind extends keyof Work> = Parameters<Work[Kind]>[0]
type Answer<Kind extends keyof Work> = ReturnType<Work[Kind]>

/** Milliseconds after which a thread ends that nobody asks: it takes some 60 MB. */
const restAfter = 60_000

/** Does what `siteWork` does, one after the other, while the node goes on. */
export class SiteThread implements AsyncDisposable {
  #worker: Worker | null = null
  #turn: Promise<unknown> = Promise.resolve()
  #rest: NodeJS.Timeout | null = null

  /** Throws what the work throws, or the signal's reason where it aborts before its turn has come. */
  ask<Kind extends keyof Work>(kind: Kind, about: About<Kind>, signal: AbortSignal): Answer<Kind> {
    const turn = this.#turn.then(() => {
      signal.throwIfAborted()
      return this.#ask(kind, about)
    })
    this.#turn = turn.catch(() => undefined)
    return turn as Answer<Kind>
  }

  async #ask(kind: keyof Work, about: unknown): Promise<unknown> {
    if (this.#rest !== null) clearTimeout(this.#rest)
    this.#worker ??= new Worker(new URL('./site-worker.ts', import.meta.url))
    const worker = this.#worker
    try {
      worker.postMessage({ kind, about })
      const [reply]: SiteReply[] = await once(worker, 'message')
      if (reply !== undefined && 'answer' in reply) return reply.answer
      const { code, message, facts } = reply?.refused ?? { code: 'internal', message: 'no answer', facts: {} }
      throw new BlackstartError(code, message, { facts })
    } catch (error) {
      // a thread that failed is not asked again
      if (!(error instanceof BlackstartError)) await this.#end()
      throw error
    } finally {
      this.#rest = setTimeout(() => void this.#end(), restAfter)
      this.#rest.unref()
    }
  }

  async #end(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#rest !== null) clearTimeout(this.#rest)
    await this.#turn
    await this.#end()
  }
}
