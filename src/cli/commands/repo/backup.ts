import type { Command } from 'commander'
import type { BackupOptions, BackupResult } from '../../../engine/backup/backup-options.ts'
import { backupStream, type StreamSource } from '../../../engine/backup/backup-stream.ts'
import { backup } from '../../../engine/backup.ts'
import { BlackstartError, reasonOf } from '../../../errors.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { programName } from '../../program-name.ts'
import { bytesText, plural } from '../../words.ts'
import { addBackupOptions, type BackupWords, backupOptionsOf } from './backup-words.ts'
import { addEngineOptions, openEngine } from './engine-options.ts'
import { type FilesFromOptions, listedPaths } from './files-from.ts'
import { streamSource } from './stream-source.ts'

export function defineBackup(command: Command): void {
  addBackupOptions(addEngineOptions(command.argument('[paths...]'))).action(act<[string[], BackupWords]>(backupPaths))
}

async function backupPaths(invocation: Invocation, given: string[], words: BackupWords): Promise<ExitCode> {
  const { out, signal } = invocation
  const stream = streamSource(words, given, signal)
  const paths = await pathsOf(invocation, stream === null ? given : [], words)
  refuse(paths, stream)
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
  const result =
    stream === null
      ? await backup(opened.repository, paths, options, signal)
      : await backupStream(opened.repository, stream, options, signal)
  out.result({ ...result, snapshot_id: result.snapshot, errors }, resultText(result))
  return errors.length === 0 ? exitCodes.done : exitCodes.part
}

async function pathsOf(
  { out }: Invocation,
  given: readonly string[],
  words: FilesFromOptions,
): Promise<readonly string[]> {
  const onNone = (pattern: string) => out.line(`there is nothing at ${pattern}`)
  return [...(await listedPaths(words, onNone)), ...given]
}

function refuse(paths: readonly string[], stream: StreamSource | null): void {
  if (stream === null && paths.length === 0) {
    throw new BlackstartError('usage', 'What is to be backed up? Give paths, --files-from or --stdin.')
  }
  if (stream !== null && paths.length > 0) {
    throw new BlackstartError('usage', 'Give --stdin or --files-from, not both.')
  }
}

function resultText({ snapshot, files, folders, bytes, storedBytes }: BackupResult): string {
  const read = [plural(files, 'file'), plural(folders, 'folder'), bytesText(bytes)].join(', ')
  return `snapshot ${snapshot.slice(0, 8)}: ${read}; added ${bytesText(storedBytes)}`
}
