import { z } from 'zod'
import { type Granted, grant, isAdministrator } from './may.ts'
import { sealedValue } from './sealed.ts'

export const accountName = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}$/

const passkey = z.strictObject({
  /** The credential's id, base64url. */
  id: z.string(),
  /** COSE key, base64url. */
  publicKey: z.string(),
  /** As it was at registration; where it has got to since is kept with the sessions. */
  counter: z.int().nonnegative(),
  transports: z.array(z.string()),
  label: z.string(),
  added: z.string(),
})

export const account = z.strictObject({
  /** Never given twice: an account of the same name that is made later is another. 32 bytes, base64url. */
  id: z.string().min(16),
  name: z.string().regex(accountName),
  display: z.string(),
  /** ISO 8601, as all times here. */
  created: z.string(),
  grants: z.array(grant),
  /** Changes whenever sessions of before must end. */
  stamp: z.string().min(8),
  password: z.strictObject({ hash: z.string(), set: z.string(), temporary: z.boolean() }).nullable(),
  /** The seed, base64 before it was sealed. */
  totp: z.strictObject({ added: z.string(), seed: sealedValue }).nullable(),
  passkeys: z.array(passkey),
})

export const serviceToken = z.strictObject({
  id: z.string(),
  name: z.string().regex(accountName),
  /** SHA-256 of the token, hexadecimal. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  grants: z.array(grant),
  created: z.string(),
  by: z.string(),
  expires: z.string(),
})

export const accountsFile = z.strictObject({
  format: z.literal(1),
  accounts: z.array(account),
  tokens: z.array(serviceToken),
  /** How directories are reached, where the site has some; checked by whoever uses it, so that an error in it locks nobody out. */
  directory: z.unknown().optional(),
})

export type Passkey = z.infer<typeof passkey>
export type Account = z.infer<typeof account>
export type ServiceToken = z.infer<typeof serviceToken>
export type AccountsFile = z.infer<typeof accountsFile>

/** Whoever acts. */
export interface Person extends Granted {
  /** Of the account, or of the token. */
  readonly id: string
  readonly name: string
  readonly kind: 'account' | 'directory' | 'token' | 'local'
}

/** What people see of an account. */
export interface AccountView extends Granted {
  readonly name: string
  readonly display: string
  readonly created: string
  readonly hasPassword: boolean
  /** Somebody else chose the password: it is to be changed at the next sign-in. */
  readonly temporaryPassword: boolean
  readonly hasTotp: boolean
  readonly passkeys: readonly { readonly id: string; readonly label: string; readonly added: string }[]
}

export function accountView(of: Account): AccountView {
  const { name, display, created, grants, password, totp, passkeys } = of
  return {
    ...{ name, display, created, grants },
    hasPassword: password !== null,
    temporaryPassword: password?.temporary ?? false,
    hasTotp: totp !== null,
    passkeys: passkeys.map(({ id, label, added }) => ({ id, label, added })),
  }
}

/** Names differ by more than their case. */
export function findAccount(held: AccountsFile, name: string): Account | null {
  const wanted = name.toLowerCase()
  return held.accounts.find(one => one.name.toLowerCase() === wanted) ?? null
}

/** Whether somebody can sign in and manage people. */
export function hasAdministrator({ accounts }: AccountsFile): boolean {
  return accounts.some(one => isAdministrator(one) && canSignIn(one))
}

export function canSignIn({ password, passkeys }: Account): boolean {
  return password !== null || passkeys.length > 0
}
