import { z } from 'zod'
import { displayName, list, shortText, span, time } from './common.ts'
import { accountName, credential, grant, newPassword, password, totpCode } from './session.ts'

export const person = z.object({
  name: z.string(),
  displayName: z.string(),
  grants: list(grant),
  hasPassword: z.boolean(),
  /** Somebody else chose it: it is to be changed at the next sign-in. */
  temporaryPassword: z.boolean(),
  hasTotp: z.boolean(),
  passkeys: z.number().int(),
  created: time,
  /** After too many wrong passwords; 0: not locked. */
  lockedFor: span,
})
export type Person = z.infer<typeof person>
export const people = z.object({ rows: list(person) })
export const newPerson = z.strictObject({
  name: accountName,
  displayName,
  /** Of the first sign-in; the person changes it. */
  password: newPassword,
  grants: z.array(grant).min(1).max(200),
})
export const changePerson = z.strictObject({
  grants: z.array(grant).max(200).optional(),
  /** A new one, where the person forgot it; ends their sessions. */
  password: newPassword.optional(),
  /** Takes the authenticator away, where it was lost. */
  totp: z.literal(false).optional(),
  /** Takes the lock away. */
  locked: z.literal(false).optional(),
})
export const personParams = z.object({ name: accountName })
export type NewPerson = z.infer<typeof newPerson>
export type ChangePerson = z.infer<typeof changePerson>

export const account = z.object({
  name: z.string(),
  displayName: z.string(),
  grants: list(grant),
  hasPassword: z.boolean(),
  hasTotp: z.boolean(),
  passkeys: list(z.object({ id: z.string(), name: z.string(), created: time })),
  sessions: list(
    z.object({
      id: z.string(),
      method: z.string(),
      from: z.string(),
      agent: z.string(),
      began: time,
      seen: time,
      own: z.boolean(),
    }),
  ),
})
export type Account = z.infer<typeof account>
/** Every session of the account ends: sign in again. */
export const changePassword = z.object({ old: password, new: newPassword, code: totpCode.optional() })
export const passwordAnswer = z.object({ outcome: z.enum(['changed', 'code-needed']) })
/** `uri`: for the authenticator's camera; `secret`: to be typed. It counts once a code was given back. */
export const totpBegun = z.object({ secret: z.string(), uri: z.string() })
export const totpConfirm = z.object({ code: totpCode })
export const newPasskey = z.object({ name: shortText.min(1), credential })
export const opaqueParams = z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,256}$/) })

export const token = z.object({
  name: z.string(),
  grants: list(grant),
  by: z.string(),
  created: time,
  expires: time,
  /** To the minute or so. */
  used: time.nullable(),
  usedFrom: z.string().nullable(),
})
export type Token = z.infer<typeof token>
export const tokens = z.object({ rows: list(token) })
export const newToken = z.strictObject({
  name: accountName,
  /** No administrator: only people manage people. */
  grants: z.array(grant).min(1).max(200),
  days: z.number().int().min(1).max(732),
})
/** The only time that `secret` is shown. */
export const tokenMade = z.object({ name: z.string(), secret: z.string() })
export type TokenMade = z.infer<typeof tokenMade>
