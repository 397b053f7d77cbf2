import { BlackstartError } from '../../errors.ts'
import { findAccount, type Person, type ServiceToken } from './account.ts'
import { checkedGrants, checkName, grantsText, type Manager, needs, random, told } from './manage-people.ts'
import type { Grant } from './may.ts'
import type { People } from './people.ts'
import { hashOfToken } from './session-tokens.ts'

export interface NewToken {
  readonly name: string
  readonly grants: readonly Grant[]
  /** Milliseconds. */
  readonly lifetime: number
}

export interface TokenView extends Pick<ServiceToken, 'name' | 'grants' | 'created' | 'by' | 'expires'> {
  /** ISO 8601, to the minute or so; null for never. */
  readonly used: string | null
  readonly usedFrom: string | null
}

const day = 24 * 3_600_000
export const longestLifetime = 2 * 366 * day

const prefix = 'blackstart_'
/** Milliseconds: a use is noted once in so long. */
const noteEvery = 60_000

/** Makes a token for a script or a hook. Returns it: it is shown once, only its hash is stored. */
export async function makeToken(people: People, by: Manager, made: NewToken, signal: AbortSignal): Promise<string> {
  needs(by, 'manage-people')
  checkName(made.name)
  const grants = checkedGrants(made.grants)
  if (grants.some(({ role }) => role === 'administrator')) {
    throw new BlackstartError('usage', 'A token cannot be an administrator: only people manage people.')
  }
  if (!(made.lifetime > 0 && made.lifetime <= longestLifetime)) {
    throw new BlackstartError('usage', 'A token is good for two years at most.')
  }
  const token = `${prefix}${random(people, 32)}`
  const created = people.now().toISOString()
  const expires = new Date(people.now().getTime() + made.lifetime).toISOString()
  const entry = { id: random(people, 12), name: made.name, hash: hashOfToken(token), grants, created, expires }
  await people.accounts.update(held => {
    if (held.tokens.some(({ name }) => name.toLowerCase() === made.name.toLowerCase())) {
      throw new BlackstartError(
        'usage',
        `There is a token "${made.name}" already. Remove it first, or choose another name.`,
      )
    }
    const account = findAccount(held, made.name)
    if (account !== null)
      throw new BlackstartError('usage', `There is an account "${account.name}": choose another name.`)
    held.tokens.push({ ...entry, by: by.person.name })
  }, signal)
  await told(people, by, 'token-made', made.name, `${grantsText(grants)}, until ${expires}`)
  return token
}

export async function listTokens(people: People): Promise<readonly TokenView[]> {
  const { tokens } = await people.accounts.read()
  return tokens.map(({ id, name, grants, created, by, expires }) => {
    const used = people.state.database.prepare('select last, source from token_uses where token = ?').get(id)
    return {
      ...{ name, grants, created, by, expires },
      used: used === undefined ? null : new Date(Number(used.last)).toISOString(),
      usedFrom: used === undefined ? null : String(used.source),
    }
  })
}

export async function removeToken(people: People, by: Manager, name: string, signal: AbortSignal): Promise<void> {
  needs(by, 'manage-people')
  const gone = await people.accounts.update(held => {
    const own = held.tokens.find(one => one.name.toLowerCase() === name.toLowerCase())
    if (own === undefined) throw new BlackstartError('not-found', `There is no token "${name.slice(0, 80)}".`)
    held.tokens = held.tokens.filter(one => one !== own)
    return own
  }, signal)
  people.state.database.prepare('delete from token_uses where token = ?').run(gone.id)
  await told(people, by, 'token-removed', gone.name, '')
}

/** Whom a token stands for; null for one that is unknown or over. A refusal is recorded. */
export async function personOfToken(people: People, token: string, from: string): Promise<Person | null> {
  const hash = hashOfToken(token)
  const own = (await people.accounts.read()).tokens.find(one => one.hash === hash)
  const now = people.now().getTime()
  if (own === undefined || isOver(own, now)) {
    const detail = own === undefined ? 'unknown token' : 'this token is over'
    await people.recordRefusals(people.refusals.add({ name: own?.name ?? '', from, detail }))
    return null
  }
  noteUse(people, own.id, now, from)
  return { id: own.id, name: actorOfToken(own.name), kind: 'token', grants: own.grants }
}

/** As the journal and requests name it: no account can have such a name. */
function actorOfToken(name: string): string {
  return `token:${name}`
}

export function isOver({ expires, created }: Pick<ServiceToken, 'expires' | 'created'>, now: number): boolean {
  return now >= Date.parse(expires) || now < Date.parse(created) - day
}

function noteUse({ state }: People, id: string, now: number, from: string): void {
  const note = `insert into token_uses (token, last, source) values (?, ?, ?)
    on conflict (token) do update set last = excluded.last, source = excluded.source where abs(last - excluded.last) >= ?`
  try {
    state.transactionOfStranger(() => state.database.prepare(note).run(id, now, from.slice(0, 100), noteEvery))
  } catch (error) {
    // it is no reason to refuse what is asked
    if (!(error instanceof BlackstartError)) throw error
  }
}
