/** Numbers that look random and are the same for the same seed. */
export class Random {
  #state: number

  /** Any whole number. */
  constructor(seed: number) {
    this.#state = mixed(seed)
  }

  /** 0 to 2^32 - 1. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    return mixed(this.#state)
  }

  /** 0 to `bound` - 1. */
  below(bound: number): number {
    return Math.floor((this.next() / 2 ** 32) * bound)
  }

  oneIn(count: number): boolean {
    return this.below(count) === 0
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item
  }

  bytes(count: number): Buffer {
    const bytes = Buffer.allocUnsafe(count)
    for (let i = 0; i < count; i += 1) bytes[i] = this.next()
    return bytes
  }
}

/** The seed of one input of a run: neighbours give unlike inputs. */
export function inputSeed(seed: number, input: number): number {
  return mixed((mixed(seed) ^ Math.imul(input + 1, 0x85ebca6b)) >>> 0)
}

/** MurmurHash3's finaliser: every bit of the number changes every bit of the result. */
function mixed(number: number): number {
  let bits = number >>> 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
