import type { Backend } from './backend.ts'
import { localBackend } from './local/local-backend.ts'

/** One line per kind of storage; the key is a place's `via` in the site file. */
export const storages = {
  local: localBackend,
} satisfies Record<string, (location: string) => Backend>
