import { argon2, timingSafeEqual } from 'node:crypto'
import { BlackstartError } from '../../errors.ts'

/** What a guess costs: memory in KiB, passes over it, lanes (RFC 9106). */
export interface PasswordCost {
  readonly memory: number
  readonly passes: number
  readonly lanes: number
}

/** More than OWASP asks at least (19 MiB, 2 passes); an eighth of a second on an industrial PC. */
export const passwordCost: PasswordCost = { memory: 65_536, passes: 3, lanes: 1 }

export interface PasswordHashes {
  /** In the PHC format, with what it cost: `$argon2id$v=19$m=65536,t=3,p=1$salt$hash`. */
  hash(password: string): Promise<string>
  /** With null, where there is no such account or it has no password, it takes the same time and is never right. */
  verify(password: string, hash: string | null): Promise<{ readonly right: boolean; readonly weak: boolean }>
}

/** So many are computed at once; each takes its memory. */
const atOnce = 2
/** So many more may wait for their turn: a flood of guesses must not fill the memory. */
const mayWait = 40

const saltBytes = 16
const hashBytes = 32
const phc = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** Passwords are compared as Unicode NFC, so that a keyboard that composes accents differently makes no difference. */
export function passwordHashes(random: (n: number) => Uint8Array, cost: PasswordCost = passwordCost): PasswordHashes {
  const turns = new Turns(atOnce, mayWait)
  const nobody = encode(cost, random(saltBytes), random(hashBytes))
  return {
    async hash(password) {
      const salt = random(saltBytes)
      return encode(cost, salt, await turns.run(() => compute(password, salt, cost, hashBytes)))
    },
    async verify(password, hash) {
      const { cost: paid, salt, key } = decode(hash ?? nobody)
      const computed = await turns.run(() => compute(password, salt, paid, key.length))
      const right = timingSafeEqual(computed, key) && hash !== null
      return { right, weak: paid.memory * paid.passes < cost.memory * cost.passes }
    },
  }
}

function compute(password: string, salt: Uint8Array, cost: PasswordCost, length: number): Promise<Uint8Array> {
  const message = Buffer.from(password.normalize('NFC'), 'utf8')
  const { memory, passes, lanes: parallelism } = cost
  return new Promise((resolve, reject) =>
    argon2('argon2id', { message, nonce: salt, parallelism, tagLength: length, memory, passes }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    ),
  )
}

function encode({ memory, passes, lanes }: PasswordCost, salt: Uint8Array, key: Uint8Array): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${base64(salt)}$${base64(key)}`
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}

function decode(hash: string): { cost: PasswordCost; salt: Buffer; key: Buffer } {
  const [, memory, passes, lanes, salt, key] = phc.exec(hash) ?? []
  if (memory === undefined || salt === undefined || key === undefined || Number(memory) > 1_048_576) {
    throw new BlackstartError(
      'integrity',
      'The hash of a password is damaged. Set the password again: blackstart people password NAME',
    )
  }
  const cost = { memory: Number(memory), passes: Number(passes), lanes: Number(lanes) }
  return { cost, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') }
}

class Turns {
  readonly #atOnce: number
  readonly #mayWait: number
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(atOnce: number, mayWait: number) {
    this.#atOnce = atOnce
    this.#mayWait = mayWait
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#atOnce) this.#running += 1
    else {
      if (this.#waiting.length >= this.#mayWait) throw busy()
      // whoever ends hands its turn over
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}

function busy(): BlackstartError {
  return new BlackstartError('refused', 'Too many people are signing in at once. Try again in a few seconds.', {
    retry: true,
  })
}
