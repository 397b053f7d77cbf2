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
  const value: unknown = JSON.parse(text)
  return odd.test(text) ? new ExactReader(text).value() : value
}

/**
 * Reads text that is known to be JSON. (A reviver of `JSON.parse` is handed the text of numbers as well, and V8 14.6
 * writes over its own memory on the way: see docs/decisions/0008.)
 */
class ExactReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  value(): unknown {
    const first = this.#next()
    if (first === '{') return this.#record()
    if (first === '[') return this.#list()
    if (first === '"') return this.#string()
    return this.#scalar()
  }

  #record(): Record<string, unknown> {
    const record: Record<string, unknown> = {}
    this.#at += 1
    while (this.#next() !== '}') {
      if (this.#next() === ',') this.#at += 1
      this.#next()
      const name = this.#string()
      this.#next()
      this.#at += 1 // the colon
      const value = this.value()
      // as JSON.parse does it: a plain assignment would set the prototype
      if (name === '__proto__') Object.defineProperty(record, name, { value, ...ordinary })
      else record[name] = value
    }
    this.#at += 1
    return record
  }

  #list(): unknown[] {
    const list: unknown[] = []
    this.#at += 1
    while (this.#next() !== ']') {
      if (this.#next() === ',') this.#at += 1
      list.push(this.value())
    }
    this.#at += 1
    return list
  }

  #string(): string {
    const from = this.#at
    let end = this.#text.indexOf('"', from + 1)
    while (this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1)
    this.#at = end + 1
    return JSON.parse(this.#text.slice(from, end + 1)) as string
  }

  /** Behind an odd number of backslashes. */
  #isEscaped(at: number): boolean {
    let before = at - 1
    while (this.#text[before] === '\\') before -= 1
    return (at - 1 - before) % 2 === 1
  }

  #scalar(): unknown {
    scalar.lastIndex = this.#at
    const [text = ''] = scalar.exec(this.#text) ?? []
    this.#at += text.length
    const value: unknown = JSON.parse(text)
    return typeof value === 'number' && text !== String(value) ? rawJSON(text) : value
  }

  /** The character that comes next behind white space. */
  #next(): string | undefined {
    while (this.#text.charCodeAt(this.#at) <= space) this.#at += 1
    return this.#text[this.#at]
  }
}

const ordinary = { enumerable: true, configurable: true, writable: true }
const scalar = /[-+.\w]+/y
const space = 0x20

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
