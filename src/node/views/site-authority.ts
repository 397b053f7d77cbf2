import { X509Certificate } from 'node:crypto'
import { sitePaths } from '../../archive/site-paths.ts'
import { authorityPath, noAuthority, readAuthority } from '../tls/certificate-authority.ts'

export interface SiteAuthority {
  /** PEM. */
  readonly certificate: string
  /** SHA-256, `AB:CD:…`. */
  readonly fingerprint: string
  readonly until: string
}

/** The certificate of the site's own authority, for the machines that look at its pages. Throws `not-found`. */
export async function siteAuthority(folder: string): Promise<SiteAuthority> {
  const found = await readAuthority(authorityPath(sitePaths(folder).identity))
  if (found === null) throw noAuthority()
  const { certificate } = found
  const { fingerprint256: fingerprint, validToDate } = new X509Certificate(certificate)
  return { certificate, fingerprint, until: validToDate.toISOString() }
}
