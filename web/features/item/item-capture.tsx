import { useQuery } from '@tanstack/react-query'
import type { Item } from '../../../src/api/schema/item.ts'
import { RunProgress } from '../../components/run-progress.tsx'
import { StopRun } from '../../components/stop-run.tsx'
import { runsQuery } from './item-queries.ts'

/** The capture that goes on; its place is kept while there is none: captures come and go, and nothing below them moves. */
export function ItemCapture({ item }: { item: Item }) {
  const runs = useQuery(runsQuery).data?.rows ?? []
  const live = runs.filter(run => run.item === item.id && run.does === 'capture' && run.state !== 'ended')
  const run = live.find(({ state }) => state !== 'waiting') ?? live[0]
  return (
    <div className="item-capture">
      {run !== undefined && (
        <>
          <RunProgress run={run} />
          <StopRun run={run} zone={item.zone} />
        </>
      )}
    </div>
  )
}
