import type { EventStream, Hearing, StreamedEvent } from './event-stream.ts'

/** What a page says to the worker that holds the stream for all of a browser. */
export type PageMessage =
  | { readonly say: 'join'; readonly last: string; readonly who: string }
  | { readonly say: 'here' }
  | { readonly say: 'doubt' }
  | { readonly say: 'leave' }

/** What the worker says to a page; after `lost` it says nothing more. */
export type WorkerMessage =
  | { readonly say: 'opened' }
  | { readonly say: 'lost' }
  | { readonly say: 'heard'; readonly event: StreamedEvent }

type Listener = (message: WorkerMessage) => void

/** So many events are kept for pages that come into sight again; one that has missed more asks for everything anew. */
const kept = 500

/** One stream of events for all pages that are in sight, open as long as there are any. */
export class SharedStream {
  readonly #open: (last: string, hearing: Hearing) => EventStream
  /** Each with the last event that it had heard when it joined. */
  readonly #listeners = new Map<Listener, string>()
  readonly #recent: StreamedEvent[] = []
  #stream: EventStream | null = null
  #isOpen = false
  #who = ''
  #last = ''

  constructor(open: (last: string, hearing: Hearing) => EventStream) {
    this.#open = open
  }

  /** `last`: of the last event that it has heard. `who` is signed in: what another person may hear is not for them. */
  join(listener: Listener, { last, who }: { readonly last: string; readonly who: string }): void {
    this.#listeners.set(listener, last)
    if (this.#stream === null) this.#begin(last, who)
    else if (who !== this.#who) {
      this.#stream.close()
      this.#begin('', who)
    } else if (this.#isOpen) this.#welcome(listener, last)
  }

  leave(listener: Listener): void {
    this.#listeners.delete(listener)
    if (this.#listeners.size > 0) return
    this.#stream?.close()
    this.#stream = null
  }

  doubt(): void {
    this.#stream?.doubt()
  }

  #begin(last: string, who: string): void {
    this.#who = who
    this.#last = last
    this.#isOpen = false
    this.#recent.length = 0
    this.#stream = this.#open(last, {
      opened: () => {
        this.#isOpen = true
        for (const [listener, heard] of [...this.#listeners]) this.#welcome(listener, heard)
      },
      lost: () => {
        this.#stream = null
        this.#tell({ say: 'lost' })
        // each comes back by itself
        this.#listeners.clear()
      },
      heard: event => this.#hear(event),
    })
  }

  #hear(event: StreamedEvent): void {
    if (event.type !== 'ping') {
      this.#last = event.id
      this.#recent.push(event)
      if (this.#recent.length > kept) this.#recent.shift()
    }
    this.#tell({ say: 'heard', event })
  }

  #tell(message: WorkerMessage): void {
    for (const listener of [...this.#listeners.keys()]) listener(message)
  }

  /** Only once the node has answered: a page that hears anything takes it for there. */
  #welcome(listener: Listener, last: string): void {
    listener({ say: 'opened' })
    // where nothing was asked for, the node itself says to all where they begin
    if (last === this.#last || this.#last === '') return
    const at = this.#recent.findIndex(({ id }) => id === last)
    const missed = at < 0 ? [{ type: 'reset', data: '{"type":"reset"}', id: this.#last }] : this.#recent.slice(at + 1)
    for (const event of missed) listener({ say: 'heard', event })
  }
}
