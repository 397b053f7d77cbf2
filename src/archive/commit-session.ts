import { openSession } from '../capture/session.ts'
import type { Archive } from './archive.ts'

/** Milliseconds: a commit takes seconds, on a slow disk minutes. */
const longest = 600_000

/** Held by the one process of a site that is between writing snapshots to the repository and recording them. */
export function commitSession(archive: Pick<Archive, 'paths'>, signal: AbortSignal): Promise<AsyncDisposable> {
  return openSession({ folder: archive.paths.run, device: 'a commit to the repository', wait: longest }, signal)
}
