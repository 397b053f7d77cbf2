import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { type HttpFaultProxy, startHttpFaultProxy } from '../../../lab/peers/http-fault-proxy.ts'
import { BlackstartError } from '../../errors.ts'
import type { Backend } from '../backend.ts'
import { digestOf, written } from '../contract.ts'
import type { NetworkPeer } from '../fault-contract.ts'
import { networkRetries, type RetryPolicy, retrying } from '../retrying.ts'

const signal = AbortSignal.timeout(120_000)
const quickly: RetryPolicy = { ...networkRetries, firstPause: 10, longestPause: 50, giveUpAfter: 10_000 }

/** What every backend over HTTP does with servers that are out of sorts. `uploading`: the method with which it writes. */
export function httpFaultContract(kind: string, uploading: 'POST' | 'PUT', start: () => Promise<NetworkPeer>): void {
  let started: Promise<NetworkPeer> | null = null
  const prepared = async (): Promise<Tested> => {
    started ??= start()
    const peer = await started
    const proxy = await startHttpFaultProxy({ host: '127.0.0.1', port: peer.port })
    const backend = await peer.open(proxy.port, { idleTimeout: 5000 })
    await backend.create(signal)
    return {
      ...{ backend, proxy, patient: retrying(backend, quickly) },
      async [Symbol.asyncDispose]() {
        await backend[Symbol.asyncDispose]()
        await proxy[Symbol.asyncDispose]()
      },
    }
  }

  describe(`a ${kind} backend and a server out of sorts`, () => {
    it('tries again after 500, 502, 503, 429, whatever it asked for', async () => {
      await using tested = await prepared()
      const { patient, proxy } = tested
      const content = randomBytes(100_000)
      const fail = () => proxy.arm(...[500, 502, 503, 429].map(status => ({ status })))
      fail()
      const { name } = await written(patient, 'pack', content)
      fail()
      assert.equal((await patient.stat('pack', name, signal))?.bytes, content.length)
      fail()
      assert.ok(content.equals(await patient.read('pack', name, null, signal)))
      fail()
      assert.deepEqual(await Array.fromAsync(patient.list('pack', signal), file => file.name), [name])
      fail()
      const pieces = await Array.fromAsync(patient.stream('pack', name, 10, signal), piece => Buffer.from(piece))
      assert.ok(content.subarray(10).equals(Buffer.concat(pieces)))
      fail()
      await patient.remove('pack', name, signal)
      assert.equal(proxy.armed, 0)
      assert.equal(await patient.stat('pack', name, signal), null)
    })

    it('succeeds where what it asked was done and only the answer was lost', async () => {
      await using tested = await prepared()
      const { patient, proxy } = tested
      const content = randomBytes(100_000)
      proxy.arm({ method: uploading, status: 503, done: true })
      const { name, bytes } = await written(patient, 'pack', content)
      assert.deepEqual({ name, bytes }, { name: digestOf(content), bytes: content.length })
      proxy.arm({ method: 'DELETE', status: 500, done: true })
      await patient.remove('pack', name, signal)
      assert.equal(proxy.armed, 0)
      assert.equal(await patient.stat('pack', name, signal), null)
    })

    it('says disk-full for a server without space, and storage for one that is broken', async () => {
      await using tested = await prepared()
      const { backend, proxy } = tested
      proxy.arm({ method: uploading, status: 507 })
      await assert.rejects(written(backend, 'pack', randomBytes(1000)), withCode('disk-full', false))
      for (let i = 0; i < 10; i += 1) proxy.arm({ status: 500 }) // some clients try again by themselves
      await assert.rejects(written(backend, 'pack', randomBytes(1000)), withCode('storage', true))
    })

    it('says login-refused or permission, and does not try again', async () => {
      await using tested = await prepared()
      const { patient, proxy } = tested
      for (const status of [401, 403]) {
        proxy.arm({ status })
        await assert.rejects(patient.read('pack', digestOf(Buffer.of()), null, signal), (error: unknown) => {
          assert.ok(error instanceof BlackstartError)
          return !error.retry && (error.code === 'login-refused' || error.code === 'permission')
        })
      }
    })
  })
}

interface Tested extends AsyncDisposable {
  readonly backend: Backend
  /** The same, retried. */
  readonly patient: Backend
  readonly proxy: HttpFaultProxy
}

function withCode(code: BlackstartError['code'], retry: boolean): (error: unknown) => boolean {
  return error => {
    assert.ok(error instanceof BlackstartError, String(error))
    assert.deepEqual({ code: error.code, retry: error.retry }, { code, retry })
    return true
  }
}
