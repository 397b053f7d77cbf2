import type { FastifyRequest } from 'fastify'
import { askApproval, breakGlass, useApproval } from '../../node/people/approvals.ts'
import type { Wanted } from '../../node/people/request.ts'
import { needsNoWrite } from '../../node/runs/needs-no-write.ts'
import { journalSentence } from '../../node/views/journal-sentence.ts'
import { newestWrites } from '../../node/views/newest-writes.ts'
import { versionOf } from '../../node/views/version-detail.ts'
import { writeTarget } from '../../node/views/write-target.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSome, ofItems, sightOf, siteView } from '../guard/access.ts'
import { actorOf, type Visitor } from '../guard/visitor.ts'
import { runRow } from '../live/run-row.ts'
import { refusal } from '../refusal.ts'
import { type RestoreAnswer, type RestoreRequest, restoreAnswer, restoreRequest, restores } from '../schema/run.ts'
import { archiveFor, visitorIn } from './asked.ts'

export function restoreRoutes(server: Server, context: ApiContext): void {
  const { node } = context
  server.get(
    '/api/restores',
    {
      config: { access: inSome('read'), etag: true },
      schema: { summary: 'What was written back to devices lately, newest first', response: { 200: restores } },
    },
    async request => {
      const { catalog } = archiveFor(node, request).record
      return { rows: await newestWrites(catalog, siteView(node).zoneOf, sightOf(visitorIn(request))) }
    },
  )
  server.post(
    '/api/restores',
    {
      config: { access: ofItems('write-to-device', ({ body }) => itemIn(body)), proof: true },
      schema: {
        summary: 'Write a version back to its device: safety capture, write, read back, compare',
        body: restoreRequest,
        response: { 200: restoreAnswer },
      },
    },
    async request => {
      const visitor = visitorIn(request)
      const { item, version: which, confirm } = request.body
      if (confirm !== item) throw refusal('invalid', `Type ${item} to confirm: nothing was written.`)
      const version = await versionOf(archiveFor(node, request), item, which)
      return restore(context, visitor, { ...request.body, version: version.id })
    },
  )
}

function itemIn(body: FastifyRequest['body']): readonly string[] | null {
  const item = body !== null && typeof body === 'object' && 'item' in body ? body.item : null
  return typeof item === 'string' ? [item] : null
}

async function restore(context: ApiContext, visitor: Visitor, asked: RestoreRequest): Promise<RestoreAnswer> {
  const { node, people, events } = context
  const { item, version, withoutSafety, reason = '' } = asked
  const zone = siteView(node).zoneOf(item.split('/')[0] ?? '') ?? ''
  const { site } = node.site()
  // an approval is not used up, and no glass broken, for what would be refused
  needsNoWrite(node.runs(), site, item)
  const target = writeTarget(site, item)
  const wanted = { kind: 'write-to-device', item, version, zone, target, withoutSafety } as const
  const terms = await termsOf(context, visitor, wanted, asked)
  if (terms === null) {
    if (reason === '') throw refusal('invalid', 'Say why: this site asks a second person, who wants to know.')
    const request = await askApproval(people, visitor.person, { ...wanted, reason }, visitor.from)
    events.tell({ type: 'approvals' })
    return { state: 'approval', approval: request.id }
  }
  // what is read first and afterwards takes room, too
  await people.reserve.giveAll()
  const { run, ended } = node.writeToDevice({ item, version, by: actorOf(visitor), ...terms })
  // its run tells how it ends
  ended.catch(error => context.onMistake(error))
  return { state: 'writing', run: runRow(run) }
}

type Terms = Pick<Wanted, 'withoutSafety' | 'reason'>

/** On which terms it may be written now, as the second person agreed to them; null where one has to be asked. */
async function termsOf(
  { node, people, events, onMistake }: ApiContext,
  { person, from }: Visitor,
  wanted: Omit<Wanted, 'reason'>,
  { breakGlass: emergency, approval, reason = '' }: RestoreRequest,
): Promise<Terms | null> {
  const { zone, withoutSafety } = wanted
  if (emergency !== undefined) {
    const owed = await breakGlass(people, person, { ...wanted, reason: emergency }, from)
    // a node that is killed before there is room forgets it
    if (owed !== null) onMistake(`The journal cannot be told yet: ${journalSentence(owed)} Make room on its disk.`)
    // the overview tells everybody who sees the zone
    events.tell({ type: 'approvals' })
    return { withoutSafety, reason: emergency }
  }
  if (approval !== undefined) {
    const used = await useApproval(people, person, { ...wanted, id: approval }, from)
    events.tell({ type: 'approvals' })
    return { withoutSafety: used.withoutSafety, reason: used.reason }
  }
  return node.site().site.zones.some(({ id, twoPeople }) => id === zone && twoPeople) ? null : { withoutSafety, reason }
}
