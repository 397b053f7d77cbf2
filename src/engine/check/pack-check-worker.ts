// A thread of PackChecks: verifies one pack after the other.
import { Readable } from 'node:stream'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { SealingKey } from '../crypto/sealing-key.ts'
import { decodeHeader } from '../pack/pack-header.ts'
import { failureOf } from '../workers/failure.ts'
import type { Failure } from '../workers/messages.ts'
import { checkPackData } from './check-pack-data.ts'
import type { CheckedPack, PackCheckSetup, PackToCheck } from './pack-checks.ts'

const port = parentPort as MessagePort
const { key, location } = workerData as PackCheckSetup
const sealingKey = SealingKey.fromJson(key)
const never = new AbortController().signal

port.on('message', async ({ number, name, bytes, header }: PackToCheck) => {
  const failures: Failure[] = []
  const backend = { location, stream: () => Readable.from([bytes]) }
  const blobs = (decodeHeader(Buffer.from(header)) ?? []).map(blob => ({ ...blob, pack: name }))
  await checkPackData({ backend, key: sealingKey }, name, { blobs }, error => failures.push(failureOf(error)), never)
  port.postMessage({ number, failures } satisfies CheckedPack)
  // at once: the collector of garbage waits until there is much more of it
  if (bytes.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0)
})
