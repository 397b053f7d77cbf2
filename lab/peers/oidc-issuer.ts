import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface IssuerClaims {
  readonly [name: string]: unknown
}

/** What an issuer that is broken or hostile does otherwise. */
export interface Misdeeds {
  /** In place of what the claims are. */
  claims?: IssuerClaims
  /** Signs with a key that it does not publish. */
  strangeKey?: boolean
  /** `alg: none`, without a signature. */
  unsigned?: boolean
  /** So many bytes come before what it says of itself. */
  padding?: number
}

export interface OidcIssuer extends AsyncDisposable {
  readonly issuer: string
  readonly misdeeds: Misdeeds
  /** As a browser whose owner agrees: returns what follows `?` in the address to which it is sent back. */
  visit(address: string): Promise<string>
}

interface Code {
  readonly challenge: string
  readonly nonce: string
  readonly redirect: string
}

/**
 * An OpenID provider of one person: discovery, JWKS, code flow with PKCE (S256) and ID tokens that are really signed
 * (RS256). It checks what a conforming one checks: client, secret, redirect and verifier, and that a code is used once.
 */
export async function startOidcIssuer(
  client: { readonly id: string; readonly secret: string | null },
  person: IssuerClaims,
  tls: { readonly key: string; readonly cert: string } | null = null,
): Promise<OidcIssuer> {
  const [own, strange] = [rsa(), rsa()]
  const codes = new Map<string, Code>()
  const misdeeds: Misdeeds = {}
  const handle = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const url = new URL(request.url ?? '/', issuer)
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (url.pathname === '/.well-known/openid-configuration') {
      response.writeHead(200, { 'content-type': 'application/json' })
      return void response.end(' '.repeat(misdeeds.padding ?? 0) + JSON.stringify(metadata(issuer)))
    }
    if (url.pathname === '/jwks')
      return answer(200, { keys: [{ ...own.publicKey.export({ format: 'jwk' }), ...keyName }] })
    if (url.pathname !== '/token') return answer(404, {})
    const form = new URLSearchParams(await text(request))
    const code = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const proof = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const known =
      client.secret === null
        ? form.get('client_id') === client.id
        : isClient(request.headers.authorization ?? '', client)
    if (!known) return answer(401, { error: 'invalid_client' })
    if (code === undefined || code.challenge !== proof || code.redirect !== form.get('redirect_uri')) {
      return answer(400, { error: 'invalid_grant' })
    }
    const now = Math.floor(Date.now() / 1000)
    const usual = { iss: issuer, aud: client.id, sub: 'person-1', iat: now, exp: now + 300, nonce: code.nonce }
    const claims = { ...usual, ...person, ...misdeeds.claims }
    const idToken = token(claims, misdeeds.unsigned ? null : (misdeeds.strangeKey ? strange : own).privateKey)
    answer(200, {
      access_token: randomBytes(16).toString('hex'),
      token_type: 'Bearer',
      expires_in: 60,
      id_token: idToken,
    })
  }
  const listener = (request: http.IncomingMessage, response: http.ServerResponse) => void handle(request, response)
  const server = tls === null ? http.createServer(listener) : https.createServer(tls, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const issuer = `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}`
  return {
    ...{ issuer, misdeeds },
    async visit(address) {
      const { searchParams: asked } = new URL(address)
      const code = randomBytes(16).toString('hex')
      const redirect = asked.get('redirect_uri') ?? ''
      if (asked.get('client_id') !== client.id || asked.get('code_challenge_method') !== 'S256')
        throw new Error('asked wrongly')
      codes.set(code, { challenge: asked.get('code_challenge') ?? '', nonce: asked.get('nonce') ?? '', redirect })
      return new URLSearchParams({ code, state: asked.get('state') ?? '', iss: issuer }).toString()
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const keyName = { kid: 'one', alg: 'RS256', use: 'sig' }

function metadata(issuer: string): unknown {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  }
}

function rsa() {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

/** RFC 6749, section 2.3.1: both are encoded as a form's fields are, before they are put together. */
function isClient(header: string, { id, secret }: { readonly id: string; readonly secret: string | null }): boolean {
  const sent = Buffer.from(header.replace(/^Basic /, ''), 'base64')
    .toString()
    .split(':')
  const decoded = sent.map(part => new URLSearchParams(`x=${part}`).get('x'))
  return decoded.length === 2 && decoded[0] === id && decoded[1] === secret
}

function token(claims: unknown, key: ReturnType<typeof rsa>['privateKey'] | null): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const head = key === null ? { alg: 'none' } : { alg: 'RS256', kid: 'one' }
  const signed = `${part(head)}.${part(claims)}`
  return `${signed}.${key === null ? '' : sign('sha256', Buffer.from(signed), key).toString('base64url')}`
}
