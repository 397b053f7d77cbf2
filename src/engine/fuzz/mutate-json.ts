import { mutatedBytes } from './mutate-bytes.ts'
import type { Random } from './random.ts'

const id = 'ac08ce34ba4f8123618661bef2425f7028ffb9ac740578a3ee88684d2523fee8'
/** JSON that no field expects, or few. */
const oddities = [
  ...['null', 'true', 'false', '""', '[]', '{}', '[[]]', '[null]', '[{}]', '{"a":null}', '{"__proto__":{"name":"x"}}'],
  ...[
    '0',
    '-0',
    '-1',
    '1',
    '1.5',
    '0.1e1',
    '1e400',
    '-1e400',
    '1E+2',
    '5e-324',
    '31',
    '32',
    '4294967295',
    '4294967296',
  ],
  ...['9007199254740991', '9007199254740992', '-9007199254740993', '9223372036854775808', '18446744073709551615'],
  ...['18446744073709551616', '340282366920938463463374607431768211456', `"${id}"`, `"${id.toUpperCase()}"`],
  ...[`"${id.slice(1)}"`, '"__proto__"', '"constructor"', '"\\u0000"', '"\\ud800"', '"\\udc80\\udcff"', '"\\\\x00"'],
  ...['"."', '".."', '"a/b"', '"\\\\ud800"', '"\\\\777"', '"\\\\U000e0001"', '"\\\\Uffffffff"', '"\\\\"', '"scrypt"'],
  ...['"0001-01-01T00:00:00Z"', '"9999-12-31T23:59:59.999999999Z"', '"2026-02-30T00:00:00Z"', '"-271821-04-20T00:00Z"'],
  ...['"2026-11-23T04:56:22+23:59"', '"2026-11-23T04:56:60Z"', '"2026-11-23 04:56:22"', '"Tue, 24 Nov 2026"', '"1"'],
]
const oddNames = [
  '__proto__',
  'constructor',
  'toString',
  '',
  'name',
  'id',
  'unknown',
  '0',
  '\\u0000',
  '\\ud800',
  'Name',
]
const oddPieces = [
  '\\u0000',
  '\\\\',
  '\\"',
  '\\\\x',
  '\\\\x41',
  '\\\\u00e9',
  '\\n',
  '\\u2028',
  '\\udc80',
  '\\ud83e',
  '🤖',
  'é',
  '<&>',
  '/',
  '=',
]

/** A JSON value that inputs are made of, and how many values it holds. */
export interface JsonSample {
  readonly value: unknown
  readonly size: number
}

export function jsonSample(value: unknown): JsonSample {
  return { value, size: sizeOf(value) }
}

/** The sample's text after a few faults in its structure, some in its bytes; or noise. */
export function mutatedJson(random: Random, sample: JsonSample): Buffer {
  if (random.oneIn(40)) return random.bytes(random.below(200))
  const faults = random.oneIn(16) ? 0 : 1 + random.below(3)
  const text = Buffer.from(new Rendering(random, sample, faults).text)
  return random.oneIn(12) ? mutatedBytes(random, text, Buffer.from(random.pick(oddities))) : text
}

function sizeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce<number>((sum, each) => sum + sizeOf(each), 1)
}

/** Writes a value as JSON and changes some of its values on the way: by their number, in the order of writing. */
class Rendering {
  readonly text: string
  readonly #random: Random
  readonly #faults = new Set<number>()
  #at = 0

  constructor(random: Random, { value, size }: JsonSample, faults: number) {
    this.#random = random
    for (let i = 0; i < faults; i += 1) this.#faults.add(random.below(size))
    this.text = this.#render(value)
  }

  #render(value: unknown): string {
    const faulty = this.#faults.has(this.#at)
    this.#at += 1
    if (faulty && this.#random.oneIn(3)) return this.#odd()
    if (Array.isArray(value)) return this.#list(value, faulty)
    if (typeof value === 'object' && value !== null) return this.#record(value, faulty)
    if (!faulty) return JSON.stringify(value)
    return typeof value === 'string' ? this.#string(value) : this.#number(Number(value))
  }

  #odd(): string {
    const random = this.#random
    if (random.oneIn(400)) return nested(random.pick([100, 1000, 2000, 20_000]), random.pick(oddities))
    if (random.oneIn(400))
      return `[${Array(random.pick([100, 10_000]))
        .fill(random.pick(oddities))
        .join(',')}]`
    if (random.oneIn(100)) return JSON.stringify('x'.repeat(random.pick([1000, 100_000])))
    return random.pick(oddities)
  }

  #list(values: readonly unknown[], faulty: boolean): string {
    const items = values.map(value => this.#render(value))
    if (!faulty) return `[${items.join(',')}]`
    const random = this.#random
    const at = random.below(items.length + 1)
    const kind = random.below(4)
    if (kind === 0) items.splice(at, 1)
    else if (kind === 1) items.splice(at, 0, this.#odd())
    else if (kind === 2) items.splice(at, 0, ...Array(random.oneIn(50) ? copiesOf(items[at]) : 2).fill(items[at] ?? id))
    else items.reverse()
    return `[${items.join(',')}]`
  }

  #record(record: object, faulty: boolean): string {
    const members = Object.entries(record).map(([name, value]) => [JSON.stringify(name), this.#render(value)] as const)
    if (faulty) this.#members(members as [string, string][])
    return `{${members.map(([name, text]) => `${name}:${text}`).join(',')}}`
  }

  #members(members: [string, string][]): void {
    const random = this.#random
    const at = random.below(members.length)
    const [name, text] = members[at] ?? ['"a"', '1']
    const kind = random.below(5)
    if (kind === 0) members.splice(at, 1)
    else if (kind === 1) members.push([name, random.oneIn(2) ? this.#odd() : random.pick(members)[1]])
    else if (kind === 2) members.splice(at, 0, [`"${random.pick(oddNames)}"`, this.#odd()])
    else if (kind === 3) members.splice(at, 1, [`"${random.pick(oddNames)}"`, text])
    else members.splice(at, 1, [name, random.pick(members)[1]])
  }

  #string(value: string): string {
    const random = this.#random
    const inner = JSON.stringify(value).slice(1, -1)
    const at = random.below(inner.length + 1)
    const kind = random.below(4)
    if (kind === 0) return JSON.stringify(value.slice(0, at))
    if (kind === 1)
      return JSON.stringify(value.slice(0, at) + random.pick('0aZ:.-+ ~é漢'.split('')) + value.slice(at + 1))
    if (kind === 2) return JSON.stringify(value.toUpperCase())
    return `"${inner.slice(0, at)}${random.pick(oddPieces)}${inner.slice(at)}"`
  }

  #number(value: number): string {
    const random = this.#random
    const changed = value + random.pick([-1, 1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, -value, -2 * value - 1])
    return random.oneIn(8) ? `${value}${'9'.repeat(random.below(30))}` : String(changed)
  }
}

/** A thousand, but of what is long itself: an input of 100 MB says nothing about a parser's memory. */
function copiesOf(item = id): number {
  return item.length < 1000 ? 1000 : 2
}

function nested(depth: number, inner: string): string {
  return `${'['.repeat(depth)}${inner}${']'.repeat(depth)}`
}
