import { fingerprintItem, hasFingerprint } from '../../archive/fingerprint-item.ts'
import { paces } from '../../archive/target.ts'
import { itemsOf } from '../../site/item-lookup.ts'
import type { Run } from '../runs/run.ts'
import type { SiteNode } from '../site-node.ts'
import type { Asked, CoalesceTiming } from './coalesce.ts'
import { type FingerprintPoll, openFingerprintPoll } from './fingerprint-poll.ts'
import { type HookAnswer, openTriggers, type Triggers } from './open-triggers.ts'
import type { TriggerState } from './trigger-state.ts'

/** What watches the site of a running node for changes, as its site file says. */
export interface NodeTriggers extends AsyncDisposable {
  states(): readonly TriggerState[]
  hook(id: string, token: string): HookAnswer
}

const itself = { name: 'node', from: null } as const
/** Milliseconds that a reading of a fingerprint waits for its device: a capture is about to see more. */
const sessionWait = 1_000

interface Watch {
  readonly etag: string
  readonly triggers: Triggers
  readonly poll: FingerprintPoll
  /** Runs that were told of. */
  readonly begun: Set<string>
}

/** Watches until it is disposed of; begins anew when another site file is in force. */
export function openNodeTriggers(node: SiteNode, timing: CoalesceTiming, signal: AbortSignal): NodeTriggers {
  let watch = openWatch(node, timing, signal)
  let changing: Promise<void> = Promise.resolve()
  const follow = async () => {
    if (node.site().etag === watch.etag) return
    await close(watch)
    watch = openWatch(node, timing, signal)
  }
  const told = node.subscribe(event => {
    if (event.type === 'run') tell(watch, event.run)
    if (event.type === 'site') changing = changing.then(follow)
  })
  return {
    states: () => watch.triggers.states(),
    hook: (id, token) => watch.triggers.hook(id, token),
    async [Symbol.asyncDispose]() {
      told[Symbol.dispose]()
      await changing
      await close(watch)
    },
  }
}

function openWatch(node: SiteNode, timing: CoalesceTiming, signal: AbortSignal): Watch {
  const { site, etag } = node.site()
  const secret = (name: string) => node.archive(itself).secrets.get(name)
  const deps = { folder: node.folder, secret, now: node.now, timing }
  const triggers: Triggers = openTriggers(site, deps, asked => ask(node, triggers, asked), signal)
  const archive = node.archive(itself)
  const context = { paces: paces(site), sessionWait }
  const intervals = new Map(node.judged().judgement.items.map(({ item, schedule }) => [item, schedule.interval]))
  const poll = openFingerprintPoll(
    {
      items: itemsOf(site).filter(of => hasFingerprint(archive, of)),
      timezone: site.timezone,
      interval: of => intervals.get(of.id)?.total('milliseconds') ?? 3_600_000,
      read: (of, limit) => fingerprintItem(node.archive(itself), of, context, limit),
      differs: (item, seen) => triggers.event(item, seen),
      now: () => Temporal.Instant.fromEpochMilliseconds(node.now().getTime()),
    },
    signal,
  )
  return { etag, triggers, poll, begun: new Set() }
}

function ask(node: SiteNode, triggers: Triggers, asked: readonly Asked[]): void {
  for (const { item, seen } of asked) {
    const runs = node.trigger([item], seen.trigger, seen.from === null ? seen.what : `${seen.what} (${seen.from})`)
    if (runs.length === 0) triggers.ended(item)
  }
}

/** Every capture counts, whoever asked for it. */
function tell({ triggers, poll, begun }: Watch, { id, item, does, state, outcome, reason }: Run): void {
  if (does !== 'capture') return
  if (state === 'reading' && !begun.has(id)) {
    begun.add(id)
    triggers.began(item)
    poll.began(item)
  }
  if (state !== 'ended') return
  begun.delete(id)
  if (outcome !== 'interrupted' || reason.kind === 'trigger') triggers.ended(item)
  poll.ended(item, outcome !== 'failed' && outcome !== 'interrupted')
}

async function close({ triggers, poll }: Watch): Promise<void> {
  await poll[Symbol.asyncDispose]()
  await triggers[Symbol.asyncDispose]()
}
