import path from 'node:path'
import type { Attempt, Peer } from './peer.ts'
import { outputOf, type Programs } from './programs.ts'

/** The program as a user runs it. */
export function blackstartPeer({ blackstart, passwordFile, copyRestic }: Programs): Peer {
  const repository = (folder: string): string => path.join(folder, 'repository')
  const repo = ({ folder }: Attempt, ...words: string[]) => ({
    program: blackstart,
    words: ['repo', ...words, '--repo', repository(folder), '--password-file', passwordFile],
    env: { XDG_CACHE_HOME: path.join(folder, 'cache') },
  })
  const backup = (attempt: Attempt) => repo(attempt, 'backup', attempt.source)
  return {
    name: 'ours',
    version: signal => outputOf(blackstart, ['--version'], 'run npm ci', signal),
    prepare: folder => copyRestic(repository(folder)),
    list: attempt => repo(attempt, 'snapshots'),
    backup,
    unchanged: backup,
    restore: (attempt, target) => repo(attempt, 'restore', `latest:${attempt.source}`, '--target', target),
    repository,
    keepsTimes: true,
  }
}
