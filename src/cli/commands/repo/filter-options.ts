import path from 'node:path'
import type { Command } from 'commander'
import type { SnapshotFilter } from '../../../engine/browse/snapshot-filter.ts'
import { gather } from './engine-options.ts'
import { grouped } from './option-groups.ts'

export interface FilterOptions {
  readonly host?: readonly string[]
  readonly tag?: readonly string[]
  readonly path?: readonly string[]
}

/** `flag` names the host. */
export function addFilterOptions(command: Command, flag = '-H, --host'): Command {
  return withOptions(command, flag, 'only those')
}

/** For commands to which a snapshot is named: the filter then says which one `latest` is. */
export function addLatestOptions(command: Command): Command {
  return withOptions(command, '-H, --host', 'latest is the newest')
}

function withOptions(command: Command, flag: string, what: string): Command {
  return grouped(command, 'Which snapshots:', group =>
    group
      .option(`${flag} <host>`, `${what} of this host; may be repeated; else $RESTIC_HOST`, gather)
      .option('--tag <tag[,tag...]>', `${what} with all these tags; may be repeated`, gather)
      .option('--path <path>', `${what} with this path; may be repeated`, gather),
  )
}

export function filterOf({ host, tag = [], path: paths = [] }: FilterOptions): SnapshotFilter {
  const hosts = host ?? (process.env.RESTIC_HOST ? [process.env.RESTIC_HOST] : [])
  return {
    hosts: hosts.filter(each => each !== ''),
    tags: tag.map(splitTags),
    paths: paths.map(each => path.resolve(each)),
  }
}

/** `a, b` as two tags. */
export function splitTags(list: string): readonly string[] {
  return list.split(',').map(tag => tag.trim())
}
