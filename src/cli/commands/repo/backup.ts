import type { Command } from 'commander'
import type { BackupResult } from '../../../engine/backup/backup-options.ts'
import { backup } from '../../../engine/backup.ts'
import { reasonOf } from '../../../errors.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { programName } from '../../program-name.ts'
import { bytesText, plural } from '../../words.ts'
import { addEngineOptions, type EngineOptions, gather, openEngine } from './engine-options.ts'

interface BackupWords extends EngineOptions {
  readonly tag?: readonly string[]
  readonly exclude?: readonly string[]
  readonly host?: string
  readonly force?: boolean
}

export function defineBackup(command: Command): void {
  addEngineOptions(command.argument('<paths...>'))
    .option('--tag <tag>', 'a tag of the snapshot; may be repeated', gather)
    .option('--exclude <pattern>', "restic's patterns; may be repeated", gather)
    .option('--host <name>', 'the host name in the snapshot')
    .option('--force', 'read every file again, also what the last snapshot has unchanged')
    .action(act<[string[], BackupWords]>(backupPaths))
}

async function backupPaths(invocation: Invocation, paths: string[], options: BackupWords): Promise<ExitCode> {
  const { out, signal } = invocation
  await using opened = await openEngine(invocation, options)
  const errors: { path: string; message: string }[] = []
  const result = await backup(
    opened.repository,
    paths,
    {
      tags: options.tag ?? [],
      excludes: options.exclude ?? [],
      force: options.force === true,
      keepRelative: true,
      programVersion: programName,
      ...(options.host === undefined ? {} : { hostname: options.host }),
      onProgress: ({ files, bytes }) => out.live(`${plural(files, 'file')}, ${bytesText(bytes)}`),
      onError: (file, error) => {
        errors.push({ path: file, message: reasonOf(error) })
        out.line(`not backed up: ${file}: ${reasonOf(error)}`)
      },
    },
    signal,
  )
  out.result({ ...result, snapshot_id: result.snapshot, errors }, resultText(result))
  return errors.length === 0 ? exitCodes.done : exitCodes.part
}

function resultText({ snapshot, files, folders, bytes, storedBytes }: BackupResult): string {
  const read = [plural(files, 'file'), plural(folders, 'folder'), bytesText(bytes)].join(', ')
  return `snapshot ${snapshot.slice(0, 8)}: ${read}; added ${bytesText(storedBytes)}`
}
