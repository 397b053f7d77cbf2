import path from 'node:path'
import type { Attempt, Peer } from './peer.ts'
import { outputOf } from './programs.ts'

/** `cp -r`: no history, no encryption, nothing verified; what the disk can do. */
export function copyPeer(): Peer {
  const newest = ({ folder, backups }: Attempt): string => path.join(folder, 'repository', `copy-${backups}`)
  return {
    name: 'cp',
    async version(signal) {
      return (await outputOf('cp', ['--version'], 'it belongs to coreutils', signal)).split('\n')[0] ?? ''
    },
    prepare: async () => undefined,
    list: () => null,
    backup: attempt => ({
      program: 'sh',
      words: [
        '-c',
        'mkdir -p "$0" && cp -rT "$1" "$2"',
        path.dirname(newest(attempt)),
        attempt.source,
        newest(attempt),
      ],
    }),
    unchanged: () => null,
    restore: (attempt, target) => ({ program: 'cp', words: ['-rT', newest(attempt), target] }),
    repository: folder => path.join(folder, 'repository'),
    keepsTimes: false,
  }
}
