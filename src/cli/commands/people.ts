import type { Command } from 'commander'
import { BlackstartError } from '../../errors.ts'
import { loadSite } from '../../node/load-site.ts'
import {
  addAccount,
  changeAccount,
  checkZones,
  grantsText,
  listAccounts,
  type Manager,
  removeAccount,
} from '../../node/people/manage-people.ts'
import { type Grant, type Role, roles } from '../../node/people/may.ts'
import type { People } from '../../node/people/people.ts'
import { listTokens, longestLifetime, makeToken, removeToken } from '../../node/people/service-tokens.ts'
import { alternatives } from '../../site/problem.ts'
import type { ExitCode } from '../exit-code.ts'
import { act, type Invocation } from '../invocation.ts'
import { readSecret } from '../read-secret.ts'
import { table } from '../table.ts'
import { withPeople } from '../with-people.ts'
import { spanText } from '../words.ts'
import { registerDirectory } from './people-directory.ts'

interface RoleOptions {
  readonly role: string
  readonly zone?: readonly string[]
}

export function registerPeople(program: Command): void {
  const people = program.command('people').description('accounts and tokens of this site, for whoever has its folder')
  people.command('list').description('who has an account').action(act(list))
  withRole(people.command('add').argument('<name>'))
    .option('--display <text>', 'the full name')
    .option('--temporary', 'the password is to be changed at the first sign-in')
    .option('--afresh', 'put accounts aside that cannot be read any more, and begin anew')
    .description('make an account; its password is typed twice, or comes from standard input')
    .action(act<[string, AddOptions]>(add))
  withRole(people.command('role').argument('<name>'))
    .description('give an account another role')
    .action(act<[string, RoleOptions]>(setRole))
  people
    .command('password')
    .argument('<name>')
    .option('--temporary', 'it is to be changed at the next sign-in')
    .description('set a password: typed twice, or from standard input; sessions and locks of the account end')
    .action(act<[string, { readonly temporary?: boolean }]>(password))
  people.command('remove').argument('<name>').description('remove an account').action(act<[string]>(remove))
  people
    .command('unlock')
    .argument('<name>')
    .option('--remove-code', 'also take the authenticator app from the account, where the device is lost')
    .description('end the lock that failed sign-ins have set')
    .action(act<[string, { readonly removeCode?: boolean }]>(unlock))
  registerDirectory(people.command('directory').description('LDAP or OpenID Connect, beside local accounts'))
  registerTokens(people.command('token').description('tokens for scripts and hooks'))
}

function registerTokens(token: Command): void {
  token.command('list').description('the tokens, and when each was used').action(act(tokenList))
  withRole(token.command('make').argument('<name>'))
    .option('--days <n>', 'how long it is good', '365')
    .description('make a token; it is printed once')
    .action(act<[string, RoleOptions & { readonly days: string }]>(tokenMake))
  token.command('remove').argument('<name>').description('remove a token').action(act<[string]>(tokenRemove))
}

function withRole(command: Command): Command {
  return command
    .requiredOption('--role <role>', alternatives(roles))
    .option('--zone <zone...>', 'in these zones only; by default everywhere')
}

interface AddOptions extends RoleOptions {
  readonly display?: string
  readonly temporary?: boolean
  readonly afresh?: boolean
}

function list(invocation: Invocation): Promise<ExitCode> {
  return withPeople(invocation, async people => {
    const accounts = await listAccounts(people)
    const rows = accounts.map(one => [
      one.name,
      one.display,
      grantsText(one.grants),
      waysIn(one),
      lockText(one.lockedFor),
    ])
    const text =
      rows.length === 0 ? 'Nobody has an account.' : table(['NAME', 'WHO', 'ROLE', 'SIGNS IN BY', 'LOCKED'], rows)
    return { document: { accounts }, text }
  })
}

type Listed = Awaited<ReturnType<typeof listAccounts>>[number]

function waysIn({ hasPassword, temporaryPassword, hasTotp, passkeys }: Listed): string {
  const word = `${temporaryPassword ? 'temporary ' : ''}password${hasTotp ? ' and code' : ''}`
  return [...(hasPassword ? [word] : []), ...(passkeys.length > 0 ? ['passkey'] : [])].join(', ') || 'nothing'
}

function lockText(lockedFor: number): string {
  return lockedFor > 0 ? `for ${spanText(lockedFor)}` : ''
}

