import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Fault, type FaultProxy, startFaultProxy } from '../../lab/peers/fault-proxy.ts'
import { BlackstartError } from '../errors.ts'
import type { Backend, FileKind } from './backend.ts'
import { digestOf, written } from './contract.ts'
import { networkRetries, type RetryPolicy, retrying } from './retrying.ts'
import type { StorageAccess } from './storage-access.ts'
import { type Pace, transferPiece } from './transfer.ts'

/** A server that runs on 127.0.0.1, and backends that reach it through a port of the caller's choice. */
export interface NetworkPeer {
  readonly port: number
  /** A backend on an empty place of its own, which is not prepared. */
  open(port: number, access: StorageAccess): Promise<Backend>
}

const signal = AbortSignal.timeout(120_000)
const quickly: RetryPolicy = { ...networkRetries, firstPause: 10, longestPause: 50, giveUpAfter: 20_000 }
const idleTimeout = 500
const breaks: readonly Fault['what'][] = ['reset', 'end', 'stall']

/** What every backend behind a network does when that fails. `start` is called once, before the first test. */
export function faultContract(kind: string, start: () => Promise<NetworkPeer>): void {
  let started: Promise<NetworkPeer> | null = null
  const prepared = async (access: StorageAccess = {}): Promise<Tested> => {
    started ??= start()
    const peer = await started
    const proxy = await startFaultProxy({ host: '127.0.0.1', port: peer.port })
    const backend = await peer.open(proxy.port, { idleTimeout, ...access })
    await backend.create(signal)
    return {
      ...{ backend, proxy, patient: retrying(backend, quickly) },
      async [Symbol.asyncDispose]() {
        await backend[Symbol.asyncDispose]()
        await proxy[Symbol.asyncDispose]()
      },
    }
  }

  describe(`a ${kind} backend on a bad network`, () => {
    for (const what of breaks) {
      it(`never gives part of a file for the whole where the answer meets a ${what}, and gets it by trying again`, async () => {
        await using tested = await prepared()
        await brokenRead(tested, what)
      })
      it(`writes all or nothing where the sending meets a ${what}, and all by trying again`, async () => {
        await using tested = await prepared()
        await brokenWrite(tested, what)
      })
      it(`makes one right file of an upload that meets a ${what} again and again`, async () => {
        await using tested = await prepared()
        await brokenUpload(tested, what)
      })
    }

    it('makes one right file of an upload that breaks while it begins or is finished, wherever', async () => {
      await using tested = await prepared()
      for (const on of ['sent', 'received'] as const) {
        for (let after = 0; after < 720; after += 90) await brokenAtTheEnds(tested, { what: 'reset', on, after })
      }
    })

    it('holds no more uploads in memory for being patient, where they can be resumed', async () => {
      await using tested = await prepared()
      const { backend, patient } = tested
      assert.equal(patient.holdsUploads, backend.holdsUploads || backend.resumesUploads !== true)
    })

    it('goes on with a stream and a listing that break again and again', async () => {
      await using tested = await prepared()
      await brokenAgain(tested)
    })

    it('says unreachable, to be tried again, where nobody listens', async () => {
      const peer = await (started ?? start())
      await using backend = await peer.open(await closedPort(), { idleTimeout })
      await assert.rejects(backend.stat('config', 'config', signal), transient('unreachable'))
    })

    it('ends a hanging request at once when the caller gives up', async () => {
      await using tested = await prepared({ idleTimeout: 60_000 })
      await givenUp(tested)
    })

    it('does not take a slow caller, or one who waits for the pace, for a dead server', async () => {
      const pace: Pace = async (_, bytes) => {
        if (bytes === transferPiece) await sleep(idleTimeout / 8)
      }
      await using tested = await prepared({ pace })
      const { backend } = tested
      const content = randomBytes(1_500_000)
      const { name } = await written(backend, 'pack', content)
      const pieces: Buffer[] = []
      for await (const piece of backend.stream('pack', name, 0, signal)) {
        if (pieces.length === 1) await sleep(idleTimeout * 2)
        pieces.push(Buffer.from(piece))
      }
      assert.ok(content.equals(Buffer.concat(pieces)))
    })

    it('asks the pace for every byte, in small pieces, before it goes and after it came', async () => {
      const asked = { read: 0, write: 0, largest: 0 }
      const pace: Pace = async (direction, bytes) => {
        asked[direction] += bytes
        asked.largest = Math.max(asked.largest, bytes)
      }
      await using tested = await prepared({ pace })
      const content = randomBytes(1_000_000)
      const { name } = await written(tested.backend, 'pack', content)
      assert.ok(asked.write >= content.length && asked.write < 1.1 * content.length, `${asked.write} bytes written`)
      const before = asked.read
      await tested.backend.read('pack', name, null, signal)
      assert.ok(asked.read - before >= content.length && asked.read - before < 1.1 * content.length)
      assert.ok(asked.largest <= 2 * transferPiece, `${asked.largest} bytes at once`)
    })

    it('ends at once what waits for the pace when the caller gives up', async () => {
      const pace: Pace = (_, bytes, signal) => (bytes < 1000 ? Promise.resolve() : untilAborted(signal))
      await using tested = await prepared({ pace })
      const stop = new AbortController()
      const content = randomBytes(1_000_000)
      const writing = tested.backend.write('pack', digestOf(content), [content], stop.signal)
      setTimeout(() => stop.abort(new Error('enough')), 50)
      await assert.rejects(writing, /enough/)
      assert.equal(await tested.backend.stat('pack', digestOf(content), signal), null)
    })

    it('leaves nothing to be seen of an upload whose writer died, and takes the file again', async () => {
      await using tested = await prepared()
      const { backend, proxy } = tested
      const content = randomBytes(300_000)
      const upload = await backend.upload('pack', signal)
      await upload.append(content.subarray(0, 200_000))
      proxy.cut()
      await upload.discard()
      assert.deepEqual(await names(tested.patient, 'pack'), [])
      await written(tested.patient, 'pack', content)
      assert.ok(content.equals(await backend.read('pack', digestOf(content), null, signal)))
    })
  })
}

