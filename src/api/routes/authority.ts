import { z } from 'zod'
import { siteAuthority } from '../../node/views/site-authority.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { own } from '../guard/access.ts'
import { dispositionOf } from '../guard/disposition.ts'
import { authority } from '../schema/authority.ts'

const config = { access: own, etag: true }

/** What machines that look at the pages are to trust. */
export function authorityRoutes(server: Server, { node }: ApiContext): void {
  server.get(
    '/api/authority',
    { config, schema: { summary: 'The certificate of the site’s own authority', response: { 200: authority } } },
    async () => siteAuthority(node.folder),
  )
  server.get(
    '/api/authority/pem',
    { config, schema: { summary: 'The same as a file, in PEM', response: { 200: z.any().describe('PEM') } } },
    async (_, reply) => {
      const { certificate } = await siteAuthority(node.folder)
      const name = dispositionOf('blackstart-authority.pem')
      return reply
        .headers({ 'content-type': 'application/x-pem-file', 'content-disposition': name })
        .serializer(String)
        .send(certificate)
    },
  )
}
