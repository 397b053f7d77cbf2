import { BlackstartError } from '../../errors.ts'
import { findItem } from '../../site/item-lookup.ts'
import type { Site } from '../../site/site.ts'
import { deviceOf } from '../schedule/scheduler.ts'
import { actorParts } from '../views/actor-parts.ts'
import type { Run } from './run.ts'

/**
 * One write-back at a time on a device: a second one would undo the first as soon as that has ended. Throws `refused`, saying who
 * writes what.
 */
export function needsNoWrite(runs: readonly Run[], site: Site, item: string): void {
  const device = deviceIn(site, item)
  const writes = runs.filter(({ does, state }) => does === 'write' && state !== 'ended')
  const other = writes.find(run => deviceIn(site, run.item) === device)
  if (device === null || other === undefined) return
  const who = other.reason.kind === 'person' ? actorParts(other.reason.name).name : 'The node'
  const version = other.version ?? 'a version'
  throw new BlackstartError(
    'refused',
    other.state === 'waiting'
      ? `${who} waits to write ${version} to ${other.item}: nothing else is written to that device before it has ended, or was stopped.`
      : `${who} is writing ${version} to ${other.item}: nothing else is written to that device before it has ended.`,
    { facts: { run: other.id } },
  )
}

/** Null for an item that the site file does not name. */
function deviceIn(site: Site, item: string): string | null {
  const of = findItem(site, item)
  return of === null ? null : deviceOf(of)
}
