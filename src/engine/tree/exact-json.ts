/** TypeScript does not know these two yet (ECMAScript 2026). */
interface RawJson {
  rawJSON(text: string): object
  isRawJSON(value: unknown): value is { readonly rawJSON: string }
}

const { rawJSON, isRawJSON } = JSON as unknown as RawJson

/** An object of JSON: no list, and not one of the numbers that `parseExact` keeps as they were. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawJSON(value)
}

/** What may be a number that JavaScript's would change. A colon follows a quote, so that times (`04:56:22.9`) are none. */
const odd = /(?:"\s*:|[[,])\s*(?:-?\d{16}|-?\d+[.eE]|-0)/

/**
 * As `JSON.parse`, but a number that a JavaScript number would change or write differently (beyond 2^53, `1.0`, `1e400`)
 * becomes raw JSON, which `JSON.stringify` writes as it was. Throws a SyntaxError, or a RangeError for such numbers nested
 * thousands deep.
 */
export function parseExact(text: string): unknown {
  if (!odd.test(text)) return JSON.parse(text)
  const reviver = (_name: string, value: unknown, context: { source?: string }): unknown =>
    typeof value === 'number' && context.source !== String(value) ? rawJSON(context.source ?? '') : value
  return JSON.parse(text, reviver as (name: string, value: unknown) => unknown)
}

/** The whole number that a value of `parseExact` is, beyond 2^53 a bigint; null where it is none from 0 to 2^64 - 1. */
export function uint64Of(value: unknown): number | bigint | null {
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || value < 0 || Object.is(value, -0)) return null
    if (Number.isSafeInteger(value)) return value
  }
  const digits = typeof value === 'number' ? BigInt(value).toString() : isRawJSON(value) ? value.rawJSON : ''
  if (!/^\d{1,20}$/.test(digits)) return null
  const whole = BigInt(digits)
  return whole < 2n ** 64n ? whole : null
}
