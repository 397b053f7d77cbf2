import { z } from 'zod'

const addresses = z.object({
  ldap: z.object({ url: z.string() }).optional().catch(undefined),
  oidc: z.object({ issuer: z.string() }).optional().catch(undefined),
})

/** Where the directories of the accounts' file are; what cannot be used is left out. */
export function directoryAddresses(
  directory: unknown,
): readonly { readonly name: 'ldap' | 'oidc'; readonly url: string }[] {
  const { ldap, oidc } = addresses.safeParse(directory).data ?? {}
  return [
    ...(ldap === undefined || !URL.canParse(ldap.url) ? [] : [{ name: 'ldap' as const, url: ldap.url }]),
    ...(oidc === undefined || !URL.canParse(oidc.issuer) ? [] : [{ name: 'oidc' as const, url: oidc.issuer }]),
  ]
}
