import type { ApiContext, Server } from '../api-context.ts'
import { type Access, ofItems, siteView } from '../guard/access.ts'
import { actorOf, type Door } from '../guard/visitor.ts'
import { refusal } from '../refusal.ts'
import { drill, drillParams, drillQuery, drillRequest } from '../schema/risk.ts'
import { stopped } from '../schema/run.ts'
import { visitorIn } from './asked.ts'

export function drillRoutes(server: Server, { node, drills }: ApiContext, door: Door): void {
  const ofDrill = (action: 'read' | 'drill'): Access =>
    ofItems(action, ({ params }) => {
      const id = params !== null && typeof params === 'object' && 'drill' in params ? String(params.drill) : ''
      return drills.itemsIn(id)
    })
  server.post(
    '/api/drills',
    {
      config: { access: drilling(node) },
      schema: { summary: 'Rehearse restores into a sandbox', body: drillRequest, response: { 200: drill } },
    },
    async request => {
      const { items, keep, sandbox = null } = request.body
      if (door.kind !== 'socket' && (keep || sandbox !== null)) throw onlyHere()
      return drills.begin(items, { keep, sandbox }, actorOf(visitorIn(request)))
    },
  )
  server.get(
    '/api/drills/:drill',
    {
      config: { access: ofDrill('read') },
      schema: { summary: 'A drill', params: drillParams, querystring: drillQuery, response: { 200: drill } },
    },
    async request => {
      const found = drills.of(request.params.drill)
      return { ...found, results: found.results.slice(request.query.after) }
    },
  )
  server.post(
    '/api/drills/:drill/stop',
    {
      config: { access: ofDrill('drill') },
      schema: {
        summary: 'Stop a drill; what it has rehearsed stays',
        params: drillParams,
        response: { 200: stopped },
      },
    },
    async request => ({ stopped: await drills.stop(request.params.drill, actorOf(visitorIn(request))) }),
  )
}

/** Nobody writes to a folder of their choice from afar, nor fills the node's disk: whoever has the socket could do both anyway. */
function onlyHere(): Error {
  return refusal(
    'forbidden',
    "A sandbox that is kept, or made in a folder of one's choice, lies on the node's machine: ask for it there, with blackstart drill --keep or --sandbox DIR.",
  )
}

/** A process stands for the assets that it needs. */
function drilling(node: ApiContext['node']): Access {
  return {
    kind: 'may',
    action: 'drill',
    zones: (_, { body }) => {
      const words = body !== null && typeof body === 'object' && 'items' in body ? body.items : null
      if (!Array.isArray(words)) return null
      const { zoneOf } = siteView(node)
      const { needsOf } = node.judged().index
      const zones = words.flatMap((word): readonly (string | null)[] => {
        const needed = needsOf.get(String(word))?.assets
        return needed?.map(({ zone }) => zone) ?? [zoneOf(String(word).split('/')[0] ?? '')]
      })
      const known = zones.flatMap(zone => zone ?? [])
      return known.length < zones.length ? null : [...new Set(known)]
    },
  }
}
