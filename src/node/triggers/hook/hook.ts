import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import type { HookTrigger } from '../../../site/site.ts'
import type { TriggerSource } from '../trigger.ts'

/** Waits for nothing itself: the API is asked, and asks `tokenIsRight`. Its secret has to be there. */
export const hook: TriggerSource<HookTrigger> = {
  via: 'hook',
  async run({ id, options }, context, signal) {
    context.secret(options.secret)
    context.working(`POST /api/hooks/${id}`)
    if (!signal.aborted) await once(signal, 'abort')
  },
}

/** In a time that tells neither how much of the token is right, nor how long it is. An empty secret opens nothing. */
export function tokenIsRight(token: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(token), digest(secret)) && secret !== ''
}
