import type { QueryClient, QueryKey } from '@tanstack/react-query'
import type { NodeEvent } from '../../src/api/schema/event.ts'
import type { Run, Runs } from '../../src/api/schema/run.ts'

/** Brings what is shown in line with what the node says has happened. */
export function applyEvent(client: QueryClient, event: NodeEvent): void {
  const stale = (...keys: readonly QueryKey[]) => {
    for (const queryKey of keys) void client.invalidateQueries({ queryKey })
  }
  switch (event.type) {
    case 'run':
      client.setQueryData<Runs>(['runs'], known => known && withRun(known, event.run))
      if (event.run.outcome !== null) stale(['item', event.run.item], ['captures'])
      return
    case 'judged':
      stale(['overview'], ['items'], ['assets'], ['item'], ['map'], ['findings'], ['criticality'], ['process'])
      return
    case 'journal':
      stale(['journal'])
      for (const item of new Set(event.lines.map(line => line.item))) if (item !== null) stale(['item', item])
      return
    case 'site':
      stale(['site'], ['overview'], ['map'], ['vocabulary'])
      return
    case 'integrity':
      stale(['overview'])
      return
    case 'approvals':
      stale(['approvals'], ['overview'])
      return
    case 'drill':
      stale(['drill', event.drill])
      return
    case 'reset':
      void client.invalidateQueries()
      return
    case 'stopping':
      return
  }
}

/** The list with this run in its newest state; a new one stands first. */
export function withRun(runs: Runs, run: Run): Runs {
  const known = runs.rows.some(({ id }) => id === run.id)
  const rows = known ? runs.rows.map(one => (one.id === run.id ? run : one)) : [run, ...runs.rows]
  return { rows, live: rows.filter(({ state }) => state !== 'ended').length }
}
