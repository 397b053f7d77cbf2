import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { parse } from 'yaml'
import { BlackstartError, plainReason } from '../../errors.ts'
import { type DirectorySettings, directoryView } from '../../node/people/directory/directory.ts'
import { setDirectory } from '../../node/people/directory/set-directory.ts'
import type { ExitCode } from '../exit-code.ts'
import { act, type Invocation } from '../invocation.ts'
import { readSecret } from '../read-secret.ts'
import { withPeople } from '../with-people.ts'

export function registerDirectory(directory: Command): void {
  directory.command('show').description('how directories are reached').action(act(show))
  directory
    .command('set')
    .argument('<file>', 'YAML with ldap: or oidc:')
    .option('--client-secret', "ask for the client's secret of oidc: typed twice, or from standard input")
    .description('sign people in by LDAP or OpenID Connect too; local accounts go on working')
    .action(act<[string, { readonly clientSecret?: boolean }]>(set))
  directory.command('remove').description('local accounts only').action(act(remove))
}

function show(invocation: Invocation): Promise<ExitCode> {
  return withPeople(invocation, async people => {
    const directory = await directoryView(people)
    const text = directory === null ? 'There is no directory: local accounts only.' : JSON.stringify(directory, null, 2)
    return { document: { directory }, text }
  })
}

function set(
  invocation: Invocation,
  file: string,
  { clientSecret: asks = false }: { readonly clientSecret?: boolean },
): Promise<ExitCode> {
  const work: Parameters<typeof withPeople>[1] = async (people, by) => {
    const given = await settingsIn(file)
    const secret = asks ? await readSecret("The client's secret", invocation.signal) : null
    const settings = secret === null ? given : { ...given, oidc: { ...(given.oidc ?? {}), clientSecret: secret } }
    await setDirectory(people, by, settings as DirectorySettings, invocation.signal)
    return { document: { set: true }, text: 'The directory is set; its people sign in from now on.' }
  }
  return withPeople(invocation, work, { seals: asks })
}

/** Whatever it holds: it is checked where it is set. A secret does not belong into a file. */
async function settingsIn(file: string): Promise<{ readonly oidc?: object }> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw new BlackstartError('usage', `${file} cannot be read: ${plainReason(error)}.`, { cause: error })
  }
  const given: unknown = parse(text)
  if (given === null || typeof given !== 'object') throw new BlackstartError('usage', `${file} holds no settings.`)
  if (/^\s*clientSecret\s*:/m.test(text)) {
    throw new BlackstartError('usage', `${file} holds a secret: take it out, and use --client-secret.`)
  }
  return given
}

function remove(invocation: Invocation): Promise<ExitCode> {
  return withPeople(invocation, async (people, by) => {
    await setDirectory(people, by, null, invocation.signal)
    return { document: { removed: true }, text: 'There is no directory any more; sessions of its people have ended.' }
  })
}
