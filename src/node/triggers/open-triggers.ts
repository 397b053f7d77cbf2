import { lookup } from 'node:dns/promises'
import path from 'node:path'
import { BlackstartError } from '../../errors.ts'
import { itemsOf } from '../../site/item-lookup.ts'
import type { Asset, Site, Trigger } from '../../site/site.ts'
import { Allowance } from './allowance.ts'
import { type Asked, type CoalesceTiming, coalesceTiming } from './coalesce.ts'
import { tokenIsRight } from './hook/hook.ts'
import { type RetryPauses, retryPauses, runTrigger } from './run-trigger.ts'
import { AssetSenders, type Lookup } from './senders.ts'
import { TimedCoalescer } from './timed-coalescer.ts'
import type { Seen, TriggerContext } from './trigger.ts'
import { TriggerRecord, type TriggerState } from './trigger-state.ts'

export interface TriggerDeps {
  /** The site folder. */
  readonly folder: string
  /** Null where it is not set. */
  secret(name: string): string | null
  readonly now: () => Date
  readonly lookup?: Lookup
  readonly timing?: CoalesceTiming
  readonly pauses?: RetryPauses
}

/** Told of captures to make now; each item once until its capture has begun. */
export type OnTrigger = (asked: readonly Asked[]) => void

export type HookAnswer = { readonly accepted: true; readonly items: readonly string[] } | { readonly accepted: false }

export interface Triggers extends AsyncDisposable {
  /** In the order of the site file. */
  states(): readonly TriggerState[]
  /** `events` that were seen, and the captures that were `asked` for. */
  counts(): { readonly events: number; readonly asked: number }
  /**
   * `POST /api/hooks/ID` with a token: takes it for a change where the token is right. An unknown id and a wrong token are refused
   * alike, and so is everything for a while after many wrong ones.
   */
  hook(id: string, token: string): HookAnswer
  /** Takes an event of another source, such as the poll of fingerprints. */
  event(item: string, seen: Seen): void
  /** To be told of every capture, whoever asked for it: so a change meanwhile asks for one more, and not too soon. */
  began(item: string): void
  /** Also when a capture that was asked for is not going to begin. */
  ended(item: string): void
  /** Releases every socket and watcher. What was gathered until then is asked for first, so that no reload loses it. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Wrong tokens for a hook. */
const wrongPerSecond = 1 / 6
const wrongAtOnce = 20

/** One trigger, at work. */
interface Opened {
  readonly trigger: Trigger
  readonly record: TriggerRecord
  readonly context: TriggerContext
  readonly wrong: Allowance
}

/** Starts every trigger of the site. One that fails is a state, is tried again, and stops no other. */
export function openTriggers(site: Site, deps: TriggerDeps, onTrigger: OnTrigger, signal: AbortSignal): Triggers {
  const closing = new AbortController()
  const over = AbortSignal.any([signal, closing.signal])
  const coalescer = new TimedCoalescer(deps.timing ?? coalesceTiming, onTrigger)
  const senders = new AssetSenders(site.assets)
  const all = site.triggers.map((trigger): Opened => {
    const record = new TriggerRecord(trigger, deps.now)
    const context = contextOf(trigger, { record, senders, deps, coalescer })
    return { trigger, record, context, wrong: new Allowance(wrongPerSecond, wrongAtOnce, () => performance.now()) }
  })
  const running = all.map(({ trigger, record, context }) => {
    const failed = (sentence: string) => record.become('failed', sentence)
    return runTrigger(trigger, context, failed, deps.pauses ?? retryPauses, over)
  })
  const listens = site.triggers.some(({ via }) => via === 'syslog' || via === 'snmp')
  if (listens) running.push(senders.keepLookedUp(deps.lookup ?? addressesOf, over))
  return {
    states: () => all.map(({ record }) => record.state()),
    counts: () => coalescer.counts,
    hook: (id, token) => answerHook(all, id, token, deps),
    event: (item, seen) => coalescer.event(item, seen),
    began: item => coalescer.began(item),
    ended: item => coalescer.ended(item),
    async [Symbol.asyncDispose]() {
      closing.abort()
      coalescer[Symbol.dispose]()
      await Promise.all(running)
    },
  }
}

interface ContextParts {
  readonly record: TriggerRecord
  readonly senders: AssetSenders
  readonly deps: TriggerDeps
  readonly coalescer: TimedCoalescer
}

function contextOf(trigger: Trigger, { record, senders, deps, coalescer }: ContextParts): TriggerContext {
  return {
    folder: path.resolve(deps.folder),
    senders,
    itemsOf: asset => itemsFor(trigger, asset),
    secret: name => secretOf(trigger, deps.secret(name), name),
    working: where => record.become('working', where),
    blind: sentence => record.become('blind', sentence),
    count: (kind, by) => record.count(kind, by),
    stranger: address => record.stranger(address),
    changed(items, what, from) {
      const seen = record.changed(items, what, from)
      for (const item of items) coalescer.event(item, seen)
    },
  }
}

function answerHook(all: readonly Opened[], id: string, token: string, deps: TriggerDeps): HookAnswer {
  const found = all.find(({ trigger }) => trigger.id === id && trigger.via === 'hook')
  const name = found?.trigger.via === 'hook' ? found.trigger.options.secret : null
  // an id that there is not takes as long
  const right = tokenIsRight(token, name === null ? '' : (deps.secret(name) ?? ''))
  if (found === undefined) return { accepted: false }
  const { trigger, record, context, wrong } = found
  record.count('received')
  if (wrong.empty || !right) {
    wrong.take()
    record.count('refused')
    return { accepted: false }
  }
  context.changed(trigger.items, 'was called', null)
  return { accepted: true, items: trigger.items }
}

/** Without a list of its own, every item of the asset. */
function itemsFor({ items }: Trigger, asset: Asset): readonly string[] {
  const own = itemsOf({ assets: [asset] }).map(({ id }) => id)
  return items.length === 0 ? own : own.filter(id => items.includes(id))
}

function secretOf({ id }: Trigger, value: string | null, name: string): string {
  if (value !== null && value !== '') return value
  throw new BlackstartError(
    'secret-missing',
    `trigger ${id}: needs the secret "${name}", which is not set. Set it: blackstart secrets set ${name}`,
    { facts: { name }, retry: true },
  )
}

async function addressesOf(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address)
}
