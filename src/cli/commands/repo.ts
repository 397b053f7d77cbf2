import path from 'node:path'
import { Command } from 'commander'
import { backup } from '../../engine/backup.ts'
import { check } from '../../engine/check.ts'
import { initRepository, openRepository, type Repository } from '../../engine/repository.ts'
import { restore } from '../../engine/restore.ts'
import type { Snapshot } from '../../engine/snapshot/snapshot.ts'
import { BlackstartError, reasonOf } from '../../errors.ts'
import { storages } from '../../storage/all.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { act, type Invocation } from '../invocation.ts'
import { programName } from '../program-name.ts'
import { readPassword } from '../read-password.ts'
import { table } from '../table.ts'
import { bytesText, plural, timeText } from '../words.ts'

interface RepoOptions {
  readonly repo: string
  readonly passwordFile: string
}

interface BackupOptions extends RepoOptions {
  readonly tag?: readonly string[]
  readonly exclude?: readonly string[]
  readonly host?: string
  readonly force?: boolean
}

interface RestoreOptions extends RepoOptions {
  readonly target: string
}

/** The engine by itself, on any restic repository, with restic's words for the same things. */
export function registerRepo(program: Command): void {
  const repo = program.command('repo').description('the engine by itself, on any restic repository')
  repo.addCommand(engine('init', 'make a repository').action(act<[RepoOptions]>(init)))
  repo.addCommand(
    engine('backup', 'back up files and folders of this machine')
      .argument('<paths...>')
      .option('--tag <tag>', 'a tag of the snapshot; may be repeated', gather)
      .option('--exclude <pattern>', "restic's patterns; may be repeated", gather)
      .option('--host <name>', 'the host name in the snapshot')
      .option('--force', 'read every file again, also what the last snapshot has unchanged')
      .action(act<[string[], BackupOptions]>(backupPaths)),
  )
  repo.addCommand(
    engine('restore', 'restore a snapshot')
      .argument('<snapshot>', 'an id, the beginning of one, or latest; with :PATH a part of it')
      .requiredOption('--target <dir>', 'a folder; made when it is missing')
      .action(act<[string, RestoreOptions]>(restoreSnapshot)),
  )
  repo.addCommand(engine('snapshots', 'list the snapshots, oldest first').action(act<[RepoOptions]>(listSnapshots)))
  repo.addCommand(
    engine('check', 'verify the repository')
      .option('--read-data', 'read every byte')
      .action(act<[RepoOptions & { readonly readData?: boolean }]>(checkRepository)),
  )
  repo.addCommand(
    engine('unlock', 'remove stale locks')
      .option('--remove-all', 'remove every lock, also of running programs')
      .action(act<[RepoOptions & { readonly removeAll?: boolean }]>(unlock)),
  )
}

function engine(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .requiredOption('--repo <folder>', 'the repository')
    .requiredOption('--password-file <file>', 'a file with its password')
}

