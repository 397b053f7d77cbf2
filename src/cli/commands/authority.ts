import type { Command } from 'commander'
import { siteAuthority } from '../../node/views/site-authority.ts'
import { act, type Invocation } from '../invocation.ts'

export function registerAuthority(program: Command): void {
  program
    .command('authority')
    .description("the certificate of the site's own authority, in PEM, for the machines that look at its pages")
    .action(act(authority))
}

async function authority({ folder, out }: Invocation): Promise<undefined> {
  const { certificate, fingerprint, until } = await siteAuthority(folder)
  out.line(`SHA-256 ${fingerprint}, until ${until.slice(0, 10)}`)
  out.result({ certificate, fingerprint }, certificate.trim())
}
