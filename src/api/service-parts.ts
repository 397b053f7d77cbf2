import type { NodeServices } from '../node/node-services.ts'
import type { ChannelState } from '../node/notify/channel-state.ts'
import type { TriggerState } from '../node/triggers/trigger-state.ts'
import type { Need } from '../node/views/overview.ts'
import type { NodeParts } from './api-context.ts'
import type { Notifications, Triggers } from './schema/node-state.ts'

/** What the API tells of the node's services; one that does not work is something for a person. */
export function partsOfServices({ notifier, triggers }: NodeServices): NodeParts {
  return {
    notifications: () => ({ channels: notifier.state().map(channelDocument) }),
    triggers: () => ({ rows: triggers.states().map(triggerDocument) }),
    hook: async (id, token) => triggers.hook(id, token ?? '').accepted,
    needs: () => [...triggers.states().flatMap(triggerNeeds), ...notifier.state().flatMap(channelNeeds)],
  }
}

function channelDocument(state: ChannelState): Notifications['channels'][number] {
  const { id, via, waiting, sent, givenUp, lastSuccess, lastError } = state
  return {
    id,
    kind: via,
    waiting,
    sent,
    dropped: givenUp,
    lastSent: lastSuccess,
    lastError: lastError?.message ?? null,
    lastErrorAt: lastError?.time ?? null,
  }
}

function triggerDocument({
  id,
  via,
  status,
  text,
  since,
  counts,
  last,
  strangers,
}: TriggerState): Triggers['rows'][number] {
  return {
    ...{ id, via, status, text, counts, since: since.toISOString() },
    last:
      last === null
        ? null
        : { at: last.at.toISOString(), what: last.seen.what, from: last.seen.from, items: last.items },
    strangers: strangers.map(one => ({ ...one, last: one.last.toISOString() })),
  }
}

const nowhere = { item: null, asset: null, zone: null, class: null, approval: null } as const

function triggerNeeds({ id, status, text, since }: TriggerState): readonly Need[] {
  if (status !== 'failed' && status !== 'blind') return []
  const remedy = 'Until then its changes are seen at the next capture. See Settings, or triggers in site.yaml.'
  const severity = status === 'failed' ? 'medium' : 'low'
  return [
    { ...nowhere, id: `trigger:${id}`, kind: 'trigger', severity, what: text, remedy, since: since.toISOString() },
  ]
}

function channelNeeds({ id, failures, waiting, lastError }: ChannelState): readonly Need[] {
  if (failures < 3 || lastError === null) return []
  const what = `Nobody is told through ${id}: ${lastError.message}`
  const remedy = `${waiting} notices wait; they are sent when it works again. See notify in site.yaml.`
  return [{ ...nowhere, id: `channel:${id}`, kind: 'trigger', severity: 'medium', what, remedy, since: lastError.time }]
}