function add(invocation: Invocation, name: string, options: AddOptions): Promise<ExitCode> {
  return withPeople(invocation, async (people, by) => {
    const grants = await grantsOf(invocation, options)
    const typed = await readSecret(`Password for "${name}"`, invocation.signal)
    const aside = options.afresh === true ? await putAside(people, by, invocation) : null
    const { display = '', temporary = false } = options
    await addAccount(people, by, { name, display, grants, password: typed, temporary }, invocation.signal)
    const beside = aside === null ? '' : `\nThe accounts that could not be read are in ${aside}.`
    return { document: { name, added: true, aside }, text: `"${name}" is ${grantsText(grants)}.${beside}` }
  })
}

async function putAside(people: People, { person }: Manager, { now, signal }: Invocation): Promise<string | null> {
  const aside = await people.accounts.putAside(now(), signal)
  if (aside === null) return null
  const event = { type: 'person', action: 'accounts-put-aside', name: '', by: person.name, from: null } as const
  await people.record([{ ...event, detail: aside }])
  return aside
}

function setRole(invocation: Invocation, name: string, options: RoleOptions): Promise<ExitCode> {
  return withPeople(invocation, async (people, by) => {
    const grants = await grantsOf(invocation, options)
    await changeAccount(people, by, name, { grants }, invocation.signal)
    return { document: { name, grants }, text: `"${name}" is ${grantsText(grants)}.` }
  })
}

function password(
  invocation: Invocation,
  name: string,
  { temporary = false }: { readonly temporary?: boolean },
): Promise<ExitCode> {
  return withPeople(invocation, async (people, by) => {
    const typed = await readSecret(`New password for "${name}"`, invocation.signal)
    await changeAccount(people, by, name, { password: { text: typed, temporary } }, invocation.signal)
    return { document: { name, changed: true }, text: `The password of "${name}" is set; its sessions have ended.` }
  })
}

function remove(invocation: Invocation, name: string): Promise<ExitCode> {
  return withPeople(invocation, async (people, by) => {
    await removeAccount(people, by, name, invocation.signal)
    return { document: { name, removed: true }, text: `"${name}" has no account any more.` }
  })
}

function unlock(
  invocation: Invocation,
  name: string,
  { removeCode: withCode = false }: { readonly removeCode?: boolean },
): Promise<ExitCode> {
  return withPeople(invocation, async (people, by) => {
    await changeAccount(people, by, name, { unlock: true, removeCode: withCode }, invocation.signal)
    const text = `"${name}" may sign in again${withCode ? ', without a code' : ''}.`
    return { document: { name, unlocked: true, codeRemoved: withCode }, text }
  })
}

function tokenList(invocation: Invocation): Promise<ExitCode> {
  return withPeople(invocation, async people => {
    const tokens = await listTokens(people)
    const rows = tokens.map(({ name, grants, expires, used }) => [name, grantsText(grants), expires, used ?? 'never'])
    const text = rows.length === 0 ? 'There is no token.' : table(['NAME', 'ROLE', 'UNTIL', 'USED'], rows)
    return { document: { tokens }, text }
  })
}

function tokenMake(
  invocation: Invocation,
  name: string,
  options: RoleOptions & { readonly days: string },
): Promise<ExitCode> {
  return withPeople(invocation, async (people, by) => {
    const grants = await grantsOf(invocation, options)
    const lifetime = Number(options.days) * 86_400_000
    if (!(lifetime > 0 && lifetime <= longestLifetime)) throw new BlackstartError('usage', '--days takes 1 to 732.')
    const token = await makeToken(people, by, { name, grants, lifetime }, invocation.signal)
    invocation.out.line('Keep this token where only the script reads it: it is not shown again.')
    return { document: { name, token }, text: token }
  })
}

function tokenRemove(invocation: Invocation, name: string): Promise<ExitCode> {
  return withPeople(invocation, async (people, by) => {
    await removeToken(people, by, name, invocation.signal)
    return { document: { name, removed: true }, text: `The token "${name}" is removed.` }
  })
}

/** A zone that site.yaml lacks is a typing error; where no zone is named the site file is not needed. */
async function grantsOf(invocation: Invocation, { role, zone }: RoleOptions): Promise<readonly Grant[]> {
  const known = roles.find(one => one === role)
  if (known === undefined) throw new BlackstartError('usage', `"${role}" is no role: use ${alternatives(roles)}.`)
  if (zone === undefined) return [{ role: known satisfies Role, zones: 'all' }]
  const grants: readonly Grant[] = [{ role: known, zones: [...zone] }]
  checkZones(grants, await loadSite(invocation))
  return grants
}
