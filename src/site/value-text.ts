import { parse } from 'yaml'

/** What can be written into a site file. */
export type SiteValue = string | number | boolean | readonly SiteValue[] | { readonly [key: string]: SiteValue }

export type Quotes = 'double' | 'single' | 'plain'

/** The value as YAML on one line, right inside brackets too; texts are quoted where they must be, or as `quotes` asks. */
export function valueText(value: SiteValue, quotes: Quotes = 'plain'): string {
  if (typeof value === 'string') return textOf(value, quotes)
  if (typeof value !== 'object') return String(value)
  if (isList(value)) return `[${value.map(entry => valueText(entry)).join(', ')}]`
  const entries = Object.entries(value).map(([key, entry]) => `${valueText(key)}: ${valueText(entry)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}

function isList(value: SiteValue): value is readonly SiteValue[] {
  return Array.isArray(value)
}

function textOf(text: string, quotes: Quotes): string {
  if (quotes === 'single' && /^\P{Cc}*$/u.test(text)) return `'${text.replaceAll("'", "''")}'`
  const plain = quotes === 'plain' && /^[\p{L}\p{N}./](?:[\p{L}\p{N}._/+*()=@ -]*[\p{L}\p{N}._/+*)=-])?$/u.test(text)
  return plain && parse(text) === text ? text : JSON.stringify(text)
}
