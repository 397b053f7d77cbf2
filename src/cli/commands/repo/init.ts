import type { Command } from 'commander'
import { initRepository } from '../../../engine/repository.ts'
import { act, type Invocation } from '../../invocation.ts'
import { addLocationOptions, type LocationOptions } from '../../repository-location.ts'
import { openBackend } from './engine-options.ts'
import { addPasswordOptions, type PasswordOptions, readRepositoryPassword } from './repository-password.ts'

type InitOptions = LocationOptions & PasswordOptions

export function defineInit(command: Command): void {
  addPasswordOptions(addLocationOptions(command)).action(act<[InitOptions]>(init))
}

async function init(invocation: Invocation, options: InitOptions): Promise<undefined> {
  const { out, signal } = invocation
  await using backend = await openBackend(invocation, options)
  const password = await readRepositoryPassword(options, process.env, signal)
  const { id } = await initRepository(backend, password, {}, signal)
  const { location } = backend
  out.result(
    { message_type: 'initialized', id, repository: location, location },
    `Made repository ${id} in ${location}`,
  )
}
