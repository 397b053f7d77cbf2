import type { Path } from './problem.ts'

// The file's content before it is known to be right: what is missing or of the wrong type is passed over here, since the
// schema complains about it. So all mistakes of a file are found at once, those between entries too.

export interface RawEntry {
  readonly path: Path
  readonly fields: Readonly<Record<string, unknown>>
  /** Null where there is none. */
  readonly id: string | null
}

/** The mappings of the list `value[key]`. */
export function rawEntries(value: unknown, key: string, around: Path): RawEntry[] {
  const list = rawField(value, key)
  if (!Array.isArray(list)) return []
  return list.flatMap((entry: unknown, index) => {
    if (!isMapping(entry)) return []
    return [{ path: [...around, key, index], fields: entry, id: rawText(entry, 'id') }]
  })
}

/** The texts of the list `fields[key]`, with their places. */
export function rawTexts(fields: unknown, key: string, around: Path): { readonly path: Path; readonly text: string }[] {
  const list = rawField(fields, key)
  if (!Array.isArray(list)) return []
  return list.flatMap((text: unknown, index) =>
    typeof text === 'string' ? [{ path: [...around, key, index], text }] : [],
  )
}

export function rawText(fields: unknown, key: string): string | null {
  const value = rawField(fields, key)
  return typeof value === 'string' ? value : null
}

export function rawField(value: unknown, key: string): unknown {
  return isMapping(value) ? value[key] : undefined
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
