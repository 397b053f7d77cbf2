// A thread of RestorePool: does one job at a time.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { failureOf } from '../workers/failure.ts'
import { type FromRestoreWorker, JobRunner, type RestoreSetup, type ToRestoreWorker } from './restore-job.ts'
import type { Unit } from './unit.ts'

const port = parentPort as MessagePort
const runner = new JobRunner(workerData as RestoreSetup)
const tell = (message: FromRestoreWorker): void => port.postMessage(message)

port.on('message', (message: ToRestoreWorker | null) => {
  if (message === null) {
    port.close()
    return
  }
  const { number, job } = message
  try {
    tell({ number, result: runner.run(job) })
  } catch (error) {
    tell({ number, failure: failureOf(error) })
  }
  if (job.kind === 'unit') release(job)
})

/** Gives the memory back at once: the collector of garbage waits until there is much more of it. */
function release({ ranges }: Unit): void {
  for (const { buffer } of ranges) {
    if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0)
  }
}
