import type { FastifyRequest } from 'fastify'
import {
  accountNamed,
  addAccount,
  changeAccount,
  checkZones,
  listAccounts,
  type Manager,
  removeAccount,
} from '../../node/people/manage-people.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSite } from '../guard/access.ts'
import { done } from '../schema/common.ts'
import { people as answer, changePerson, newPerson, personParams } from '../schema/people.ts'
import { visitorIn } from './asked.ts'

const config = { access: inSite('manage-people'), proof: true }
const finished = { done: true } as const

export function peopleRoutes(server: Server, { node, people, signal }: ApiContext): void {
  server.get(
    '/api/people',
    { config: { access: inSite('manage-people') }, schema: { summary: 'All accounts', response: { 200: answer } } },
    async () => ({
      rows: (await listAccounts(people)).map(({ display, passkeys, ...rest }) => ({
        ...{ ...rest, displayName: display, passkeys: passkeys.length },
      })),
    }),
  )
  server.post(
    '/api/people',
    { config, schema: { summary: 'Make an account', body: newPerson, response: { 200: done } } },
    async request => {
      const { name, displayName: display, password, grants } = request.body
      checkZones(grants, node.site().site)
      await addAccount(people, managerOf(request), { name, display, password, grants, temporary: true }, signal)
      return finished
    },
  )
  server.patch(
    '/api/people/:name',
    {
      config,
      schema: { summary: 'Change an account', params: personParams, body: changePerson, response: { 200: done } },
    },
    async request => {
      const { grants, password, totp, locked } = request.body
      const { name } = request.params
      const before = accountNamed(await people.accounts.read(), name)
      if (grants !== undefined) checkZones(grants, node.site().site, before.grants)
      const change = {
        ...{ grants, password: password === undefined ? undefined : { text: password, temporary: true } },
        ...{ removeCode: totp === false, unlock: locked === false },
      }
      await changeAccount(people, managerOf(request), name, change, signal)
      return finished
    },
  )
  server.delete(
    '/api/people/:name',
    { config, schema: { summary: 'Remove an account', params: personParams, response: { 200: done } } },
    async request => {
      await removeAccount(people, managerOf(request), request.params.name, signal)
      return finished
    },
  )
}

export function managerOf(request: FastifyRequest): Manager {
  const { person, from } = visitorIn(request)
  return { person, from }
}
