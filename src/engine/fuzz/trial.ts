import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { BlackstartError } from '../../errors.ts'
import type { Random } from './random.ts'

/** A parser of the engine, and what must hold of it. */
export interface Subject<Value> {
  readonly name: string
  input(random: Random): Buffer
  /** Null where the parser refuses the input as its contract says; it throws nothing. */
  parse(input: Buffer): Value | null
  /** Throws where the value has not the shape that the parser promises. */
  check(value: Value): void
  encode(value: Value): Uint8Array
}

/** A subject whose values are nobody else's business. */
export interface Trial {
  readonly name: string
  input(random: Random): Buffer
  /** True where the input was taken, false where it was refused well. Throws where a property does not hold. */
  attempt(input: Buffer): boolean
}

export function trialOf<Value>(subject: Subject<Value>): Trial {
  return {
    name: subject.name,
    input: random => subject.input(random),
    attempt(input) {
      const value = subject.parse(input)
      if (value === null) return false
      subject.check(value)
      const encoded = Buffer.from(subject.encode(value))
      const again = subject.parse(encoded)
      assert.ok(again !== null, 'what was decoded and encoded again is refused')
      assert.ok(isSame(value, again, subject.encode), 'what was decoded and encoded again decodes to something else')
      return true
    },
  }
}

/** What the action gives, or null for an `integrity` error that names the file. */
export function orRefused<Value>(file: string, action: () => Value): Value | null {
  try {
    return action()
  } catch (error) {
    const named =
      error instanceof BlackstartError &&
      error.code === 'integrity' &&
      error.message.includes(file) &&
      error.facts.file === file
    if (named) return null
    throw error
  }
}

function isSame<Value>(a: Value, b: Value, encode: (value: Value) => Uint8Array): boolean {
  try {
    return isDeepStrictEqual(a, b)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return Buffer.from(encode(a)).equals(encode(b)) // nested so deeply that comparing runs out of stack
  }
}
