import { changesPeople } from '../../node/people/changes-people.ts'
import type { SiteNode } from '../../node/site-node.ts'
import type { NodeEvent } from '../schema/event.ts'
import { runRow } from './run-row.ts'

export interface NumberedEvent {
  readonly number: number
  readonly event: NodeEvent
}

/** So many events are kept for clients that come back. */
const kept = 2_000
const mostClients = 200
/** Windows of one person. */
const mostOfOne = 30

/** What happens in the node, numbered, for everybody who looks. */
export class EventHub implements Disposable {
  /** Told apart from those of a node that ran before. */
  readonly era: string
  readonly #clients = new Map<(event: NumberedEvent) => void, string>()
  readonly #recent: NumberedEvent[] = []
  readonly #subscription: Disposable
  #number = 0

  constructor(node: SiteNode) {
    this.era = node.started.epochMilliseconds.toString(36)
    this.#subscription = node.subscribe(event => {
      switch (event.type) {
        case 'run':
          return this.tell({ type: 'run', run: runRow(event.run) })
        case 'journal': {
          const lines = event.lines.slice(-100).map(({ seq, actor, event: of }) => ({
            ...{ seq, actor, what: of.type, item: 'item' in of && of.item !== '' ? of.item : null },
          }))
          this.tell({ type: 'journal', last: event.lines.at(-1)?.seq ?? 0, lines })
          if (event.lines.some(changesPeople)) this.tell({ type: 'people' })
          return
        }
        case 'judged':
        case 'site':
        case 'integrity':
          return this.tell(event)
      }
    })
  }

  get clients(): number {
    return this.#clients.size
  }

  tell(event: NodeEvent): void {
    this.#number += 1
    const numbered = { number: this.#number, event }
    this.#recent.push(numbered)
    if (this.#recent.length > kept) this.#recent.splice(0, this.#recent.length - kept)
    for (const client of this.#clients.keys()) client(numbered)
  }

  get number(): number {
    return this.#number
  }

  /** What came after; null where that is not known any more. */
  since(number: number): readonly NumberedEvent[] | null {
    const oldest = this.#recent[0]?.number ?? this.#number + 1
    if (number > this.#number || number + 1 < oldest) return null
    return this.#recent.filter(one => one.number > number)
  }

  /** Null: there are too many, altogether or of the same person. */
  listen(who: string, client: (event: NumberedEvent) => void): Disposable | null {
    const own = [...this.#clients.values()].filter(one => one === who).length
    if (this.#clients.size >= mostClients || own >= mostOfOne) return null
    this.#clients.set(client, who)
    return { [Symbol.dispose]: () => void this.#clients.delete(client) }
  }

  [Symbol.dispose](): void {
    this.tell({ type: 'stopping' })
    this.#subscription[Symbol.dispose]()
    this.#clients.clear()
  }
}
