import os from 'node:os'
import { openSession } from '../capture/session.ts'
import { BlackstartError } from '../errors.ts'
import { openSiteArchive } from './open-site.ts'
import { RunningNode } from './running-node.ts'
import { type Clock, systemClock } from './schedule/clock.ts'
import type { SiteNode } from './site-node.ts'

export interface SiteNodeOptions {
  readonly folder: string
  readonly clock?: Clock
  /** How many devices are read at once, instead of what the site file says. */
  readonly concurrency?: number | null
  /** Told what only whoever started the node can mend. */
  readonly onTrouble: (message: string) => void
}

/**
 * Starts the node of a site: what was interrupted is found, and captures begin. One node at a time works on a site: throws
 * `device-busy` where there is one already. It runs until it is disposed of, or `signal` aborts: then runs end or are marked
 * interrupted.
 */
export async function openSiteNode(options: SiteNodeOptions, signal: AbortSignal): Promise<SiteNode> {
  const { folder, clock = systemClock, concurrency = null, onTrouble } = options
  const now = () => new Date(clock.wall())
  await using opening = new AsyncDisposableStack()
  const access = { folder, now, actor: `node@${os.hostname()}`, signal, onOutdated: onTrouble }
  const archive = opening.use(await openSiteArchive(access))
  opening.use(await onlyNode(archive.paths.run, signal))
  const parts = { archive, access, clock, concurrency, onTrouble }
  const node = await RunningNode.start(parts, opening, signal)
  const held = opening.move()
  return Object.assign(node, {
    [Symbol.asyncDispose]: () => node.stopAll().finally(() => held[Symbol.asyncDispose]()),
  })
}

async function onlyNode(folder: string, signal: AbortSignal): Promise<AsyncDisposable> {
  try {
    return await openSession({ folder, device: 'the site node', wait: 0 }, signal)
  } catch (error) {
    if (!(error instanceof BlackstartError) || error.code !== 'device-busy') throw error
    throw new BlackstartError(
      'device-busy',
      'A node works on this site already: two would read each device twice. End it first, or use its pages.',
      { cause: error },
    )
  }
}
