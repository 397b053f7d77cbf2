import path from 'node:path'
import type { Attempt, Peer } from './peer.ts'
import { borgEnvironment, outputOf, type Programs } from './programs.ts'

/** Borg with the key in the repository, encrypted and authenticated; `compression` in its own words. */
export function borgPeer(name: string, compression: string, { passwordFile, copyBorg }: Programs): Peer {
  const repository = (folder: string): string => path.join(folder, 'repository')
  const borg = ({ folder }: Attempt, words: readonly string[], cwd?: string) => ({
    program: 'borg',
    words,
    env: borgEnvironment(passwordFile, path.join(folder, 'cache')),
    ...(cwd === undefined ? {} : { cwd }),
  })
  const backup = (attempt: Attempt) => {
    const archive = `${repository(attempt.folder)}::backup-${attempt.backups}`
    return borg(attempt, ['create', '--compression', compression, archive, attempt.source])
  }
  return {
    name,
    version: signal => outputOf('borg', ['--version'], "install Debian's package borgbackup", signal),
    prepare: folder => copyBorg(repository(folder)),
    list: attempt => borg(attempt, ['list', repository(attempt.folder)]),
    backup,
    unchanged: backup,
    restore(attempt, target) {
      const archive = `${repository(attempt.folder)}::backup-${attempt.backups}`
      const depth = attempt.source.split('/').filter(name => name !== '').length
      const sparse = attempt.sparse ? ['--sparse'] : []
      return borg(attempt, ['extract', '--strip-components', String(depth), ...sparse, archive], target)
    },
    repository,
    keepsTimes: true,
  }
}
