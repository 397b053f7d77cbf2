import { randomBytes, X509Certificate } from 'node:crypto'
import type { Command } from 'commander'
import { sitePaths } from '../../archive/site-paths.ts'
import { BlackstartError } from '../../errors.ts'
import { openSiteArchive } from '../../node/open-site.ts'
import { identityPurpose } from '../../node/people/people.ts'
import {
  announceBefore,
  authorityPath,
  noAuthority,
  readAuthority,
  renewAuthority,
} from '../../node/tls/certificate-authority.ts'
import { siteAuthority } from '../../node/views/site-authority.ts'
import { act, type Invocation } from '../invocation.ts'

export function registerAuthority(program: Command): void {
  const command = program
    .command('authority')
    .description("the certificate of the site's own authority, in PEM, for the machines that look at its pages")
    .action(act(authority))
  command
    .command('renew')
    .option('--early', 'also where it holds for more than two years')
    .description(
      'make its next certificate, of the same key: machines that have the one of before go on until that ends',
    )
    .action(act<[{ readonly early?: boolean }]>(renew))
}

async function authority({ folder, out }: Invocation): Promise<undefined> {
  const { certificate, fingerprint, until } = await siteAuthority(folder)
  out.line(`SHA-256 ${fingerprint}, until ${until.slice(0, 10)}`)
  out.result({ certificate, fingerprint }, certificate.trim())
}

async function renew(invocation: Invocation, { early = false }: { readonly early?: boolean }): Promise<undefined> {
  const { folder, now, out, signal } = invocation
  const paths = sitePaths(folder)
  const file = authorityPath(paths.identity)
  const held = await readAuthority(file)
  if (held === null) throw noAuthority()
  const before = new X509Certificate(held.certificate)
  if (!early && before.validToDate.getTime() - announceBefore > now().getTime()) {
    throw new BlackstartError(
      'refused',
      `The certificate authority holds until ${dayOf(before)}: two years before is soon enough, for people have to install the next one. With --early it is renewed all the same.`,
    )
  }
  await using archive = await openSiteArchive(invocation)
  const key = archive.repository.deriveKey(identityPurpose)
  const { certificate } = await renewAuthority({ file, locks: paths.run, key, random: randomBytes }, now(), signal)
  const next = new X509Certificate(certificate)
  const { fingerprint256 } = next
  await archive.record.add([{ type: 'administered', action: 'authority-renewed', detail: fingerprint256 }], signal)
  out.line(`SHA-256 ${fingerprint256}, until ${dayOf(next)}. A node that runs takes it within a minute.`)
  out.line(`Install it on the machines that look at the pages before ${dayOf(before)}: until then both are taken.`)
  out.result({ certificate, fingerprint: fingerprint256, before: before.validToDate.toISOString() }, certificate.trim())
}

/** `2036-11-28`. */
function dayOf({ validToDate }: X509Certificate): string {
  return validToDate.toISOString().slice(0, 10)
}
