export type Is<Value> = (value: unknown) => value is Value

/** The fields of a JSON object, each taken with the type that it must have. Throws a TypeError that names what is wrong. */
export class Fields {
  readonly #object: Readonly<Record<string, unknown>>

  constructor(value: unknown) {
    if (!isObject(value)) throw new TypeError('it is no JSON object')
    this.#object = value
  }

  required<Value>(name: string, is: Is<Value>): Value {
    const value = this.#value(name)
    if (!is(value)) throw new TypeError(`its field ${name} is missing or of a wrong kind`)
    return value
  }

  /** Undefined where the field is missing. */
  optional<Value>(name: string, is: Is<Value>): Value | undefined {
    return this.#value(name) === undefined ? undefined : this.required(name, is)
  }

  /** As `optional`; null is no value, as in Go. */
  nullable<Value>(name: string, is: Is<Value>): Value | undefined {
    return this.#value(name) === null ? undefined : this.optional(name, is)
  }

  #value(name: string): unknown {
    return Object.hasOwn(this.#object, name) ? this.#object[name] : undefined
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isText(value: unknown): value is string {
  return typeof value === 'string'
}

export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText)
}

export function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

/** A safe integer; not -0, which Go does not read as one. */
export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && !Object.is(value, -0)
}

/** 32 bits. */
export function isUserId(value: unknown): value is number {
  return isWhole(value) && value >= 0 && value < 2 ** 32
}

/** A SHA-256 in hexadecimal digits. */
export function isId(value: unknown): value is string {
  return isText(value) && /^[0-9a-f]{64}$/.test(value)
}

export function isBase64(value: unknown): value is string {
  return isText(value) && /^(?:[0-9A-Za-z+/]{4})*(?:[0-9A-Za-z+/]{2}==|[0-9A-Za-z+/]{3}=)?$/.test(value)
}
