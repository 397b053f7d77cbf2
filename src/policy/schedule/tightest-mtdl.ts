import { dataKindOf } from '../../site/data-kind.ts'
import { milliseconds } from '../../site/duration.ts'
import type { AssetItem } from '../../site/item-lookup.ts'
import { type DataKind, type Process, type ScenarioKind, scenarioKinds } from '../../site/site.ts'
import type { SiteIndex } from '../site-index.ts'

/** What a process can bear to lose of an item. */
export interface StatedMtdl {
  readonly process: string
  readonly mtdl: Temporal.Duration
  readonly milliseconds: number
}

/** Of all processes that need an item; of several that are equally tight the first of the file counts. */
export interface TightestMtdl {
  readonly overall: StatedMtdl
  /** The scenarios by the process that asks most of those that must come back from them; null: no process must. */
  readonly byScope: ReadonlyMap<StatedMtdl | null, readonly ScenarioKind[]>
}

/** The look-up of an item's MTDL; null where no process that needs it states one. */
export function createTightestMtdl(index: SiteIndex): (of: AssetItem) => TightestMtdl | null {
  const stated = new Map(index.site.processes.map(process => [process, statedBy(process)]))
  const answers = new Map<string, TightestMtdl>()
  return ({ id, item }) => {
    const kind = dataKindOf(item)
    const all = (index.processesOfItem.get(id) ?? []).flatMap(process => {
      const own = stated.get(process)?.[kind] ?? null
      return own === null ? [] : [{ process, own }]
    })
    if (all.length === 0) return null
    const key = JSON.stringify([kind, ...all.map(({ process }) => process.id)])
    const answer = answers.get(key) ?? tightestOf(all)
    answers.set(key, answer)
    return answer
  }
}

function statedBy({ id, mtdl }: Process): Readonly<Record<DataKind, StatedMtdl | null>> {
  const of = (one: Temporal.Duration | null) =>
    one === null ? null : { process: id, mtdl: one, milliseconds: milliseconds(one) }
  return { configuration: of(mtdl.configuration), history: of(mtdl.history) }
}

interface Stated {
  readonly process: Process
  readonly own: StatedMtdl
}

function tightestOf(all: readonly Stated[]): TightestMtdl {
  const tightest = (some: readonly Stated[]) => {
    const own = some.map(one => one.own)
    return own.length === 0 ? null : own.reduce((a, b) => (b.milliseconds < a.milliseconds ? b : a))
  }
  const byScope = Map.groupBy(scenarioKinds, kind =>
    tightest(all.filter(({ process }) => process.scope.includes(kind))),
  )
  const overall = tightest(all)
  if (overall === null) throw new RangeError('at least one MTDL is needed')
  return { overall, byScope }
}
