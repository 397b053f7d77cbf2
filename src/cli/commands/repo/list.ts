import { Argument, type Command } from 'commander'
import type { Repository } from '../../../engine/repository.ts'
import type { FileKind } from '../../../storage/backend.ts'
import type { ExitCode } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { listResult } from '../../list-result.ts'
import { addEngineOptions, type EngineOptions, lockToRead, openEngine } from './engine-options.ts'

const kinds: Readonly<Record<string, FileKind>> = {
  ...{ packs: 'pack', index: 'index', snapshots: 'snapshot', keys: 'key', locks: 'lock' },
}

interface Listed {
  readonly id: string
  /** Of a blob. */
  readonly type?: string
  /** Of a file. */
  readonly bytes?: number
}

export function defineList(command: Command): void {
  command.addArgument(new Argument('<kind>', 'what to list').choices(['blobs', ...Object.keys(kinds)]))
  addEngineOptions(command).action(act<[string, EngineOptions]>(list))
}

async function list(invocation: Invocation, kind: string, options: EngineOptions): Promise<ExitCode> {
  const { out, signal } = invocation
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  // a lock of our own would be among those that are listed
  await using _lock = kind === 'locks' ? null : await lockToRead(repository, options, signal)
  const fileKind = kinds[kind]
  const listed = fileKind === undefined ? blobs(repository, signal) : files(repository, fileKind, signal)
  return await listResult<Listed>(out, listed, {
    json: item => item,
    text: ({ id, type }) => (type === undefined ? id : `${type} ${id}`),
  })
}

async function* files(repository: Repository, kind: FileKind, signal: AbortSignal): AsyncGenerator<Listed> {
  for await (const { name, bytes } of repository.backend.list(kind, signal)) yield { id: name, bytes }
}

/** A blob of which there are several copies several times, as restic lists them. */
async function* blobs(repository: Repository, signal: AbortSignal): AsyncGenerator<Listed> {
  const index = await repository.refresh(signal)
  for (let number = 0; number < index.entries; number += 1) {
    const { id, type } = index.location(number)
    yield { id, type }
  }
}
