import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** As if nobody had shown for an hour who they are. */
export function forgetProof(folder: string): void {
  using state = new DatabaseSync(path.join(folder, 'data', 'people.sqlite'), { timeout: 5_000 })
  const { changes } = state.prepare('update sessions set proven = proven - 3600000').run()
  if (changes === 0) throw new Error('There is no session.')
}