interface Tested extends AsyncDisposable {
  readonly backend: Backend
  /** The same, retried. */
  readonly patient: Backend
  readonly proxy: FaultProxy
}

async function brokenRead({ backend, patient, proxy }: Tested, what: Fault['what']): Promise<void> {
  const content = randomBytes(2_000_000)
  const { name } = await written(backend, 'pack', content)
  const fault: Fault = { what, on: 'received', after: 700_000 }
  for (const range of [null, { offset: 1000, length: 1_500_000 }]) {
    proxy.arm(fault)
    await assert.rejects(backend.read('pack', name, range, signal), transient(what === 'stall' ? 'timeout' : null))
    assert.equal(proxy.armed, 0)
  }
  proxy.arm(fault)
  assert.ok(content.equals(await patient.read('pack', name, null, signal)))
  assert.equal(proxy.armed, 0)
}

async function brokenWrite({ backend, patient, proxy }: Tested, what: Fault['what']): Promise<void> {
  const content = randomBytes(2_000_000)
  const name = digestOf(content)
  const fault: Fault = { what, on: 'sent', after: 700_000 }
  proxy.arm(fault)
  // A connection that was used before may be replaced at once, without the caller's doing.
  const failed = await backend
    .write('pack', name, [content], signal)
    .then(() => false, transient(what === 'stall' ? 'timeout' : null))
  assert.equal(proxy.armed, 0)
  assert.equal((await patient.stat('pack', name, signal))?.bytes ?? 0, failed ? 0 : content.length)
  proxy.arm(fault)
  await patient.write('pack', name, [content], signal)
  assert.equal(proxy.armed, 0)
  proxy.arm(fault)
  await patient.write('pack', name, [content], signal) // again: nothing changes, whether it had arrived or not
  proxy.disarm()
  assert.ok(content.equals(await patient.read('pack', name, null, signal)))
  assert.deepEqual(await names(patient, 'pack'), [name])
}

