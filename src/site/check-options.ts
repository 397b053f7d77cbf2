import type { z } from 'zod'
import type { Complaint } from './complaint.ts'
import { alternatives, quote } from './problem.ts'
import { isMapping, type RawEntry, rawEntries, rawText } from './raw-site.ts'
import { type Checked, checkSchema } from './schema-complaints.ts'
import type { Suggest } from './suggest.ts'

export interface CheckedOptions {
  /** What the connector's schema returned, by `assets` index and `items` index. */
  readonly options: ReadonlyMap<string, unknown>
  readonly complaints: readonly Complaint[]
}

export type OptionSchemas = ReadonlyMap<string, z.core.$ZodType>

/** The key of an item in `options`. */
export function optionsKey(asset: number | string, item: number | string): string {
  return `${asset}/${item}`
}

/** Checks every item's `via` and, with the schema of that connector, its options. `value` is the file's content, right or not. */
export function checkOptions(value: unknown, connectors: OptionSchemas, suggest: Suggest): CheckedOptions {
  const options = new Map<string, unknown>()
  const complaints: Complaint[] = []
  for (const asset of rawEntries(value, 'assets', [])) {
    for (const item of rawEntries(asset.fields, 'items', asset.path)) {
      const checked = checkItem(item, connectors, suggest)
      if (checked.success) options.set(optionsKey(asset.path[1] ?? '', item.path[3] ?? ''), checked.value)
      else complaints.push(...checked.complaints)
    }
  }
  return { options, complaints }
}

function checkItem(item: RawEntry, connectors: OptionSchemas, suggest: Suggest): Checked<unknown> {
  const nothing = { success: false, complaints: [] } as const
  const via = rawText(item.fields, 'via')
  if (via === null) return nothing
  const schema = connectors.get(via)
  if (schema === undefined) {
    const near = suggest(via, connectors.keys())
    const allowed = near === null ? alternatives([...connectors.keys()]) : `did you mean ${quote(near)}?`
    return {
      success: false,
      complaints: [
        { path: [...item.path, 'via'], of: 'value', message: `there is no connector ${quote(via)}`, allowed },
      ],
    }
  }
  const given = Object.hasOwn(item.fields, 'options') ? item.fields.options : {}
  // The schema of the site complains about options that are no mapping.
  return isMapping(given) ? checkSchema(schema, given, [...item.path, 'options'], suggest) : nothing
}
