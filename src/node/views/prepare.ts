import { setImmediate as turn } from 'node:timers/promises'
import type { Judged } from '../site-node.ts'
import { digestInSlices } from './finding-digest.ts'
import { judgedOverview } from './overview.ts'
import { plantRows } from './plant-rows.ts'
import { everywhere } from './sight.ts'

/** Some milliseconds each, when they are read for the first time. */
const findingsAtOnce = 10_000

/** Makes what most pages show of a judgement, in turns of their own: whoever asks then waits for none of it. */
export async function prepareViews(judged: Judged): Promise<void> {
  for (const _ of digestInSlices(judged, findingsAtOnce)) await turn()
  await turn()
  plantRows(judged)
  await turn()
  judgedOverview(judged, everywhere)
}
