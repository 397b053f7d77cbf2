import { openStream } from './event-stream.ts'
import { type PageMessage, SharedStream, type WorkerMessage } from './shared-stream.ts'

/** Milliseconds without a word after which a page is gone that has not said so; each says that it is there every 10 s. */
const gone = 60_000

const stream = new SharedStream(openStream)

addEventListener('connect', event => {
  const [port] = event instanceof MessageEvent ? event.ports : []
  if (port !== undefined) serve(port)
})

/** One page, from its first word to its last. */
function serve(port: MessagePort): void {
  let heard = Date.now()
  const tell = (message: WorkerMessage) => port.postMessage(message)
  const watch = setInterval(() => {
    if (Date.now() - heard > gone) leave()
  }, 10_000)
  function leave(): void {
    clearInterval(watch)
    stream.leave(tell)
    port.close()
  }
  port.onmessage = ({ data }: MessageEvent<PageMessage>) => {
    heard = Date.now()
    if (data.say === 'join') stream.join(tell, data)
    if (data.say === 'doubt') stream.doubt()
    if (data.say === 'leave') leave()
  }
}
