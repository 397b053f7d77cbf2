import { z } from 'zod'
import { displayName, list, time } from './common.ts'

export const roles = ['viewer', 'operator', 'engineer', 'administrator'] as const
export type Role = (typeof roles)[number]

/** A role in the zones that are named, or in every one. */
export const grant = z.object({
  role: z.enum(roles),
  zones: z.union([z.literal('all'), z.array(z.string().min(1).max(100)).min(1).max(1_000)]),
})
export type Grant = z.infer<typeof grant>

export const accountName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}$/, 'letters, digits, ".", "_", "@" and "-"')
export const password = z.string().min(1).max(1_000)
export const newPassword = z.string().min(15, 'a password has at least 15 characters').max(1_000)
export const totpCode = z.string().regex(/^\d{6,8}$/, 'the digits that the authenticator shows')

/** What WebAuthn hands over; the browser's own JSON, checked by the server's library. */
export const credential = z.record(z.string(), z.unknown())

/** Who is looking at the pages, and what they may do. Answers whoever asks. */
export const session = z.object({
  /** Null: nobody is signed in. */
  person: z
    .object({
      name: z.string(),
      displayName: z.string(),
      grants: list(grant),
      /** Actions that are theirs in every zone, and in some: what the page offers. The node decides again at each request. */
      may: z.object({ everywhere: list(z.string()), somewhere: list(z.string()) }),
      /** `local`: this machine's command line. */
      kind: z.enum(['account', 'directory', 'token', 'local']),
      /** Somebody else chose the password: until it is changed nothing else is allowed than that, and signing out. */
      mustChangePassword: z.boolean(),
      hasTotp: z.boolean(),
      passkeys: z.number().int(),
      /** Until when writes to devices are taken without another proof; null: the next one asks for it. */
      provenUntil: time.nullable(),
      ends: time.nullable(),
    })
    .nullable(),
  /** Goes back as header `x-csrf-token` with every write; null where nobody is signed in. */
  csrf: z.string().nullable(),
  /** No account exists yet: the page of the first administrator is shown. */
  first: z.boolean(),
  /** What may be used to sign in. */
  ways: list(z.enum(['password', 'passkey', 'ldap', 'oidc'])),
  site: z.string(),
  timezone: z.string(),
  version: z.string(),
})
export type Session = z.infer<typeof session>

export const signIn = z.object({ name: z.string().min(1).max(200), password, code: totpCode.optional() })
export const proof = z.object({ password, code: totpCode.optional() })
/** `code-needed`: the password is right; send it again with the code of the authenticator. */
export const signInAnswer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('signed-in'), session }),
  z.object({ outcome: z.literal('code-needed') }),
])
export type SignInAnswer = z.infer<typeof signInAnswer>
export const proofAnswer = z.object({ outcome: z.enum(['proven', 'code-needed']) })
export type ProofAnswer = z.infer<typeof proofAnswer>
export const firstAdministrator = z.object({
  token: z.string().min(1).max(200),
  name: accountName,
  displayName,
  password: newPassword,
})
/** Goes to the browser as it is; its answer comes back as `credential`. */
export const passkeyOptions = z.object({ options: z.record(z.string(), z.unknown()) })
export const passkeyAnswer = z.object({ credential })
export type SignIn = z.infer<typeof signIn>
export type FirstAdministrator = z.infer<typeof firstAdministrator>
export type PasskeyOptions = z.infer<typeof passkeyOptions>
