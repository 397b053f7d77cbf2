import { type EventStream, type Hearing, openStream, watchSilence } from './event-stream.ts'
import type { PageMessage, WorkerMessage } from './shared-stream.ts'

/** Milliseconds between two signs of life of a page. */
const signOfLife = 10_000

/** Some browsers of phones have none; there is another way where one cannot be started, too. */
let hasWorkers = typeof SharedWorker === 'function'

/**
 * As `openStream`, over the one stream that all pages of this browser share: it keeps six connections to one node over
 * HTTP/1.1 and no more, and six windows that held one each would leave none for the next page. `who` is signed in.
 */
export function joinStream(last: string, who: string, hearing: Hearing): EventStream {
  const worker = hasWorkers ? sharedWorker() : null
  return worker === null ? openStream(last, hearing) : joinWorker(worker, { last, who }, hearing)
}

function joinWorker(worker: SharedWorker, joining: { last: string; who: string }, hearing: Hearing): EventStream {
  const { port } = worker
  const say = (message: PageMessage) => port.postMessage(message)
  const life = setInterval(() => say({ say: 'here' }), signOfLife)
  const watch = watchSilence(lose)
  function close(): void {
    clearInterval(life)
    watch.stop()
    port.onmessage = null
    worker.onerror = null
    say({ say: 'leave' })
    port.close()
  }
  function lose(): void {
    close()
    hearing.lost()
  }
  worker.onerror = () => {
    hasWorkers = false
    lose()
  }
  port.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
    watch.heard()
    if (data.say === 'opened') hearing.opened()
    if (data.say === 'heard') hearing.heard(data.event)
    if (data.say === 'lost') lose()
  }
  say({ say: 'join', ...joining })
  return { close, doubt: () => say({ say: 'doubt' }) }
}

/** Null where the browser refuses to start one, as it may where nothing may be stored. */
function sharedWorker(): SharedWorker | null {
  try {
    return new SharedWorker(new URL('./stream-worker.ts', import.meta.url), { type: 'module', name: 'events' })
  } catch {
    hasWorkers = false
    return null
  }
}
