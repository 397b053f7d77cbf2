import type { Path } from './problem.ts'

export interface NamedSecret {
  /** Where the name stands. */
  readonly path: Path
  readonly option: string
  readonly name: string
}

/** Options that name secrets are called `secret`, or end with it. */
export function namedSecrets(options: unknown, around: Path = []): readonly NamedSecret[] {
  if (options === null || typeof options !== 'object') return []
  return Object.entries(options).flatMap(([key, value]: [string, unknown]) => {
    const path = [...around, Array.isArray(options) ? Number(key) : key]
    if (typeof value !== 'string') return namedSecrets(value, path)
    return /secret$/i.test(key) ? [{ path, option: key, name: value }] : []
  })
}
