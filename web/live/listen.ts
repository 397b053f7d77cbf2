import type { QueryClient } from '@tanstack/react-query'
import type { NodeEvent } from '../../src/api/schema/event.ts'
import { createListener } from './apply-event.ts'
import { liveState, onSuspect, setLiveState } from './live-state.ts'

const types: readonly NodeEvent['type'][] = [
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
]
/** Milliseconds after which a silent stream is taken for a cut one; the node says something every 15 s. */
const silence = 20_000
const longestPause = 15_000
/** Milliseconds without the node after which the reader is told. */
const patience = 2_000

/**
 * Listens to the node until the signal aborts, coming back by itself after every cut. A page that nobody sees does not listen: a browser
 * keeps six connections to one node over HTTP/1.1 and no more, and tabs, or pages to go back to, that held them all would leave none for
 * the next page. Once it is seen again it is told what came meanwhile.
 */
export function listen(client: QueryClient, signal: AbortSignal): void {
  let source: EventSource | null = null
  const apply = createListener(client)
  let heard = new Date()
  let asked = new Date()
  let lost: ReturnType<typeof setTimeout> | null = null
  let pause = 1_000
  /** Of the last event; the node sends what came after it. */
  let last = ''
  let again: ReturnType<typeof setTimeout> | null = null

  function hear(): void {
    heard = new Date()
    pause = 1_000
    if (lost !== null) clearTimeout(lost)
    lost = null
    if (liveState().state === 'live') return
    const back = liveState().state === 'cut-off'
    setLiveState({ state: 'live' })
    // what happened meanwhile was not heard
    if (back) void client.invalidateQueries()
  }

  function lose(): void {
    source?.close()
    source = null
    if (signal.aborted || again !== null || !isSeen()) return
    // a stream that comes back at once was no cut, but nothing is known of now
    if (liveState().state === 'live') setLiveState({ state: 'connecting' })
    lost ??= setTimeout(() => setLiveState({ state: 'cut-off', since: heard }), patience)
    again = setTimeout(() => {
      again = null
      open()
    }, pause)
    pause = Math.min(pause * 2, longestPause)
  }

  function rest(): void {
    source?.close()
    source = null
    stopTimers()
    setLiveState({ state: 'connecting' })
  }

  function look(): void {
    if (!isSeen()) rest()
    if (!isSeen() || source !== null || again !== null) return
    lost ??= setTimeout(() => setLiveState({ state: 'cut-off', since: heard }), patience)
    open()
  }

  function stopTimers(): void {
    if (again !== null) clearTimeout(again)
    if (lost !== null) clearTimeout(lost)
    again = null
    lost = null
  }

  function open(): void {
    asked = new Date()
    source = new EventSource(`/api/events${last === '' ? '' : `?last=${encodeURIComponent(last)}`}`)
    source.onopen = hear
    source.onerror = lose
    for (const type of [...types, 'ping']) source.addEventListener(type, event => take(event))
  }

  function take(event: MessageEvent<string>): void {
    hear()
    if (event.type === 'ping') return
    const begins = last === ''
    last = event.lastEventId || last
    // at first nothing is known that could be stale
    if (begins && event.type === 'reset') return
    apply(JSON.parse(event.data) as NodeEvent)
  }

  const watch = setInterval(() => {
    if (source !== null && Date.now() - Math.max(heard.getTime(), asked.getTime()) > silence) lose()
  }, 2_000)
  onSuspect(() => {
    if (liveState().state === 'live') lose()
  })
  document.addEventListener('visibilitychange', look, { signal })
  window.addEventListener('pageshow', look, { signal })
  // not every browser says that a page which it leaves is hidden
  window.addEventListener('pagehide', rest, { signal })
  signal.addEventListener('abort', () => {
    clearInterval(watch)
    onSuspect(null)
    rest()
  })
  if (isSeen()) open()
}

const isSeen = () => document.visibilityState === 'visible'
