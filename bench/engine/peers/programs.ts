import { execFile } from 'node:child_process'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { runPlain } from '../measure.ts'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../../..')

/** What the peers share: the programs, one password, and the empty repositories that every round copies. */
export interface Programs {
  readonly blackstart: string
  readonly restic: string
  readonly passwordFile: string
  /** Copies an empty repository, which `restic init` made once, so that its key costs the same to open everywhere. */
  copyRestic(target: string): Promise<void>
  /** The same of Borg, with the key in the repository. */
  copyBorg(target: string): Promise<void>
}

/** `blackstart` is the program to measure; `folder` holds the empty repositories and is removed by the caller. */
export async function findPrograms(blackstart: string, folder: string, signal: AbortSignal): Promise<Programs> {
  await mkdir(folder, { recursive: true })
  const passwordFile = path.join(folder, 'password')
  await writeFile(passwordFile, 'the password of a benchmark\n', { mode: 0o600 })
  const restic = await outputOf(path.join(root, 'lab/peers/restic.sh'), [], 'see lab/setup', signal)
  const template = (
    name: string,
    program: string,
    words: (folder: string) => string[],
    env: Record<string, string>,
  ) => {
    const repository = path.join(folder, name)
    let made: Promise<void> | null = null
    return async (target: string): Promise<void> => {
      made ??= runPlain({ program, words: words(repository), env }, path.join(folder, `${name}.log`), signal)
      await made
      await cp(repository, target, { recursive: true })
    }
  }
  const resticWords = (repository: string): string[] => ['-r', repository, '-p', passwordFile, 'init', '--no-cache']
  const borgWords = (repository: string): string[] => ['init', '--encryption', 'repokey', repository]
  return {
    blackstart,
    restic,
    passwordFile,
    copyRestic: template('restic', restic, resticWords, {}),
    copyBorg: template('borg', 'borg', borgWords, borgEnvironment(passwordFile, path.join(folder, 'borg-base'))),
  }
}

/** `base` is where Borg keeps its caches: the same for all runs on one copy of a repository. */
export function borgEnvironment(passwordFile: string, base: string): Record<string, string> {
  return {
    BORG_BASE_DIR: base,
    BORG_PASSCOMMAND: `cat ${passwordFile}`,
    BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
    BORG_DISPLAY_PASSPHRASE: 'no',
  }
}

/** A program's standard output, trimmed. Throws, with `remedy`, where it cannot be run. */
export async function outputOf(
  program: string,
  words: readonly string[],
  remedy: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    return (await run(program, words, { signal })).stdout.trim()
  } catch (cause) {
    signal.throwIfAborted()
    throw new Error(`${program} cannot be run: ${remedy}`, { cause })
  }
}
