import { timingSafeEqual } from 'node:crypto'
import { BlackstartError } from '../../errors.ts'
import { accountOf, addTo, grantsText, type NewAccount } from './manage-people.ts'
import type { People } from './people.ts'
import { begun } from './prove.ts'
import { hashOfToken } from './session-tokens.ts'
import { type Caller, type SignInOutcome, startSession } from './sign-in.ts'

/** Crockford's base 32: nothing in it is read for something else. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * Makes the one-time token with which the first administrator is made, 160 bits in groups of four; the one of before is
 * void. To be called at each start. Null, and no token is good any more, where the site has accounts.
 */
export async function renewFirstToken(people: People): Promise<string | null> {
  const { database } = people.state
  if ((await people.accounts.read()).accounts.length > 0) {
    database.exec('delete from setup')
    return null
  }
  const token = Array.from(people.random(32), byte => letters[byte % 32]).join('')
  database.prepare('insert or replace into setup (one, hash) values (1, ?)').run(hashOfToken(token))
  return (token.match(/.{4}/g) ?? []).join('-')
}

/** Whether nobody has an account yet. Throws `integrity` where the accounts cannot be read. */
export async function isUnclaimed(people: People): Promise<boolean> {
  return (await people.accounts.read()).accounts.length === 0
}

/** Makes the first administrator, and signs in. Throws `refused` for a wrong token, and where there is an account already. */
export async function claimSite(
  people: People,
  typed: Pick<NewAccount, 'name' | 'display' | 'password'> & { readonly token: string },
  caller: Caller,
  signal: AbortSignal,
): Promise<SignInOutcome & { readonly outcome: 'signed-in' }> {
  const attempt = await begun(people, null, '', caller.from)
  const held = people.state.database.prepare('select hash from setup').get()
  if (typeof held?.hash !== 'string' || !isToken(typed.token, held.hash)) {
    const { from } = caller
    await people.recordRefusals(
      people.refusals.add({ name: '', from, detail: 'wrong token for the first administrator' }),
    )
    throw new BlackstartError('refused', 'This is not the token that the node printed at its last start.', {
      facts: { signIn: true },
    })
  }
  attempt.withdrawn()
  const account = await accountOf(people, {
    ...{ name: typed.name, display: typed.display, password: typed.password, temporary: false },
    grants: [{ role: 'administrator', zones: 'all' }],
  })
  await people.accounts.update(accounts => {
    if (accounts.accounts.length > 0) {
      throw new BlackstartError(
        'refused',
        'This site has an administrator already. Sign in, or ask them for an account.',
      )
    }
    addTo(accounts, account)
  }, signal)
  people.state.database.exec('delete from setup')
  const { name, grants } = account
  await people.record([
    {
      type: 'person',
      action: 'created',
      name,
      by: name,
      from: caller.from,
      detail: `${grantsText(grants)}; the first`,
    },
  ])
  return startSession(people, account, 'first-administrator', caller)
}

/** Typed with or without groups, in either case, with the letters that are read for digits. */
function isToken(typed: string, hash: string): boolean {
  const bare = typed.slice(0, 200).toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  return timingSafeEqual(Buffer.from(hashOfToken(bare)), Buffer.from(hash))
}
