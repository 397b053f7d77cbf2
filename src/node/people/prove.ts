import { BlackstartError } from '../../errors.ts'
import { type Account, findAccount } from './account.ts'
import type { Attempt } from './attempts.ts'
import { longestPassword } from './password-rules.ts'
import { type People, sealingKey } from './people.ts'
import { unseal } from './sealed.ts'
import { stepOfCode } from './totp.ts'

export interface PasswordProof {
  readonly name: string
  readonly password: string
  /** Of the authenticator app; null where none was asked for yet. */
  readonly code: string | null
  readonly from: string
}

export type Proven =
  | { readonly outcome: 'proven'; readonly account: Account; readonly withCode: boolean }
  | { readonly outcome: 'code-needed' }

/**
 * Checks a name with its password, and the code where the account has one. Wrong name, wrong password and wrong code take
 * the same time, say the same and count the same. Throws `refused`: with `facts.wait` (milliseconds) while it is locked,
 * else with `facts.signIn`.
 */
export async function provePassword(people: People, proof: PasswordProof, signal: AbortSignal): Promise<Proven> {
  const name = proof.name.slice(0, 200)
  const known = findAccount(await people.accounts.read(), name)
  const attempt = await begun(people, name, known?.name ?? '', proof.from)
  // what is too long is wrong, without the time it would take
  const password = Buffer.byteLength(proof.password) > longestPassword ? '' : proof.password
  const { right, weak } = await people.hashes
    .verify(password, known?.password?.hash ?? null)
    .catch((error: unknown) => {
      // turned away in a flood: that was no guess
      attempt.withdrawn()
      throw error
    })
  if (known === null || !right) throw await refused(people, known, attempt, proof.from)
  if (known.totp !== null) {
    if (proof.code === null) {
      attempt.withdrawn()
      return { outcome: 'code-needed' }
    }
    if (!takeCode(people, known, proof.code)) throw await refused(people, known, attempt, proof.from)
  }
  attempt.succeeded()
  if (weak) await hashAnew(people, known, password, signal)
  return { outcome: 'proven', account: known, withCode: known.totp !== null }
}

/** Counts an attempt before it is computed, so that a thousand at once are no more than the first few. */
export async function begun(people: People, name: string | null, known: string, from: string): Promise<Attempt> {
  try {
    return people.attempts.begin(name, from)
  } catch (error) {
    await people.recordRefusals(people.refusals.add({ name: known, from, detail: 'locked after too many attempts' }))
    throw error
  }
}

async function refused(
  people: People,
  known: Account | null,
  attempt: Attempt,
  from: string,
): Promise<BlackstartError> {
  const name = known?.name ?? ''
  const detail = known === null ? 'there is no such account' : 'wrong password or code'
  const events = [...people.refusals.add({ name, from, detail })]
  if (attempt.locks !== null && known !== null) {
    const seconds = `locked for ${Math.ceil(attempt.locks / 1000)} s`
    events.push({ type: 'person', action: 'locked-out', name, by: name, from, detail: seconds })
  }
  await people.recordRefusals(events)
  return signInRefused()
}

export function signInRefused(): BlackstartError {
  return new BlackstartError('refused', 'Signing in was refused: name, password or code is wrong.', {
    facts: { signIn: true },
  })
}

/** Whether the code is right and was not used before; it is used from then on. */
export function takeCode(people: People, { id, totp }: Account, code: string): boolean {
  if (totp === null) return false
  const seed = unseal(sealingKey(people), `totp ${id}`, totp.seed)
  if (seed === null) {
    throw new BlackstartError(
      'integrity',
      'The seed of this authenticator code is damaged, or belongs to another repository. Remove it: blackstart people unlock NAME --remove-code',
    )
  }
  const step = stepOfCode(Buffer.from(seed, 'base64'), code, people.now())
  return step !== null && useStep(people, id, step)
}

/** So many used codes are kept of an account: also those of a time to which the clock may be set back. */
const keptSteps = 5_000

export function useStep({ state }: People, account: string, step: number): boolean {
  return state.transaction(() => {
    const { database } = state
    const used = database.prepare('insert or ignore into used_codes (account, step) values (?, ?)').run(account, step)
    const over = `delete from used_codes where account = ? and rowid not in (
      select rowid from used_codes where account = ? order by rowid desc limit ?)`
    if (Number(used.changes) > 0) database.prepare(over).run(account, account, keptSteps)
    return Number(used.changes) > 0
  })
}

/** A hash of before a stronger one was asked for is replaced while the password is at hand. */
async function hashAnew(people: People, of: Account, password: string, signal: AbortSignal): Promise<void> {
  const hash = await people.hashes.hash(password)
  await people.accounts.update(held => {
    const own = held.accounts.find(one => one.id === of.id)
    if (own?.password != null && own.password.hash === of.password?.hash) own.password.hash = hash
  }, signal)
}
