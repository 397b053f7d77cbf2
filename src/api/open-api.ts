import swagger from '@fastify/swagger'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { Server } from './api-context.ts'
import { open } from './guard/access.ts'

/** OpenAPI 3.1 of every route, at `/api/openapi.json`. */
export async function describeApi(server: Server, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Blackstart',
        version,
        description:
          'Times are ISO 8601 in UTC, spans milliseconds, sizes bytes. Lists are read with `cursor` and `limit`. Errors have one shape.',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: '__Host-blackstart' },
          token: { type: 'http', scheme: 'bearer' },
        },
      },
      security: [{ session: [] }, { token: [] }],
    },
    transform: jsonSchemaTransform,
  })
  server.get('/api/openapi.json', { config: { access: open, etag: true }, schema: { hide: true } }, async (_, reply) =>
    reply.type('application/json; charset=utf-8').serializer(JSON.stringify).send(server.swagger()),
  )
}
