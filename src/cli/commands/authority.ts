import { X509Certificate } from 'node:crypto'
import type { Command } from 'commander'
import { sitePaths } from '../../archive/site-paths.ts'
import { BlackstartError } from '../../errors.ts'
import { authorityPath, readAuthority } from '../../node/tls/certificate-authority.ts'
import { act, type Invocation } from '../invocation.ts'

export function registerAuthority(program: Command): void {
  program
    .command('authority')
    .description("the certificate of the site's own authority, in PEM, for the machines that look at its pages")
    .action(act(authority))
}

async function authority({ folder, out }: Invocation): Promise<undefined> {
  const found = await readAuthority(authorityPath(sitePaths(folder).identity))
  if (found === null) {
    throw new BlackstartError(
      'not-found',
      'This site has no certificate authority yet: it is made when the node is first served on another address than loopback (blackstart serve --host ADDRESS).',
    )
  }
  const { fingerprint256, validTo } = new X509Certificate(found.certificate)
  out.line(`SHA-256 ${fingerprint256}, until ${validTo}`)
  out.result({ certificate: found.certificate, fingerprint: fingerprint256 }, found.certificate.trim())
}
