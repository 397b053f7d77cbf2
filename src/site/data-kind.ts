import type { DataKind, Item, ItemKind, Process } from './site.ts'

/** Kinds of items in which every moment counts; of the others only changes can be lost. */
const historyKinds: ReadonlySet<ItemKind> = new Set(['database', 'data', 'logs'])

export function dataKindOf(item: Item): DataKind {
  return item.data ?? (historyKinds.has(item.kind) ? 'history' : 'configuration')
}

/** What of the item the process can bear to lose; null where it does not say. */
export function mtdlOf(process: Process, item: Item): Temporal.Duration | null {
  return process.mtdl[dataKindOf(item)]
}

/** The most that the process can bear to lose of any kind of its data; null where it states nothing. */
export function longestMtdl({ mtdl }: Process): Temporal.Duration | null {
  const { configuration, history } = mtdl
  if (configuration === null || history === null) return configuration ?? history
  return Temporal.Duration.compare(configuration, history) >= 0 ? configuration : history
}
