import type { Command } from 'commander'
import { BlackstartError } from '../../errors.ts'
import { openSiteArchive } from '../../node/open-site.ts'
import { secretNamePattern } from '../../secrets/secret-store.ts'
import { act, type Invocation } from '../invocation.ts'
import { readSecret } from '../read-secret.ts'
import { table } from '../table.ts'
import { timeText } from '../words.ts'

export function registerSecrets(program: Command): void {
  const secrets = program.command('secrets').description('credentials of devices, encrypted at rest')
  secrets
    .command('set')
    .argument('<name>', 'by default an item asks for the secret with the name of its asset')
    .description('set a secret: typed twice on a terminal, or from standard input')
    .action(act<[string]>(set))
  secrets.command('list').description('the names of the secrets that are set').action(act(list))
  secrets.command('remove').argument('<name>').description('remove a secret').action(act<[string]>(remove))
}

async function set(invocation: Invocation, name: string): Promise<undefined> {
  if (!secretNamePattern.test(name)) {
    throw new BlackstartError('usage', `"${name}" cannot name a secret: use letters, digits, dots and hyphens.`)
  }
  const value = await readSecret(`Secret "${name}"`, invocation.signal)
  if (value === '') throw new BlackstartError('usage', 'An empty secret was not set.')
  await using archive = await openSiteArchive(invocation)
  await archive.secrets.set(name, value, invocation.now())
  await archive.record.add([{ type: 'secret', action: 'set', name }], invocation.signal)
  invocation.out.result({ name, set: true }, `The secret "${name}" is set.`)
}

async function list(invocation: Invocation): Promise<undefined> {
  await using archive = await openSiteArchive(invocation)
  const names = archive.secrets.list()
  const rows = names.map(({ name, set: at }) => [name, timeText(at, archive.site.timezone)])
  invocation.out.result({ secrets: names }, rows.length === 0 ? 'No secret is set.' : table(['NAME', 'SET'], rows))
}

async function remove(invocation: Invocation, name: string): Promise<undefined> {
  await using archive = await openSiteArchive(invocation)
  if (!(await archive.secrets.remove(name))) throw new BlackstartError('not-found', `No secret "${name}" is set.`)
  await archive.record.add([{ type: 'secret', action: 'removed', name }], invocation.signal)
  invocation.out.result({ name, removed: true }, `The secret "${name}" is removed.`)
}
