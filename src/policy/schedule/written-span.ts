const minute = 60_000
const hour = 60 * minute
/** From how much on a span is rounded to what, in milliseconds. */
const steps = [
  [48 * hour, hour],
  [40 * minute, minute],
  [1000, 1000],
] as const
const units = [
  ['d', 24 * hour],
  ['h', hour],
  ['m', minute],
  ['s', 1000],
] as const

/**
 * Milliseconds as site.yaml takes them (`4h`, `238m`; below a second `PT0.25S`): never more than `total`, nor less by more than
 * a fortieth from a minute on. `up`: never less instead, and as little more.
 */
export function writtenSpan(total: number, up = false): string {
  const [, step] = steps.find(([from]) => total >= from) ?? [0, 1]
  const rounded = (up ? Math.ceil : Math.floor)(total / step) * step
  const [unit, size] = units.find(([, size]) => rounded >= size && rounded % size === 0) ?? [null, 1]
  return unit === null ? `PT${rounded / 1000}S` : `${rounded / size}${unit}`
}
