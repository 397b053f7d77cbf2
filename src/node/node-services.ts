import { randomInt } from 'node:crypto'
import os from 'node:os'
import { NoticeFeed } from './notify/notice-feed.ts'
import { type Notifier, openNotifier } from './notify/notifier.ts'
import type { SiteNode } from './site-node.ts'
import { type CoalesceTiming, coalesceTiming } from './triggers/coalesce.ts'
import { type NodeTriggers, openNodeTriggers } from './triggers/node-triggers.ts'

/** What works beside the captures of a node: what sees changes, and what tells people. */
export interface NodeServices extends AsyncDisposable {
  readonly notifier: Notifier
  readonly triggers: NodeTriggers
}

const itself = { name: 'node', from: null } as const

export interface NodeServicesOptions {
  readonly onTrouble: (message: string) => void
  /** How many events make one capture; by default as `coalesceTiming` has it. */
  readonly timing?: CoalesceTiming
}

export async function openNodeServices(
  node: SiteNode,
  { onTrouble, timing = coalesceTiming }: NodeServicesOptions,
  signal: AbortSignal,
): Promise<NodeServices> {
  await using opening = new AsyncDisposableStack()
  const archive = node.archive(itself)
  const { paths, record, folder } = archive
  const options = {
    ...{ file: paths.notices, folder, hostname: os.hostname(), journal: record.journal, now: node.now },
    secret: (name: string) => node.archive(itself).secrets.get(name),
    random: () => randomInt(2 ** 32) / 2 ** 32,
    onTrouble: ({ channel, message }: { channel: string; message: string }) =>
      onTrouble(message.startsWith(`${channel}: `) ? message : `${channel}: ${message}`),
  }
  const notifier = opening.use(openNotifier(options, node.site().site))
  const stopped = new AbortController()
  const sending = notifier.run(AbortSignal.any([signal, stopped.signal]))
  opening.defer(async () => {
    stopped.abort()
    await sending
  })
  opening.use(await NoticeFeed.open(node, notifier, { position: paths.noticesTold, onTrouble }))
  const triggers = opening.use(openNodeTriggers(node, timing, signal))
  const held = opening.move()
  return { notifier, triggers, [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() }
}
