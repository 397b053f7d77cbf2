import type { Command } from 'commander'
import type { Patterns } from '../../../engine/restore/selection.ts'
import { BlackstartError } from '../../../errors.ts'
import { gather } from './engine-options.ts'
import { linesOf, readList } from './list-file.ts'

export interface PatternOptions {
  readonly exclude?: readonly string[]
  readonly iexclude?: readonly string[]
  readonly excludeFile?: readonly string[]
  readonly iexcludeFile?: readonly string[]
  readonly include?: readonly string[]
  readonly iinclude?: readonly string[]
  readonly includeFile?: readonly string[]
  readonly iincludeFile?: readonly string[]
}

export function addExcludeOptions(command: Command): Command {
  return command
    .option('-e, --exclude <pattern>', "leave out what one of restic's patterns matches; may be repeated", gather)
    .option('--iexclude <pattern>', 'the same, whether letters are capital or small; may be repeated', gather)
    .option('--exclude-file <file>', 'patterns of a file, one a line; may be repeated', gather)
    .option('--iexclude-file <file>', 'the same, whether letters are capital or small; may be repeated', gather)
}

export function addIncludeOptions(command: Command): Command {
  return command
    .option('-i, --include <pattern>', 'only what a pattern matches; may be repeated', gather)
    .option('--iinclude <pattern>', 'the same, whether letters are capital or small; may be repeated', gather)
    .option('--include-file <file>', 'patterns of a file, one a line; may be repeated', gather)
    .option('--iinclude-file <file>', 'the same, whether letters are capital or small; may be repeated', gather)
}

/**
 * Those of the options, then those of the files. Throws `not-found` for a file; `usage` for an empty include, most likely a
 * variable that is not set, without which everything would be included.
 */
export async function patternsOf(options: PatternOptions): Promise<Patterns> {
  const both = async (words: readonly string[] = [], files: readonly string[] = []) => [
    ...words,
    ...(await patternLines(files)),
  ]
  const patterns = {
    excludes: await both(options.exclude, options.excludeFile),
    insensitiveExcludes: await both(options.iexclude, options.iexcludeFile),
    includes: await both(options.include, options.includeFile),
    insensitiveIncludes: await both(options.iinclude, options.iincludeFile),
  }
  refuseEmpty('include', patterns.includes)
  refuseEmpty('iinclude', patterns.insensitiveIncludes)
  return patterns
}

function refuseEmpty(option: string, patterns: readonly string[]): void {
  if (!patterns.includes('')) return
  const sentence = `--${option} got an empty pattern, which matches nothing: is a variable not set? Leave the option out to include everything.`
  throw new BlackstartError('usage', sentence, { facts: { option } })
}

/** Lines of those files, without empty ones and those that begin with #; `$NAME` is a variable of the environment, `$$` a dollar sign. */
async function patternLines(files: readonly string[]): Promise<string[]> {
  const contents = await Promise.all(files.map(readList))
  return contents
    .flatMap(linesOf)
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => line.replace(/\$(?:(\$)|\{(\w+)\}|(\w+))/g, expansion))
}

function expansion(_: string, dollar?: string, braced?: string, plain?: string): string {
  return dollar ?? process.env[braced ?? plain ?? ''] ?? ''
}
