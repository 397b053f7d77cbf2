import path from 'node:path'
import type { Attempt, Peer } from './peer.ts'
import { outputOf, type Programs } from './programs.ts'

/** Stock restic, with a cache of its own, as users have it. */
export function resticPeer({ restic, passwordFile, copyRestic }: Programs): Peer {
  const repository = (folder: string): string => path.join(folder, 'repository')
  const repo = ({ folder }: Attempt, ...words: string[]) => ({
    program: restic,
    words: [...words, '-r', repository(folder), '-p', passwordFile, '--cache-dir', path.join(folder, 'cache')],
  })
  const backup = (attempt: Attempt) => repo(attempt, 'backup', attempt.source)
  return {
    name: 'restic',
    version: signal => outputOf(restic, ['version'], 'see lab/peers/restic.sh', signal),
    prepare: folder => copyRestic(repository(folder)),
    list: attempt => repo(attempt, 'snapshots'),
    backup,
    unchanged: backup,
    restore: (attempt, target) =>
      repo(attempt, 'restore', `latest:${attempt.source}`, '--target', target, ...(attempt.sparse ? ['--sparse'] : [])),
    repository,
    keepsTimes: true,
  }
}
