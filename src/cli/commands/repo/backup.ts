import type { Command } from 'commander'
import type { BackupOptions } from '../../../engine/backup/backup-options.ts'
import { backupStream, type StreamSource } from '../../../engine/backup/backup-stream.ts'
import { backup } from '../../../engine/backup.ts'
import { BlackstartError, plainReason } from '../../../errors.ts'
import { programName } from '../../../node/program-name.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { type BackupError, progressText, resultJson, resultText } from './backup-result.ts'
import { addBackupOptions, type BackupWords, backupOptionsOf } from './backup-words.ts'
import { addEngineOptions, openEngine } from './engine-options.ts'
import { type FilesFromOptions, listedPaths } from './files-from.ts'
import { plainText } from './plain-text.ts'
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
  const begin = performance.now()
  const elapsed = () => performance.now() - begin
  const errors: BackupError[] = []
  const options: BackupOptions = {
    ...(await backupOptionsOf(words, opened.repository, signal)),
    ...{ keepRelative: true, programVersion: programName },
    onProgress: progress => out.live(() => progressText(progress, elapsed())),
    onError: (file, error) => {
      errors.push({ path: file, message: plainReason(error) })
      out.line(`not backed up: ${plainText(file)}: ${plainReason(error)}`)
    },
  }
  const result =
    stream === null
      ? await backup(opened.repository, paths, options, signal)
      : await backupStream(opened.repository, stream, options, signal)
  const dryRun = words.dryRun === true
  out.result(resultJson(result, { dryRun, elapsed: elapsed(), errors }), resultText(result, dryRun))
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
