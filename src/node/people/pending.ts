/** What a dialogue with a browser waits for, kept in memory: a challenge, a seed that was shown but not confirmed. */
export interface Waiting {
  put(key: string, value: Pending): void
  /** Takes it out: each is good for one answer. Null for what is unknown or over. */
  take(key: string): Pending | null
  /** Leaves it in. */
  look(key: string): Pending | null
}

export type Pending =
  | { readonly kind: 'register' | 'prove'; readonly session: string; readonly host: string }
  | { readonly kind: 'sign-in'; readonly host: string }
  | { readonly kind: 'totp'; readonly seed: Uint8Array }
  | { readonly kind: 'oidc'; readonly verifier: string; readonly nonce: string; readonly redirect: string }

/** Milliseconds. */
const keptFor = 5 * 60_000
/** Of each kind; the oldest is dropped where more wait. Whoever asks without end disturbs their own kind only. */
const atMost = 2_000

interface Held {
  readonly value: Pending
  readonly at: number
}

export function waiting(now: () => Date): Waiting {
  const kinds = new Map<Pending['kind'], Map<string, Held>>()
  const holding = (key: string) => [...kinds.values()].find(held => held.has(key))
  const look = (key: string) => {
    const found = holding(key)?.get(key)
    if (found === undefined || Math.abs(now().getTime() - found.at) > keptFor) return null
    return found.value
  }
  return {
    put(key, value) {
      holding(key)?.delete(key)
      const held = kinds.get(value.kind) ?? new Map<string, Held>()
      kinds.set(value.kind, held.set(key, { value, at: now().getTime() }))
      const [oldest] = held.keys()
      if (held.size > atMost && oldest !== undefined) held.delete(oldest)
    },
    take(key) {
      const value = look(key)
      holding(key)?.delete(key)
      return value
    },
    look,
  }
}
