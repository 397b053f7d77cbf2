import { BlackstartError } from '../errors.ts'

export interface StorageLocation {
  readonly kind: string
  /** What follows `kind:`. */
  readonly place: string
}

/**
 * Reads a location by restic's rules: `kind:place` where the kind is known; else a path, which may hold a colon only
 * where it begins like one (`/`, `./`, `../`, `C:\`). Throws `usage`, naming no more of the location than its kind.
 */
export function parseLocation(location: string, kinds: readonly string[]): StorageLocation {
  const colon = location.indexOf(':')
  const kind = location.slice(0, Math.max(colon, 0))
  if (kinds.includes(kind)) return { kind, place: location.slice(colon + 1) }
  if (location === '') throw new BlackstartError('usage', 'The location of the repository is empty.')
  if (colon < 0 || isPath(location)) return { kind: 'local', place: location }
  throw new BlackstartError(
    'usage',
    `"${kind}:" is no kind of storage: there are ${kinds.join(', ')}. A folder whose name holds a colon is written local:PATH.`,
    { facts: { kind } },
  )
}

function isPath(location: string): boolean {
  return /^(?:\.{0,2}[/\\]|[A-Za-z]:[/\\])/.test(location)
}
