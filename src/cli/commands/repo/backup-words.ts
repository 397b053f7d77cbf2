import { type Command, InvalidArgumentError, Option } from 'commander'
import type { BackupOptions } from '../../../engine/backup/backup-options.ts'
import { findSnapshot } from '../../../engine/browse/find-snapshot.ts'
import type { GroupField } from '../../../engine/browse/group-snapshots.ts'
import type { Repository } from '../../../engine/repository.ts'
import { type EngineOptions, gather } from './engine-options.ts'
import { addFilesFromOptions, type FilesFromOptions } from './files-from.ts'
import { splitTags } from './filter-options.ts'
import { parseGroupBy } from './group-by.ts'
import { parseMoment } from './moment.ts'
import { addStreamOptions, type StreamOptions } from './stream-source.ts'

/** restic's options of a backup. */
export interface BackupWords extends EngineOptions, FilesFromOptions, StreamOptions {
  readonly tag?: readonly string[]
  readonly exclude?: readonly string[]
  readonly host?: string
  readonly time?: Date
  readonly parent?: string
  readonly groupBy: readonly GroupField[]
  readonly force?: boolean
  readonly dryRun?: boolean
  readonly skipIfUnchanged?: boolean
}

export function addBackupOptions(command: Command): Command {
  return addStreamOptions(addFilesFromOptions(command))
    .option('--tag <tag[,tag...]>', 'tags of the snapshot; may be repeated', gather)
    .option('-e, --exclude <pattern>', "restic's patterns; may be repeated", gather)
    .option('-H, --host <name>', 'the host name in the snapshot; else $RESTIC_HOST, this machine’s')
    .option('--time <time>', 'the time of the snapshot: 2026-11-24 13:45:00; by default now', timeOf)
    .option('--parent <snapshot>', 'compare with this one; by default with the latest of the group')
    .addOption(
      new Option('-g, --group-by <fields>', "what the parent has in common with it; '' is nothing")
        .argParser(parseGroupBy)
        .default(['host', 'paths'], 'host,paths'),
    )
    .option('-f, --force', 'read every file again, also what the parent has unchanged')
    .option('-n, --dry-run', 'write nothing, and take no lock: tells what would be added')
    .option('--skip-if-unchanged', 'write no snapshot where the parent has all as it is')
}

/** What the engine is told. Throws as `findSnapshot`. */
export async function backupOptionsOf(
  words: BackupWords,
  repository: Repository,
  signal: AbortSignal,
): Promise<BackupOptions> {
  const { force, groupBy, parent, tag = [], time } = words
  const hostname = words.host || process.env.RESTIC_HOST
  const tags = tag.flatMap(splitTags).filter(each => each !== '')
  const before = parent === undefined || force ? null : await parentOf(repository, parent, signal)
  return {
    ...{ tags, excludes: words.exclude ?? [], force: force === true, parentBy: groupBy },
    ...{ dryRun: words.dryRun === true, skipIfUnchanged: words.skipIfUnchanged === true },
    ...(hostname && { hostname }),
    ...(time && { time }),
    ...(before && { parent: before }),
  }
}

async function parentOf(repository: Repository, word: string, signal: AbortSignal): Promise<BackupOptions['parent']> {
  return (await findSnapshot(repository, word, {}, signal)).snapshot
}

function timeOf(text: string): Date {
  const time = parseMoment(text, Temporal.Now.timeZoneId())
  if (time !== null) return new Date(time.epochMilliseconds)
  throw new InvalidArgumentError('Write a time as 2026-11-24 13:45:00.')
}
