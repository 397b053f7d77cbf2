import { setTimeout as sleep } from 'node:timers/promises'
import type { Drill } from '../api/schema/risk.ts'
import { BlackstartError } from '../errors.ts'
import type { DrillResult } from '../recover/drill-item.ts'
import { type NodeClient, toldError } from './node-client.ts'

/** An item, drilled or not: `error` says what kept a drill from being carried out, and nothing is recorded then. */
export type DrillOutcome =
  | { readonly item: string; readonly result: Rehearsed; readonly error: null }
  | { readonly item: string; readonly result: null; readonly error: BlackstartError }

/** A node tells the first of the problems and notes, and how many there are. */
export interface Rehearsed extends DrillResult {
  readonly problemsTotal: number
  readonly notesTotal: number
}

export interface DrillWords {
  readonly keep: boolean
  /** A whole path. */
  readonly sandbox?: string
}

/** Told as the node tells it: what has ended since the last time, and what goes on. */
export type DrillProgress = (ended: readonly DrillOutcome[], going: Drill) => void

/** Milliseconds between two looks. */
const lookEvery = 300

/** The node rehearses, for it has the repository open and one drill goes on at a time. Stopped, and then thrown, when `signal` aborts. */
export async function drillByNode(
  node: NodeClient,
  items: readonly string[],
  words: DrillWords,
  onProgress: DrillProgress,
  signal: AbortSignal,
): Promise<{ readonly outcomes: readonly DrillOutcome[]; readonly sandboxes: string }> {
  const asked = { items: items.length === 0 ? 'all' : items, ...words }
  let drill = await node.ask<Drill>('POST', '/api/drills', asked)
  const { id, sandboxes } = drill
  const outcomes: DrillOutcome[] = []
  let stopped = false
  for (;;) {
    const ended = drill.results.map(outcomeOf)
    outcomes.push(...ended)
    onProgress(ended, drill)
    if (drill.ended !== null) break
    await sleep(lookEvery)
    if (signal.aborted && !stopped) {
      stopped = true
      await node.askOn('POST', `/api/drills/${id}/stop`)
    }
    drill = await node.askOn<Drill>('GET', `/api/drills/${id}?after=${outcomes.length}`)
  }
  signal.throwIfAborted()
  if (outcomes.length === drill.total) return { outcomes, sandboxes }
  const count = `${outcomes.length} of ${drill.total} items were rehearsed`
  throw new BlackstartError('interrupted', `Somebody stopped the drill, or the node stopped: ${count}.`)
}

function outcomeOf({
  error,
  version,
  choice,
  milliseconds,
  bytes,
  files,
  ...line
}: Drill['results'][number]): DrillOutcome {
  if (version === null || choice === null) {
    return { item: line.item, result: null, error: toldError(error, `${line.item} was not drilled.`) }
  }
  const result = { ...line, version, choice, milliseconds: milliseconds ?? 0, bytes: bytes ?? 0, files: files ?? 0 }
  return { item: line.item, result, error: null }
}