function gather(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

async function open(options: RepoOptions, signal: AbortSignal): Promise<Repository> {
  return openRepository(
    storages.local(path.resolve(options.repo)),
    await readPassword(options.passwordFile),
    {},
    signal,
  )
}

async function init({ out, signal }: Invocation, options: RepoOptions): Promise<undefined> {
  const backend = storages.local(path.resolve(options.repo))
  const repository = await initRepository(backend, await readPassword(options.passwordFile), {}, signal)
  out.result(
    { id: repository.id, location: backend.location },
    `Made repository ${repository.id} in ${backend.location}`,
  )
}

async function backupPaths({ out, signal }: Invocation, paths: string[], options: BackupOptions): Promise<ExitCode> {
  const repository = await open(options, signal)
  const errors: { path: string; message: string }[] = []
  const result = await backup(
    repository,
    paths,
    {
      tags: options.tag ?? [],
      excludes: options.exclude ?? [],
      force: options.force === true,
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
  const added = `added ${bytesText(result.storedBytes)}`
  out.result(
    { ...result, errors },
    `snapshot ${result.snapshot.slice(0, 8)}: ${plural(result.files, 'file')}, ${plural(result.folders, 'folder')}, ${bytesText(result.bytes)}; ${added}`,
  )
  return errors.length === 0 ? exitCodes.done : exitCodes.part
}

/** The one snapshot that `word` means. Throws `not-found`, or `usage` where it begins several ids. */
async function findSnapshot(repository: Repository, word: string, signal: AbortSignal): Promise<Snapshot> {
  const snapshots = await repository.snapshots(signal)
  const found =
    word === 'latest' ? snapshots.slice(-1) : snapshots.filter(({ id }) => word !== '' && id.startsWith(word))
  if (found.length === 1 && found[0] !== undefined) return found[0]
  throw found.length === 0
    ? new BlackstartError('not-found', `There is no snapshot "${word}". See: blackstart repo snapshots`)
    : new BlackstartError('usage', `"${word}" begins ${found.length} snapshots: write more of the id.`)
}

async function restoreSnapshot({ out, signal }: Invocation, word: string, options: RestoreOptions): Promise<ExitCode> {
  const repository = await open(options, signal)
  await using _lock = await repository.lock('shared', signal)
  const [id = '', ...rest] = word.split(':')
  const snapshot = await findSnapshot(repository, id, signal)
  const part = rest.length === 0 ? {} : { path: rest.join(':') }
  const errors: { path: string; code: string; message: string }[] = []
  const result = await restore(
    repository,
    snapshot,
    {
      ...part,
      target: path.resolve(options.target),
      onProgress: ({ files, bytes }) => out.live(`${plural(files, 'file')}, ${bytesText(bytes)}`),
      onError: (file, error) => {
        const code = error instanceof BlackstartError ? error.code : 'internal'
        errors.push({ path: file, code, message: reasonOf(error) })
        out.line(`not restored: ${file}: ${reasonOf(error)}`)
      },
    },
    signal,
  )
  out.result(
    { snapshot: snapshot.id, target: path.resolve(options.target), ...result, errors },
    `restored ${plural(result.files, 'file')}, ${bytesText(result.bytes)} of ${snapshot.id.slice(0, 8)} to ${path.resolve(options.target)}`,
  )
  if (errors.length === 0) return exitCodes.done
  return errors.some(error => error.code === 'integrity') ? exitCodes.integrity : exitCodes.part
}

async function listSnapshots({ out, signal }: Invocation, options: RepoOptions): Promise<undefined> {
  const snapshots = await (await open(options, signal)).snapshots(signal)
  const zone = Temporal.Now.timeZoneId()
  const rows = snapshots.map(({ id, time, hostname, tags, paths }) => [
    id.slice(0, 8),
    timeText(time, zone),
    hostname,
    tags.join(','),
    paths.join(' '),
  ])
  out.result(
    { snapshots },
    `${table(['ID', 'TIME', 'HOST', 'TAGS', 'PATHS'], rows)}\n${plural(snapshots.length, 'snapshot')}`,
  )
}

async function checkRepository(
  { out, signal }: Invocation,
  options: RepoOptions & { readonly readData?: boolean },
): Promise<ExitCode> {
  const repository = await open(options, signal)
  await using _lock = await repository.lock('shared', signal)
  const report = await check(
    repository,
    {
      readData: options.readData === true,
      onProgress: ({ stage, done, total }) => out.live(`checking ${stage}: ${done} of ${total}`),
    },
    signal,
  )
  const sound = report.problems.length === 0
  const left = report.unreferencedPacks.length
  out.result(
    report,
    [
      ...report.problems.map(({ file, message }) => `${file}: ${message}`),
      ...(left === 0 ? [] : [`${plural(left, 'pack')} that no index names, left by interrupted runs: harmless`]),
      sound
        ? `no errors: ${plural(report.snapshots, 'snapshot')}, ${plural(report.packs, 'pack')}`
        : plural(report.problems.length, 'error'),
    ].join('\n'),
  )
  return sound ? exitCodes.done : exitCodes.integrity
}

async function unlock(
  { out, signal }: Invocation,
  options: RepoOptions & { readonly removeAll?: boolean },
): Promise<undefined> {
  const repository = await open(options, signal)
  const removed = options.removeAll === true ? await repository.unlockAll(signal) : await repository.unlock(signal)
  out.result({ removed }, `removed ${plural(removed, 'lock')}`)
}
