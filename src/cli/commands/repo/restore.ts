import path from 'node:path'
import { type Command, Option } from 'commander'
import { findSnapshot } from '../../../engine/browse/find-snapshot.ts'
import type { Overwrite } from '../../../engine/restore/restore-options.ts'
import type { RestoredEntry } from '../../../engine/restore/restore-report.ts'
import { type RestoreOptions, type RestoreProgress, type RestoreResult, restore } from '../../../engine/restore.ts'
import { BlackstartError, reasonOf } from '../../../errors.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { bytesText, plural } from '../../words.ts'
import { addEngineOptions, type EngineOptions, lockToRead, openEngine } from './engine-options.ts'
import { addLatestOptions, type FilterOptions, filterOf } from './filter-options.ts'
import { addExcludeOptions, addIncludeOptions, type PatternOptions, patternsOf } from './pattern-options.ts'
import { plainLines, plainText } from './plain-text.ts'

interface RestoreWords extends EngineOptions, FilterOptions, PatternOptions {
  readonly target: string
  readonly overwrite: Overwrite
  readonly delete?: boolean
  readonly dryRun?: boolean
  readonly sparse: boolean
  readonly verify?: boolean
  readonly owner: 'numbers' | 'names'
  readonly verbose?: boolean
}

const overwrites: readonly Overwrite[] = ['always', 'if-changed', 'if-newer', 'never']

export function defineRestore(command: Command): void {
  command.argument('<snapshot>', 'an id, the beginning of one, or latest; with :PATH a part of it')
  addEngineOptions(command).requiredOption('-t, --target <dir>', 'a folder; made when it is missing')
  addExcludeOptions(addIncludeOptions(command))
    .addOption(
      new Option('--overwrite <when>', 'what happens to files that are there').choices(overwrites).default('always'),
    )
    .option('--delete', 'take away what the target has and the snapshot has not')
    .option('-n, --dry-run', 'tells what would be done')
    .option('--verify', 'read every file back from the disk, and compare')
    .option('--no-sparse', 'write runs of zeros; by default they become holes')
    .addOption(
      new Option('--owner <by>', 'who gets the files: by numbers, or by names of this machine')
        .choices(['numbers', 'names'])
        .default('numbers'),
    )
    .option('-v, --verbose', 'tell each entry')
  addLatestOptions(command).action(act<[string, RestoreWords]>(restoreSnapshot))
}

interface RestoreError {
  readonly path: string
  readonly code: string
  readonly message: string
}

async function restoreSnapshot(invocation: Invocation, word: string, words: RestoreWords): Promise<ExitCode> {
  const { out, signal } = invocation
  if (words.target === '') throw new BlackstartError('usage', 'Say where to restore to: --target names no folder.')
  await using opened = await openEngine(invocation, words, { priority: 'restore' })
  const { repository } = opened
  await using _lock = await lockToRead(repository, words, signal)
  const { snapshot, path: part } = await findSnapshot(repository, word, filterOf(words), signal)
  const errors: RestoreError[] = []
  const options: RestoreOptions = {
    ...(await patternsOf(words)),
    ...{ target: path.resolve(words.target), path: part, overwrite: words.overwrite, sparse: words.sparse },
    ...{ delete: words.delete === true, dryRun: words.dryRun === true, verify: words.verify === true },
    ownership: words.owner,
    onProgress: progress => out.live(() => progressText(progress)),
    ...(words.verbose && { onEntry: entry => out.line(entryText(entry)) }),
    onError: (file, error) => {
      const code = error instanceof BlackstartError ? error.code : 'internal'
      errors.push({ path: file, code, message: reasonOf(error) })
      const reason = reasonOf(error)
      out.line(plainLines(reason.startsWith(file) ? reason : `${file} could not be restored: ${reason}`))
    },
  }
  const result = await restore(repository, snapshot, options, signal)
  const document = { snapshot: snapshot.id, target: options.target, ...result, errors }
  out.result(document, resultText(result, snapshot.id, options))
  if (errors.length === 0) return exitCodes.done
  return errors.some(error => error.code === 'integrity') ? exitCodes.integrity : exitCodes.part
}

function progressText({ files, bytes, total }: RestoreProgress): string {
  if (total === null) return `${plural(files, 'file')}, ${bytesText(bytes)}`
  const [done, all] = [files, total.files].map(count => count.toLocaleString('en'))
  return `${done} of ${all} ${total.files === 1 ? 'file' : 'files'}, ${bytesText(bytes)} of ${bytesText(total.bytes)}`
}

function entryText({ action, path, bytes, type }: RestoredEntry): string {
  return `${action.padEnd(9)} ${plainText(path)}${type === 'file' ? `, ${bytesText(bytes)}` : ''}`
}

function resultText(result: RestoreResult, snapshot: string, { target, dryRun }: RestoreOptions): string {
  const { files, bytes, written, unchanged, skipped, removed, verified, limits } = result
  const counts = [
    ...(unchanged === 0 ? [] : [`${unchanged} were there already`]),
    ...(skipped === 0 ? [] : [`${skipped} left as they were`]),
    ...(removed === 0 ? [] : [`${removed} taken away`]),
    ...(verified === 0 ? [] : [`${verified} read back and found right`]),
  ]
  const verb = dryRun ? 'would restore' : 'restored'
  const amount = `${plural(files, 'file')}, ${bytesText(bytes)}`
  return [
    `${verb} ${amount} of ${snapshot.slice(0, 8)} to ${target}${counts.map(count => `; ${count}`).join('')}`,
    ...(written === bytes || dryRun ? [] : [`written: ${bytesText(written)}, the rest was in place or is a hole`]),
    ...limits.map(({ part, entries, reason }) => `without ${part}: ${plural(entries, 'entry', 'entries')} (${reason})`),
  ].join('\n')
}
