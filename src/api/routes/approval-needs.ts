import { listRequests } from '../../node/people/approvals.ts'
import type { People } from '../../node/people/people.ts'
import type { Need } from '../../node/views/overview.ts'
import { sightOf } from '../guard/access.ts'
import type { Visitor } from '../guard/visitor.ts'

/** What waits for the one who looks: a request of somebody else that they may decide. */
export function approvalNeeds(people: People, visitor: Visitor): readonly Need[] {
  const decides = sightOf(visitor, 'approve-write')
  return listRequests(people)
    .filter(({ state, zone, asker }) => state === 'waiting' && decides(zone) && asker !== visitor.person.name)
    .map(({ id, item, version, zone, asker, asked, reason }) => ({
      ...{ id: `approval:${id}`, kind: 'approval', severity: 'high', item, asset: item.split('/')[0] ?? null, zone },
      ...{ class: null, approval: id, since: asked },
      what: `${asker} asks to write ${item}@${version} to its device: ${reason}`,
      remedy: 'Approve it or refuse it.',
    }))
}
