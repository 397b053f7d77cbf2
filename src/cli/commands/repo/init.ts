import type { Command } from 'commander'
import { initRepository } from '../../../engine/repository.ts'
import { BlackstartError } from '../../../errors.ts'
import { act, type Invocation } from '../../invocation.ts'
import { addLocationOptions, type LocationOptions } from '../../repository-location.ts'
import { openBackend } from './engine-options.ts'
import { addPasswordOptions, type PasswordOptions, readRepositoryPassword } from './repository-password.ts'
import { addSourceOptions, openSource, type SourceOptions } from './source-options.ts'

interface InitOptions extends LocationOptions, PasswordOptions, SourceOptions {
  readonly copyChunkerParams?: boolean
}

export function defineInit(command: Command): void {
  addSourceOptions(addPasswordOptions(addLocationOptions(command)))
    .option(
      '--copy-chunker-params',
      'cut files where the repository that is read does, so that copies from one to the other share their chunks',
    )
    .action(act<[InitOptions]>(init))
}

async function init(invocation: Invocation, options: InitOptions): Promise<undefined> {
  const { out, signal } = invocation
  refuseIdleSource(options)
  await using source = options.copyChunkerParams ? await openLike(invocation, options) : null
  await using backend = await openBackend(invocation, options)
  const password = await readRepositoryPassword(options, process.env, signal)
  const like = source === null ? {} : { chunksOf: source.repository }
  const { id } = await initRepository(backend, password, like, signal)
  const { location } = backend
  out.result(
    { message_type: 'initialized', id, repository: location, location },
    `Made repository ${id} in ${location}`,
  )
}

/** Only its config is wanted, so nothing of it is locked or kept. */
function openLike(invocation: Invocation, options: InitOptions) {
  return openSource(invocation, { ...options, lock: false, cache: false }, { samePassword: false })
}

function refuseIdleSource({ copyChunkerParams, fromRepo, fromRepositoryFile }: InitOptions): void {
  if (copyChunkerParams || (fromRepo ?? fromRepositoryFile) === undefined) return
  throw new BlackstartError(
    'usage',
    'A new repository takes only the chunker parameters of another. Add --copy-chunker-params, or leave out --from-repo.',
  )
}
