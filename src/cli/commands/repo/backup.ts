import type { Command } from 'commander'
import type { BackupOptions, BackupResult } from '../../../engine/backup/backup-options.ts'
import { backup } from '../../../engine/backup.ts'
import { BlackstartError, reasonOf } from '../../../errors.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { programName } from '../../program-name.ts'
import { bytesText, plural } from '../../words.ts'
import { addBackupOptions, type BackupWords, backupOptionsOf } from './backup-words.ts'
import { addEngineOptions, openEngine } from './engine-options.ts'
import { listedPaths } from './files-from.ts'

export function defineBackup(command: Command): void {
  addBackupOptions(addEngineOptions(command.argument('[paths...]'))).action(act<[string[], BackupWords]>(backupPaths))
}

async function backupPaths(invocation: Invocation, given: string[], words: BackupWords): Promise<ExitCode> {
  const { out, signal } = invocation
  const listed = await listedPaths(words, pattern => out.line(`there is nothing at ${pattern}`))
  const paths = [...listed, ...given]
  if (paths.length === 0) throw new BlackstartError('usage', 'What is to be backed up? Give paths, or --files-from.')
  await using opened = await openEngine(invocation, words)
  const errors: { path: string; message: string }[] = []
  const options: BackupOptions = {
    ...(await backupOptionsOf(words, opened.repository, signal)),
    ...{ keepRelative: true, programVersion: programName },
    onProgress: ({ files, bytes }) => out.live(() => `${plural(files, 'file')}, ${bytesText(bytes)}`),
    onError: (file, error) => {
      errors.push({ path: file, message: reasonOf(error) })
      out.line(`not backed up: ${file}: ${reasonOf(error)}`)
    },
  }
  const result = await backup(opened.repository, paths, options, signal)
  out.result({ ...result, snapshot_id: result.snapshot, errors }, resultText(result))
  return errors.length === 0 ? exitCodes.done : exitCodes.part
}

function resultText({ snapshot, files, folders, bytes, storedBytes }: BackupResult): string {
  const read = [plural(files, 'file'), plural(folders, 'folder'), bytesText(bytes)].join(', ')
  return `snapshot ${snapshot.slice(0, 8)}: ${read}; added ${bytesText(storedBytes)}`
}
