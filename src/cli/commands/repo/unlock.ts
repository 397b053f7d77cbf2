import type { Command } from 'commander'
import { act, type Invocation } from '../../invocation.ts'
import { plural } from '../../words.ts'
import { addEngineOptions, type EngineOptions, openEngine } from './engine-options.ts'

interface UnlockOptions extends EngineOptions {
  readonly removeAll?: boolean
}

export function defineUnlock(command: Command): void {
  addEngineOptions(command)
    .option('--remove-all', 'remove every lock, also of running programs')
    .action(act<[UnlockOptions]>(unlock))
}

async function unlock(invocation: Invocation, options: UnlockOptions): Promise<undefined> {
  const { out, signal } = invocation
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  const removed = options.removeAll ? await repository.unlockAll(signal) : await repository.unlock(signal)
  out.result({ removed }, `removed ${plural(removed, 'lock')}`)
}
