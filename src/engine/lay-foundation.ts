import { BlackstartError } from '../errors.ts'
import type { Backend } from '../storage/backend.ts'
import { newConfig } from './crypto/config-file.ts'
import { openKeyFile, parseKeyFile, sealKeyFile } from './crypto/key-file.ts'
import type { ScryptCost } from './crypto/scrypt.ts'
import type { SealingKey } from './crypto/sealing-key.ts'
import { readExpected } from './damage.ts'

export interface Founder {
  readonly hostname: string
  readonly username: string
  readonly now: () => Date
  readonly scrypt: ScryptCost
}

/** Milliseconds. */
const takeAwayWithin = 5000
/** Milliseconds for which the key of an init that never ended is taken for one of an init that is under way. */
const underWay = 60_000

/**
 * Writes the first key and the config, each read back, into a place that holds no repository. Of several that do so at the
 * same time one at most succeeds. Throws `locked`, with `retry`, where another has begun, and `integrity` where what was written
 * does not open. Returns the key file's name and the config.
 */
export async function layFoundation(
  backend: Backend,
  key: SealingKey,
  password: string,
  polynomial: bigint | undefined,
  founder: Founder,
  signal: AbortSignal,
): Promise<{ keyId: string; config: Uint8Array }> {
  const facts = { ...founder, created: founder.now().toISOString() }
  const own = await sealKeyFile(key, password, facts, founder.scrypt)
  const before = await keyNames(backend, signal)
  for (const name of before) await refuseRecent(backend, name, founder.now(), signal)
  await backend.write('key', own.name, [own.bytes], signal)
  const config = newConfig(key, polynomial)
  try {
    await assertOpens(backend, own.name, password, signal)
    // Another that began since sees this key, or this sees its key.
    const names = await keyNames(backend, signal)
    if (names.some(name => name !== own.name && !before.includes(name))) throw begunElsewhere(backend)
    await refuseBegun(backend, own.name, signal)
    for (const name of before) await backend.remove('key', name, signal)
    // Last: what has a config is a whole repository.
    await backend.write('config', 'config', [config], signal)
    const stored = await readExpected(backend, 'config', 'config', signal)
    if (!Buffer.from(config).equals(stored)) throw notAsWritten(backend, 'config')
    if ((await backend.stat('key', own.name, signal)) === null) throw begunElsewhere(backend)
    return { keyId: own.name, config }
  } catch (error) {
    await takeAway(backend, own.name, config)
    throw error
  }
}

/** Another took this key for one that was left, or was faster. */
async function refuseBegun(backend: Backend, own: string, signal: AbortSignal): Promise<void> {
  const isThere = (await backend.stat('key', own, signal)) !== null
  if (!isThere || (await backend.stat('config', 'config', signal)) !== null) throw begunElsewhere(backend)
}

async function keyNames(backend: Backend, signal: AbortSignal): Promise<string[]> {
  return await Array.fromAsync(backend.list('key', signal), ({ name }) => name)
}

/** A key without a config is left by an init that was killed, or of one that is under way. */
async function refuseRecent(backend: Backend, name: string, now: Date, signal: AbortSignal): Promise<void> {
  let created: number
  try {
    created = Date.parse(parseKeyFile(backend, name, await readExpected(backend, 'key', name, signal)).created)
  } catch (error) {
    if (error instanceof BlackstartError && error.code === 'integrity') return // cut off, or gone: of no use to anybody
    throw error
  }
  if (Math.abs(now.getTime() - created) < underWay) throw begunElsewhere(backend)
}

async function assertOpens(backend: Backend, name: string, password: string, signal: AbortSignal): Promise<void> {
  const file = parseKeyFile(backend, name, await readExpected(backend, 'key', name, signal))
  if ((await openKeyFile(backend, name, file, password)) === null) throw notAsWritten(backend, 'key')
}

/** Else it would stand in the way of the next try. The key goes last: a config without one is no use to anybody. */
async function takeAway(backend: Backend, key: string, config: Uint8Array): Promise<void> {
  const signal = AbortSignal.timeout(takeAwayWithin)
  try {
    if ((await backend.stat('config', 'config', signal)) !== null) {
      const stored = await backend.read('config', 'config', null, signal)
      if (Buffer.from(config).equals(stored)) await backend.remove('config', 'config', signal)
    }
    await backend.remove('key', key, signal)
  } catch {
    // what went wrong before is what matters
  }
}

function begunElsewhere(backend: Backend): BlackstartError {
  return new BlackstartError(
    'locked',
    `${backend.location}: another program is making a repository there, or was interrupted less than a minute ago. Wait a minute, and run it again.`,
    { retry: true, facts: { location: backend.location } },
  )
}

function notAsWritten(backend: Backend, what: 'key' | 'config'): BlackstartError {
  return new BlackstartError(
    'integrity',
    `${backend.location}: the ${what} of the new repository was not read back as it was written. Have the disk, its controller and cable, and the memory of this machine tested, and run init again, in another place.`,
    { facts: { location: backend.location, file: what } },
  )
}
