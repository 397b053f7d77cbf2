import { listRequests } from '../../node/people/approvals.ts'
import type { People } from '../../node/people/people.ts'
import type { Request } from '../../node/people/request.ts'
import type { Need } from '../../node/views/overview.ts'
import { sightOf } from '../guard/access.ts'
import type { Visitor } from '../guard/visitor.ts'

/** What waits for the one who looks: a request of somebody else that they may decide, and what was agreed and not yet done. */
export function approvalNeeds(people: People, visitor: Visitor): readonly Need[] {
  const decides = sightOf(visitor, 'approve-write')
  const { name } = visitor.person
  return listRequests(people).flatMap(request => {
    const { id, item, zone } = request
    const told = wordsFor(request, name, decides(zone))
    if (told === null) return []
    return [
      {
        ...{ id: `approval:${id}`, kind: 'approval', severity: 'high', item, asset: item.split('/')[0] ?? null, zone },
        ...{ class: null, approval: id, ...told },
      },
    ]
  })
}

type Words = Pick<Need, 'what' | 'remedy' | 'since'>

function wordsFor(request: Request, name: string, mayDecide: boolean): Words | null {
  const { state, item, version, asker, asked, reason, decider, decided, expires, withoutSafety } = request
  const what = `${item}@${version}`
  if (state === 'waiting' && mayDecide && asker !== name) {
    const unsafe = withoutSafety ? ', even if what it holds now is lost' : ''
    const ask = `${asker} asks to write ${what} to its device${unsafe}: ${reason}`
    return { what: ask, remedy: 'Approve it or refuse it.', since: asked }
  }
  if (state !== 'approved') return null
  if (asker === name) {
    return {
      what: `${decider} agreed that you write ${what} to its device.`,
      ...{ remedy: `Write it now: the approval is good until ${expires}.`, since: decided },
    }
  }
  if (decider !== name) return null
  return {
    what: `You agreed that ${asker} writes ${what} to its device; it is not yet written.`,
    ...{ remedy: `Nothing is to be done: the approval ends at ${expires}.`, since: decided },
  }
}
