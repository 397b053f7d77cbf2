import path from 'node:path'
import type { ConnectionOptions } from 'node:tls'
import type { Client, Entry } from 'ldapts'
import { BlackstartError, reasonOf } from '../../../errors.ts'
import { readSmallFile } from '../../small-file.ts'
import { findAccount } from '../account.ts'
import type { People } from '../people.ts'
import { begun, signInRefused } from '../prove.ts'
import {
  directoryTrouble,
  grantsOfGroups,
  type LdapSettings,
  needsTls,
  readLdap,
  type Vouched,
  withoutRole,
} from './directory.ts'

/** Loaded on first use. */
const library = () => import('ldapts')

/** Milliseconds, for the connection and for each question. */
const patience = 10_000

/** Letters that mean nothing in a DN, a filter or a principal's name. */
const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/

export interface LdapProof {
  readonly name: string
  readonly password: string
  readonly from: string
}

/**
 * Binds as the person with their own password, and reads their groups as them. Throws `refused`: as `provePassword` does,
 * and where the directory cannot be asked.
 */
export async function proveByLdap(people: People, proof: LdapProof, signal: AbortSignal): Promise<Vouched> {
  const attempt = await begun(people, proof.name.slice(0, 200), '', proof.from)
  try {
    const vouched = await ask(people, proof, signal)
    attempt.succeeded()
    return vouched
  } catch (error) {
    const wrong = error instanceof BlackstartError && error.facts.signIn === true
    if (!wrong) attempt.withdrawn()
    else await people.record(people.refusals.add({ name: '', from: proof.from, detail: 'refused by the directory' }))
    throw error
  }
}

async function ask(people: People, { name, password }: LdapProof, signal: AbortSignal): Promise<Vouched> {
  const directory = await readLdap(people)
  if (directory === null) throw signInRefused()
  // a bind without a password succeeds and proves nothing (RFC 4513, section 5.1.2)
  if (password === '' || !plainName.test(name)) throw signInRefused()
  if (findAccount(await people.accounts.read(), name) !== null) throw signInRefused()
  const { settings, stamp } = directory
  const client = await connected(people, settings)
  const end = () => void client.unbind().catch(() => null)
  signal.addEventListener('abort', end, { once: true })
  try {
    const { dn, groups } = await boundEntry(client, settings, name, password)
    const grants = grantsOfGroups(groups, settings.grants)
    if (grants.length === 0) throw withoutRole()
    return { account: `ldap:${dn.toLowerCase()}`, stamp, name: name.toLowerCase(), grants }
  } catch (error) {
    if (error instanceof BlackstartError) throw error
    const { InvalidCredentialsError, InvalidDNSyntaxError, NoSuchObjectError } = await library()
    const wrong = [InvalidCredentialsError, InvalidDNSyntaxError, NoSuchObjectError].some(kind => error instanceof kind)
    throw wrong ? signInRefused() : directoryTrouble(reasonOf(error), error)
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}

async function connected(people: People, settings: LdapSettings): Promise<Client> {
  needsTls(settings.url, settings.startTls)
  const { Client } = await library()
  const tlsOptions = await tlsOf(people, settings)
  const client = new Client({
    ...{ url: settings.url, timeout: patience, connectTimeout: patience },
    ...(settings.url.startsWith('ldaps:') ? { tlsOptions } : {}),
  })
  try {
    if (settings.startTls && settings.url.startsWith('ldap:')) await client.startTLS(tlsOptions)
    return client
  } catch (error) {
    await client.unbind().catch(() => null)
    throw directoryTrouble(reasonOf(error), error)
  }
}

async function tlsOf({ folder }: People, { url, ca }: LdapSettings): Promise<ConnectionOptions> {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  const options: ConnectionOptions = { minVersion: 'TLSv1.2', host }
  if (ca === null) return options
  try {
    return { ...options, ca: await readSmallFile(path.resolve(folder, ca)) }
  } catch (error) {
    throw directoryTrouble(`the file ${ca} with its authority cannot be read`, error)
  }
}

interface Found {
  readonly dn: string
  readonly groups: readonly string[]
}

/** The entry of exactly the one who was bound, and of nobody else who is called alike. */
async function boundEntry(client: Client, settings: LdapSettings, name: string, password: string): Promise<Found> {
  const who = settings.bindAs.replaceAll('{name}', name)
  await client.bind(who, password)
  const { EqualityFilter } = await library()
  const isDn = settings.bindAs.includes('=')
  const attributes = [settings.memberOf]
  const principal = new EqualityFilter({ attribute: 'userPrincipalName', value: who })
  const { searchEntries } = isDn
    ? await client.search(who, { scope: 'base', attributes })
    : await client.search(settings.base, { scope: 'sub', filter: principal, attributes, sizeLimit: 2 })
  const [entry] = searchEntries
  if (entry === undefined || searchEntries.length > 1) {
    throw directoryTrouble(`it has ${searchEntries.length} entries for ${who} that this person can read`)
  }
  return {
    dn: entry.dn,
    groups: [...valuesOf(entry, settings.memberOf), ...(await groupsOf(client, settings, entry.dn))],
  }
}

async function groupsOf(client: Client, { groups }: LdapSettings, dn: string): Promise<readonly string[]> {
  if (groups === null) return []
  const { EqualityFilter } = await library()
  const filter = new EqualityFilter({ attribute: groups.member, value: dn })
  const { searchEntries } = await client.search(groups.base, { scope: 'sub', filter, attributes: ['cn'] })
  return searchEntries.map(entry => entry.dn)
}

function valuesOf(entry: Entry, attribute: string): readonly string[] {
  const key = Object.keys(entry).find(one => one.toLowerCase() === attribute.toLowerCase())
  const value = key === undefined ? [] : entry[key]
  return [value ?? []].flat().map(String)
}
