import type { QueryClient } from '@tanstack/react-query'
import type { NodeEvent } from '../../src/api/schema/event.ts'
import { createListener } from './apply-event.ts'
import type { EventStream, StreamedEvent } from './event-stream.ts'
import { joinStream } from './join-stream.ts'
import { liveState, onSuspect, setLiveState } from './live-state.ts'

const longestPause = 15_000
/** Milliseconds without the node after which the reader is told. */
const patience = 2_000

/**
 * Listens to the node until the signal aborts, coming back by itself after every cut. A page that nobody sees does not listen; once it is
 * seen again it is told what came meanwhile. `who` is signed in.
 */
export function listen(client: QueryClient, who: string, signal: AbortSignal): void {
  let stream: EventStream | null = null
  const apply = createListener(client)
  let heard = new Date()
  let lost: ReturnType<typeof setTimeout> | null = null
  let pause = 1_000
  /** Of the last event; the node sends what came after it. */
  let last = ''
  let again: ReturnType<typeof setTimeout> | null = null
  /** What is shown was asked for just now. */
  let fresh = isSeen()

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
    stream = null
    fresh = false
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
    stream?.close()
    stream = null
    fresh = false
    stopTimers()
    setLiveState({ state: 'connecting' })
  }

  function look(): void {
    if (!isSeen()) rest()
    if (!isSeen() || stream !== null || again !== null) return
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
    stream = joinStream(last, who, { opened: hear, lost: lose, heard: take })
  }

  function take({ type, data, id }: StreamedEvent): void {
    hear()
    if (type === 'ping') return
    const begins = fresh && last === ''
    last = id || last
    // nothing is known yet that could be stale
    if (begins && type === 'reset') return
    apply(JSON.parse(data) as NodeEvent)
  }

  onSuspect(() => {
    if (liveState().state === 'live') stream?.doubt()
  })
  document.addEventListener('visibilitychange', look, { signal })
  window.addEventListener('pageshow', look, { signal })
  // not every browser says that a page which it leaves is hidden
  window.addEventListener('pagehide', rest, { signal })
  signal.addEventListener('abort', () => {
    onSuspect(null)
    rest()
  })
  if (isSeen()) open()
}

const isSeen = () => document.visibilityState === 'visible'
