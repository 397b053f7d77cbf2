import type { Command } from 'commander'
import { selectSnapshots } from '../../../engine/browse/find-snapshot.ts'
import { type CopyReport, copySnapshots, type FailedCopy, failedToRead } from '../../../engine/copy/copy-snapshots.ts'
import type { BlackstartError } from '../../../errors.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { bytesText, plural } from '../../words.ts'
import { addEngineOptions, type EngineOptions, openEngine, waitOf } from './engine-options.ts'
import { addFilterOptions, type FilterOptions, filterOf } from './filter-options.ts'
import { plainLines } from './plain-text.ts'
import { shortId } from './snapshot-json.ts'
import { addSourceOptions, openSource, type SourceOptions } from './source-options.ts'

type CopyOptions = EngineOptions & FilterOptions & SourceOptions

export function defineCopy(command: Command): void {
  command.argument('[ids...]', 'only these; all by default')
  addFilterOptions(addSourceOptions(addEngineOptions(command))).action(act<[string[], CopyOptions]>(copy))
}

async function copy(invocation: Invocation, words: string[], options: CopyOptions): Promise<ExitCode> {
  const { out, signal } = invocation
  await using from = await openSource(invocation, options, { samePassword: false })
  await using to = await openEngine(invocation, options)
  const unreadable: FailedCopy[] = []
  const onDamage = (error: BlackstartError): void => void unreadable.push(failedToRead(from.repository, error))
  // whether a damaged one passes the filter nobody can tell: the others are copied
  const selected = await selectSnapshots(from.repository, words, { ...filterOf(options), onDamage }, signal)
  const done = await copySnapshots(
    from.repository,
    to.repository,
    {
      ...waitOf(invocation, options),
      snapshots: selected.map(({ id }) => id),
      onProgress: ({ done, total }) => out.live(`copying: ${done} of ${plural(total, 'snapshot')}`),
    },
    signal,
  )
  const report = { ...done, failed: [...unreadable, ...done.failed] }
  out.result(report, reportText(report))
  return report.failed.length === 0 ? exitCodes.done : exitCodes.integrity
}

function reportText({ copied, skipped, failed, newBlobs, storedBytes }: CopyReport): string {
  return [
    ...copied.map(({ source, destination }) => `${shortId(source)} is ${shortId(destination)} there`),
    ...failed.map(({ source, problem }) => `${shortId(source)} was not copied: ${plainLines(problem.message)}`),
    `copied ${plural(copied.length, 'snapshot')}, ${skipped.length} were there already; added ${plural(newBlobs, 'blob')}, ${bytesText(storedBytes)}`,
  ].join('\n')
}
