import type { Complaint } from './complaint.ts'
import { durationOf, formatDuration, milliseconds, parseDuration } from './duration.ts'
import type { Path } from './problem.ts'
import { isMapping, type RawEntry, rawEntries, rawField, rawText, rawTexts } from './raw-site.ts'
import type { Window } from './site.ts'
import { parseWindow, weekCovered } from './window.ts'

/** Durations that contradict each other, and quiet windows that leave no time. `value` is the file's content, right or not. */
export function checkTimes(value: unknown): Complaint[] {
  const processes = rawEntries(value, 'processes', [])
  return [
    ...processes.flatMap(process => within(process.fields, process.path, 'rto', 'mtd')),
    ...processes.flatMap(humanSteps),
    ...rawEntries(value, 'assets', []).flatMap(checkAsset),
  ]
}

/** What people do in every recovery cannot take longer than the process may stand still. */
function humanSteps({ fields, path }: RawEntry): Complaint[] {
  const mtd = parseDuration(rawText(fields, 'mtd') ?? '')
  const fixed = parseDuration(rawText(rawField(fields, 'afterLoss'), 'fixed') ?? '')
  const recovery = rawField(fields, 'recovery')
  const steps = isMapping(recovery)
    ? Object.keys(recovery).flatMap(step => parseDuration(rawText(recovery, step) ?? '') ?? [])
    : []
  const total = [...steps, ...(fixed === null ? [] : [fixed])].reduce((sum, one) => sum + milliseconds(one), 0)
  if (mtd === null || total <= milliseconds(mtd)) return []
  const sum = formatDuration(durationOf(total))
  const named = fixed === null ? 'the steps under recovery' : 'the steps under recovery and afterLoss.fixed'
  const message = `mtd ${rawText(fields, 'mtd')} is shorter than ${named}, which take ${sum} whatever is restored`
  return [{ path: [...path, 'mtd'], of: 'value', message, allowed: `at least ${sum}, or shorter steps` }]
}

function checkAsset(asset: RawEntry): Complaint[] {
  const path = [...asset.path, 'timeouts']
  const timeouts = rawField(asset.fields, 'timeouts')
  const items = rawEntries(asset.fields, 'items', asset.path)
  const quiet = windowsOf(asset)
  return [
    ...within(timeouts, path, 'connect', 'total'),
    ...within(timeouts, path, 'idle', 'total'),
    ...alwaysQuiet(asset, quiet),
    ...(weekCovered(quiet) === 1 ? [] : items.flatMap(item => alwaysQuiet(item, [...quiet, ...windowsOf(item)]))),
  ]
}

/** Complains where the duration `small` is longer than `large`. */
function within(fields: unknown, path: Path, small: string, large: string): Complaint[] {
  const texts = [rawText(fields, small), rawText(fields, large)] as const
  const [inner, outer] = texts.map(text => parseDuration(text ?? ''))
  if (!inner || !outer || milliseconds(inner) <= milliseconds(outer)) return []
  const message = `${small} ${texts[0]} is longer than ${large} ${texts[1]}`
  return [{ path: [...path, small], of: 'value', message, allowed: `at most ${texts[1]}` }]
}

function windowsOf(entry: RawEntry): Window[] {
  return rawTexts(entry.fields, 'quiet', entry.path).flatMap(({ text }) => parseWindow(text) ?? [])
}

function alwaysQuiet(entry: RawEntry, windows: readonly Window[]): Complaint[] {
  if (weekCovered(windows) < 1) return []
  const message = 'the quiet windows cover the whole week: no capture will ever run by itself'
  const path = [...entry.path, ...(entry.fields.quiet === undefined ? [] : ['quiet'])]
  return [{ path, of: 'value', message, allowed: 'some time in which captures may run', severity: 'warning' }]
}
