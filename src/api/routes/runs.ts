import { BlackstartError } from '../../errors.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { type Access, inSome, ofItems, sightOf, siteView } from '../guard/access.ts'
import { actorOf, type Visitor } from '../guard/visitor.ts'
import { runRow } from '../live/run-row.ts'
import { refusal } from '../refusal.ts'
import { run, runParams, runs, runsQuery, stopped } from '../schema/run.ts'
import { visitorIn } from './asked.ts'

export function runRoutes(server: Server, { node }: ApiContext): void {
  server.get(
    '/api/runs',
    {
      config: { access: inSome('read'), etag: true },
      schema: {
        summary: 'Runs that wait, go on, or ended within the hour; newest first',
        querystring: runsQuery,
        response: { 200: runs },
      },
    },
    async request => {
      const { item, live, ids } = request.query
      const named = ids === undefined ? null : new Set(ids)
      const sees = sightOf(visitorIn(request))
      const { zoneOf } = siteView(node)
      const seen = node.runs().filter(one => sees(zoneOf(one.item.split('/')[0] ?? '') ?? ''))
      const rows = seen.filter(
        one =>
          (item === undefined || one.item === item) &&
          (!live || one.state !== 'ended') &&
          (named === null || named.has(one.id)),
      )
      return { rows: rows.slice(0, 2_000).map(runRow), live: seen.filter(({ state }) => state !== 'ended').length }
    },
  )
  const runOf = (id: string) => node.runs().find(one => one.id === id)
  const ofRun = (action: 'read' | 'capture'): Access =>
    ofItems(action, ({ params }) => {
      const id = params !== null && typeof params === 'object' && 'run' in params ? String(params.run) : ''
      const found = runOf(id)
      return found === undefined ? null : [found.item]
    })
  server.get(
    '/api/runs/:run',
    { config: { access: ofRun('read') }, schema: { summary: 'One run', params: runParams, response: { 200: run } } },
    async request => {
      const found = runOf(request.params.run)
      if (found === undefined)
        throw new BlackstartError('not-found', 'There is no such run; ended ones are in the history.')
      return runRow(found)
    },
  )
  server.post(
    '/api/runs/:run/stop',
    {
      config: { access: ofRun('capture') },
      schema: {
        summary: 'Stop a run: nothing of it is kept, and nothing written',
        params: runParams,
        response: { 200: stopped },
      },
    },
    async request => {
      const visitor = visitorIn(request)
      const found = runOf(request.params.run)
      if (found?.does === 'write') needsWrite(visitor, siteView(node).zoneOf(found.item.split('/')[0] ?? '') ?? '')
      return { stopped: await node.stop(request.params.run, actorOf(visitor)) }
    },
  )
}

function needsWrite(visitor: Visitor, zone: string): void {
  if (sightOf(visitor, 'write-to-device')(zone)) return
  throw refusal('forbidden', `${visitor.person.name} may not do this: it takes the right "write-to-device" there.`)
}
