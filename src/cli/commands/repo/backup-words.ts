import { type Command, InvalidArgumentError, Option } from 'commander'
import type { BackupOptions } from '../../../engine/backup/backup-options.ts'
import { findSnapshot } from '../../../engine/browse/find-snapshot.ts'
import type { GroupField } from '../../../engine/browse/group-snapshots.ts'
import { parseSize } from '../../../engine/prune/size-words.ts'
import type { Repository } from '../../../engine/repository.ts'
import { type EngineOptions, gather, parsed } from './engine-options.ts'
import { addFilesFromOptions, type FilesFromOptions } from './files-from.ts'
import { splitTags } from './filter-options.ts'
import { parseGroupBy } from './group-by.ts'
import { parseMoment } from './moment.ts'
import { addExcludeOptions, type PatternOptions, patternsOf } from './pattern-options.ts'
import { addStreamOptions, type StreamOptions } from './stream-source.ts'

/** restic's options of a backup. */
export interface BackupWords extends EngineOptions, FilesFromOptions, ExcludeOptions, StreamOptions {
  readonly tag?: readonly string[]
  readonly host?: string
  readonly time?: Date
  readonly parent?: string
  readonly groupBy: readonly GroupField[]
  readonly force?: boolean
  readonly dryRun?: boolean
  readonly skipIfUnchanged?: boolean
  readonly ignoreInode?: boolean
  readonly ignoreCtime?: boolean
  readonly withAtime?: boolean
  readonly excludeLargerThan?: number
  readonly excludeIfPresent?: readonly string[]
  readonly excludeCaches?: boolean
  readonly oneFileSystem?: boolean
}

type ExcludeOptions = Pick<PatternOptions, 'exclude' | 'iexclude' | 'excludeFile' | 'iexcludeFile'>

export function addBackupOptions(command: Command): Command {
  return addComparing(addLeavingOut(addStreamOptions(addFilesFromOptions(command))))
    .option('--tag <tag[,tag...]>', 'tags of the snapshot; may be repeated', gather)
    .option('-H, --host <name>', 'the host name in the snapshot; else $RESTIC_HOST, this machine’s')
    .option('--time <time>', 'the time of the snapshot: 2026-11-24 13:45:00; by default now', timeOf)
    .option('-n, --dry-run', 'write nothing, and take no lock: tells what would be added')
    .option('--with-atime', 'store access times; each reading makes other trees then')
}

function addLeavingOut(command: Command): Command {
  return addExcludeOptions(command)
    .option('--exclude-larger-than <size>', 'leave out larger files: 500M, 2G', parsed(parseSize))
    .option(
      '--exclude-if-present <name[:beginning]>',
      'leave out what lies beside such a file, which begins so; may be repeated',
      gather,
    )
    .option('--exclude-caches', 'leave out what lies in folders that a CACHEDIR.TAG marks')
    .option('-x, --one-file-system', 'leave out what lies in other file systems than the paths given')
}

function addComparing(command: Command): Command {
  return command
    .option('--parent <snapshot>', 'compare with this one; by default with the latest of the group')
    .addOption(
      new Option('-g, --group-by <fields>', "what the parent has in common with it; '' is nothing")
        .argParser(parseGroupBy)
        .default(['host', 'paths'], 'host,paths'),
    )
    .option('-f, --force', 'read every file again, also what the parent has unchanged')
    .option('--ignore-inode', 'a file is unchanged though its inode and its change time are others')
    .option('--ignore-ctime', 'a file is unchanged though its change time is another one')
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
  const { excludes, insensitiveExcludes } = await patternsOf(words)
  const { excludeLargerThan, excludeIfPresent, excludeCaches, oneFileSystem } = words
  const { dryRun, skipIfUnchanged, ignoreInode, ignoreCtime, withAtime } = words
  const given = {
    ...{ excludes, insensitiveExcludes, excludeLargerThan, excludeIfPresent, excludeCaches, oneFileSystem },
    ...{ hostname: hostname || undefined, time, parent: before ?? undefined, force },
    ...{ dryRun, skipIfUnchanged, ignoreInode, ignoreCtime, withAtime },
  }
  return { tags, parentBy: groupBy, ...defined(given) }
}

type Defined<Value> = { [Name in keyof Value]?: Exclude<Value[Name], undefined> }

function defined<Value extends object>(value: Value): Defined<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<Value>
}

async function parentOf(repository: Repository, word: string, signal: AbortSignal): Promise<BackupOptions['parent']> {
  return (await findSnapshot(repository, word, {}, signal)).snapshot
}

function timeOf(text: string): Date {
  const time = parseMoment(text, Temporal.Now.timeZoneId())
  if (time !== null) return new Date(time.epochMilliseconds)
  throw new InvalidArgumentError('Write a time as 2026-11-24 13:45:00.')
}
