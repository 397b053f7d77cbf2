import { z } from 'zod'
import { list } from './common.ts'
import { grant } from './session.ts'

const line = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}]*$/u, 'one line')
const attribute = z
  .string()
  .max(100)
  .regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'the name of an attribute')

/** What a group, or the value of a claim, allows. */
const mapping = { group: line(500), grants: z.array(grant).min(1).max(50) }
const mappings = z.array(z.strictObject(mapping)).max(200)
/** PEM file with the authority of the server's certificate, relative to the site folder; null: those that the machine trusts. */
const ca = line(500).nullable()

const ldapFields = {
  url: line(500).describe('ldaps://host[:port], or ldap:// with startTls'),
  startTls: z.boolean(),
  ca,
  bindAs: line(500).describe('uid={name},ou=people,dc=plant or {name}@plant.example'),
  base: z.string().max(500),
  memberOf: attribute,
  groups: z.strictObject({ base: line(500), member: attribute }).nullable(),
}
const oidcFields = {
  issuer: line(500),
  clientId: line(500),
  ca,
  scope: line(500),
  nameClaim: line(100),
  groupsClaim: line(100),
}

export const directoryLdap = z.strictObject({ ...ldapFields, grants: mappings })
export type DirectoryLdap = z.infer<typeof directoryLdap>
export const directoryOidc = z.strictObject({
  ...oidcFields,
  grants: mappings,
  /** Absent: the one that is stored is kept; null: a client without one. */
  clientSecret: z.string().min(1).max(1_000).nullable().optional(),
})
export type DirectoryOidc = z.infer<typeof directoryOidc>

const shownMappings = list(z.object({ group: z.string(), grants: list(grant) }))
/** How people's directories are reached; never a secret. */
export const directory = z.object({
  ldap: z
    .object({
      ...ldapFields,
      groups: z.object({ base: z.string(), member: z.string() }).nullable(),
      grants: shownMappings,
    })
    .nullable(),
  oidc: z.object({ ...oidcFields, hasSecret: z.boolean(), grants: shownMappings }).nullable(),
  /** Set up, but what is stored of it cannot be read: to be set up again, or asked no more. */
  unreadable: list(z.enum(['ldap', 'oidc'])),
})
export type Directory = z.infer<typeof directory>