/** At the start, in the middle, and after all is sent; what is held until then meets the faults when it is finished. */
async function brokenUpload({ backend, patient, proxy }: Tested, what: Fault['what']): Promise<void> {
  const content = randomBytes(9_000_000)
  const upload = await patient.upload('pack', signal)
  proxy.arm(...[1, 2_000_000, 700_000, 4_000_000].map(after => ({ what, on: 'sent', after }) as const))
  for (let at = 0; at < content.length; at += 300_000) await upload.append(content.subarray(at, at + 300_000))
  const { name, bytes } = await upload.finish(digestOf(content))
  assert.deepEqual([bytes, proxy.armed], [content.length, 0])
  assert.ok(content.equals(await backend.read('pack', name, null, signal)))
  assert.deepEqual(await names(backend, 'pack'), [name])
}

/** The fault is met at the beginning, again at the end, and once more a few thousand bytes later. */
async function brokenAtTheEnds({ backend, patient, proxy }: Tested, fault: Fault): Promise<void> {
  const content = randomBytes(1000)
  proxy.arm(fault)
  const upload = await patient.upload('pack', signal)
  proxy.disarm()
  await upload.append(content)
  proxy.arm(fault, { ...fault, after: 3000 + 2 * fault.after })
  const { name, bytes } = await upload.finish(digestOf(content))
  proxy.disarm()
  assert.equal(bytes, content.length)
  assert.ok(content.equals(await backend.read('pack', name, null, signal)))
  assert.deepEqual(await names(backend, 'pack'), [name])
  await backend.remove('pack', name, signal)
}

async function brokenAgain({ backend, patient, proxy }: Tested): Promise<void> {
  const content = randomBytes(3_000_000)
  const { name } = await written(backend, 'pack', content)
  proxy.arm(...[400_000, 300_000, 500_000].map(after => ({ what: 'reset', on: 'received', after }) as const))
  const pieces: Buffer[] = []
  for await (const piece of patient.stream('pack', name, 1000, signal)) pieces.push(Buffer.from(piece))
  assert.equal(proxy.armed, 0)
  assert.ok(content.subarray(1000).equals(Buffer.concat(pieces)))
  const files = await Promise.all(Array.from({ length: 50 }, (_, i) => written(patient, 'index', Buffer.of(i))))
  proxy.arm(...[700, 900].map(after => ({ what: 'reset', on: 'received', after }) as const))
  assert.deepEqual(await names(patient, 'index'), files.map(file => file.name).sort())
}

async function givenUp({ backend, proxy }: Tested): Promise<void> {
  const content = randomBytes(2_000_000)
  const { name } = await written(backend, 'pack', content)
  const other = randomBytes(2_000_000)
  const hanging: readonly (readonly [Fault['on'], number, (signal: AbortSignal) => Promise<unknown>])[] = [
    ['received', 500_000, signal => backend.read('pack', name, null, signal)],
    ['received', 500_000, signal => Array.fromAsync(backend.stream('pack', name, 0, signal))],
    ['sent', 500_000, signal => backend.write('pack', digestOf(other), [other], signal)],
    ['received', 0, signal => backend.stat('pack', name, signal)],
    ['received', 0, signal => Array.fromAsync(backend.list('pack', signal))],
    ['received', 0, signal => backend.remove('pack', name, signal)],
  ]
  for (const [on, after, call] of hanging) {
    proxy.arm({ what: 'stall', on, after })
    const stop = new AbortController()
    const calling = call(stop.signal)
    calling.catch(() => undefined)
    while (proxy.armed > 0) await sleep(5)
    stop.abort(new Error('enough'))
    const late = sleep(5000, 'late', { ref: false })
    assert.match(String(await Promise.race([calling.catch(String), late])), /enough/)
  }
}

/** An error of that code (any where it is null) that may go away by itself. */
function transient(code: BlackstartError['code'] | null): (error: unknown) => boolean {
  return error => {
    assert.ok(error instanceof BlackstartError, String(error))
    assert.ok(error.retry, error.message)
    if (code !== null) assert.equal(error.code, code)
    return true
  }
}

async function names(backend: Backend, kind: FileKind): Promise<string[]> {
  return (await Array.fromAsync(backend.list(kind, signal), file => file.name)).sort()
}

/** A port of 127.0.0.1 on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}
