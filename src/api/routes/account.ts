import {
  beginCode,
  changeOwnPassword,
  confirmCode,
  endSessions,
  ownSessions,
  removeOwnCode,
} from '../../node/people/own-account.ts'
import { addPasskey, beginPasskey, removePasskey } from '../../node/people/passkeys.ts'
import type { SignedIn } from '../../node/people/sign-in.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { own, ownAlways } from '../guard/access.ts'
import { hostName } from '../guard/forged.ts'
import { type Door, sessionCookie } from '../guard/visitor.ts'
import { done } from '../schema/common.ts'
import {
  type Account,
  account,
  changePassword,
  newPasskey,
  opaqueParams,
  passwordAnswer,
  totpBegun,
  totpConfirm,
} from '../schema/people.ts'
import { passkeyOptions } from '../schema/session.ts'
import { sessionIn } from './session.ts'

const config = { access: own }
const finished = { done: true } as const

/** One's own account. How somebody signs in is changed only right after they have shown who they are: the library asks. */
export function accountRoutes(server: Server, context: ApiContext, door: Door): void {
  const { people, node, signal } = context
  server.get(
    '/api/account',
    { config, schema: { summary: "One's own account", response: { 200: account } } },
    async request => accountView(context, sessionIn(request)),
  )
  server.put(
    '/api/account/password',
    {
      config: { access: ownAlways },
      schema: {
        summary: "Change one's password; every session ends",
        body: changePassword,
        response: { 200: passwordAnswer },
      },
    },
    async (request, reply) => {
      const { old: password, new: next, code = null } = request.body
      const typed = { password, code, next }
      const outcome = await changeOwnPassword(people, sessionIn(request), typed, request.ip, signal)
      if (outcome === 'changed') reply.header('set-cookie', sessionCookie(door, null))
      return { outcome }
    },
  )
  server.post(
    '/api/account/totp',
    { config, schema: { summary: 'Begin to add an authenticator', response: { 200: totpBegun } } },
    async request => {
      const { seed: secret, address: uri } = beginCode(people, sessionIn(request), node.site().site.name)
      return { secret, uri }
    },
  )
  server.put(
    '/api/account/totp',
    { config, schema: { summary: 'Its first code: now it counts', body: totpConfirm, response: { 200: done } } },
    async request => {
      await confirmCode(people, sessionIn(request), request.body.code, request.ip, signal)
      return finished
    },
  )
  server.delete(
    '/api/account/totp',
    { config, schema: { summary: 'Take the authenticator away', response: { 200: done } } },
    async request => {
      await removeOwnCode(people, sessionIn(request), request.ip, signal)
      return finished
    },
  )
  passkeyRoutes(server, context)
  sessionRoutes(server, context)
}

function passkeyRoutes(server: Server, { people, signal }: ApiContext): void {
  server.post(
    '/api/account/passkeys/options',
    { config, schema: { summary: 'What a browser needs to make a passkey', response: { 200: passkeyOptions } } },
    async request => {
      const host = hostName(request.headers.host ?? '') ?? ''
      return { options: { ...(await beginPasskey(people, sessionIn(request), host)) } }
    },
  )
  server.post(
    '/api/account/passkeys',
    { config, schema: { summary: 'Add a passkey', body: newPasskey, response: { 200: done } } },
    async request => {
      const made = { response: request.body.credential, label: request.body.name }
      await addPasskey(people, sessionIn(request), made, request.ip, signal)
      return finished
    },
  )
  server.delete(
    '/api/account/passkeys/:id',
    { config, schema: { summary: 'Take a passkey away', params: opaqueParams, response: { 200: done } } },
    async request => {
      await removePasskey(people, sessionIn(request), request.params.id, request.ip, signal)
      return finished
    },
  )
}

function sessionRoutes(server: Server, { people }: ApiContext): void {
  server.delete(
    '/api/account/sessions',
    { config, schema: { summary: 'End every session but this one', response: { 200: done } } },
    async request => {
      await endSessions(people, sessionIn(request), null, request.ip)
      return finished
    },
  )
  server.delete(
    '/api/account/sessions/:id',
    { config, schema: { summary: "End one of one's sessions", params: opaqueParams, response: { 200: done } } },
    async request => {
      await endSessions(people, sessionIn(request), request.params.id, request.ip)
      return finished
    },
  )
}

function accountView({ people }: ApiContext, signedIn: SignedIn): Account {
  const { person, account: held } = signedIn
  return {
    ...{ name: person.name, displayName: held?.display ?? person.name, grants: person.grants },
    ...{ hasPassword: held?.hasPassword ?? false, hasTotp: held?.hasTotp ?? false },
    passkeys: (held?.passkeys ?? []).map(({ id, label, added }) => ({ id, name: label, created: added })),
    sessions: ownSessions(people, signedIn).map(({ id, method, source, agent, created, seen, own: isOwn }) => ({
      ...{ id, method, from: source, agent, own: isOwn },
      ...{ began: new Date(created).toISOString(), seen: new Date(seen).toISOString() },
    })),
  }
}
