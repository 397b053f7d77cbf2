import type { NodeEvent } from '../../src/api/schema/event.ts'

/** An event as the node wrote it; `ping` is a sign of life and has no id. */
export interface StreamedEvent {
  readonly type: string
  /** JSON. */
  readonly data: string
  /** What the node is told, to send what came after it. */
  readonly id: string
}

/** Whoever hears a stream of events. After `lost` nothing more is heard. */
export interface Hearing {
  readonly opened: () => void
  readonly lost: () => void
  readonly heard: (event: StreamedEvent) => void
}

export interface EventStream {
  /** Ends it, without a word. */
  close(): void
  /** Something else has not reached the node: the stream is lost, unless it comes back. */
  doubt(): void
}

const types: readonly (NodeEvent['type'] | 'ping')[] = [
  'run',
  'journal',
  'judged',
  'site',
  'integrity',
  'approvals',
  'people',
  'drill',
  'verification',
  'reset',
  'stopping',
  'ping',
]
/** Milliseconds after which a silent stream is taken for a cut one; the node says something every 15 s. */
const silence = 20_000

/** Asks the node for what came after the event `last`; `''`: for what comes from now on. */
export function openStream(last: string, hearing: Hearing): EventStream {
  const source = new EventSource(`/api/events${last === '' ? '' : `?last=${encodeURIComponent(last)}`}`)
  const watch = watchSilence(lose)
  function close(): void {
    source.close()
    watch.stop()
  }
  function lose(): void {
    close()
    hearing.lost()
  }
  source.onopen = () => {
    watch.heard()
    hearing.opened()
  }
  source.onerror = lose
  for (const type of types) {
    source.addEventListener(type, ({ data, lastEventId: id }: MessageEvent<string>) => {
      watch.heard()
      hearing.heard({ type, data, id })
    })
  }
  return { close, doubt: lose }
}

/** Tells once when nothing was heard for too long. */
export function watchSilence(onSilent: () => void): { readonly heard: () => void; readonly stop: () => void } {
  let at = Date.now()
  const timer = setInterval(() => {
    if (Date.now() - at <= silence) return
    clearInterval(timer)
    onSilent()
  }, 2_000)
  return {
    heard: () => {
      at = Date.now()
    },
    stop: () => clearInterval(timer),
  }
}
