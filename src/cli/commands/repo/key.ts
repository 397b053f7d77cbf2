import type { Command } from 'commander'
import { addKey, changePassword, type KeyOwner, removeKey } from '../../../engine/edit/keys.ts'
import type { KeyInfo } from '../../../engine/repository.ts'
import { act, type Invocation } from '../../invocation.ts'
import { table } from '../../table.ts'
import { timeText } from '../../words.ts'
import { addEngineOptions, type EngineOptions, lockToRead, openEngine } from './engine-options.ts'
import { plainText } from './plain-text.ts'
import { readNewPassword } from './repository-password.ts'
import { shortId } from './snapshot-json.ts'

interface NewKeyOptions extends EngineOptions {
  readonly newPasswordFile?: string
  readonly host?: string
  readonly user?: string
}

export function defineKey(command: Command): void {
  addEngineOptions(command.command('list').description('the passwords by their keys: of whom, and since when')).action(
    act<[EngineOptions]>(list),
  )
  addNewOptions(command.command('add').description('give the repository a further password')).action(
    act<[NewKeyOptions]>(add),
  )
  addEngineOptions(command.command('remove').description('take a password away; not the one that opens it now'))
    .argument('<id>', 'of its key, or the beginning of it')
    .action(act<[string, EngineOptions]>(remove))
  addNewOptions(command.command('passwd').description('change the password that opens it now')).action(
    act<[NewKeyOptions]>(change),
  )
}

function addNewOptions(command: Command): Command {
  return addEngineOptions(command)
    .option('--new-password-file <file>', 'a file with the new password; without it, it is asked for')
    .option('--host <name>', 'the machine that the key is for')
    .option('--user <name>', 'the person or program that it is for')
}

async function list(invocation: Invocation, options: EngineOptions): Promise<undefined> {
  const { out, signal } = invocation
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  await using _lock = await lockToRead(repository, options, signal)
  const keys = await repository.keys(signal)
  const zone = Temporal.Now.timeZoneId()
  const rows = keys.map(({ id, username, hostname, created, current }) => [
    `${current ? '*' : ' '}${out.style('cyan', shortId(id))}`,
    plainText(username),
    plainText(hostname),
    timeText(created, zone),
  ])
  const head = [' ID', 'USER', 'HOST', 'CREATED'].map(title => out.style('bold', title))
  out.result(keys.map(keyJson), `${table(head, rows)}\n* opened the repository now`)
}

/** restic's names. */
function keyJson({ id, username, hostname, created, current }: KeyInfo): unknown {
  const local = timeText(created, Temporal.Now.timeZoneId())
  return { current, id, userName: username, hostName: hostname, created: local }
}

async function add(invocation: Invocation, options: NewKeyOptions): Promise<undefined> {
  const { out, signal } = invocation
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  const password = await readNewPassword(options.newPasswordFile, signal)
  await using lock = await repository.lock('shared', signal)
  const id = await addKey(repository, lock, password, ownerOf(options), signal)
  out.result({ id }, `added key ${shortId(id)}: its password opens the repository too`)
}

async function remove(invocation: Invocation, word: string, options: EngineOptions): Promise<undefined> {
  const { out, signal } = invocation
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  await using lock = await repository.lock('exclusive', signal)
  const id = await removeKey(repository, lock, word, signal)
  out.result({ id }, `removed key ${shortId(id)}: its password opens nothing any more`)
}

async function change(invocation: Invocation, options: NewKeyOptions): Promise<undefined> {
  const { out, signal } = invocation
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  const password = await readNewPassword(options.newPasswordFile, signal)
  await using lock = await repository.lock('exclusive', signal)
  const removed = repository.keyId
  const id = await changePassword(repository, lock, password, ownerOf(options), signal)
  out.result({ id, removed }, `the new password has key ${shortId(id)}; ${shortId(removed)} is removed`)
}

function ownerOf({ host, user }: NewKeyOptions): KeyOwner {
  return { ...(host === undefined ? {} : { hostname: host }), ...(user === undefined ? {} : { username: user }) }
}
