import type { AnyConnector } from '../archive/archive.ts'
import type { JournalEvent } from '../archive/journal-event.ts'
import type { SiteRecord } from '../archive/record.ts'
import type { Facts, ItemFacts } from '../policy/facts.ts'
import { itemsOf } from '../site/item-lookup.ts'
import type { Site } from '../site/site.ts'
import { gatherItemFacts, gatherSiteFacts } from './gather-facts.ts'

export interface FactSource {
  readonly folder: string
  readonly site: Site
  readonly record: SiteRecord
  /** The repository's folder. */
  readonly repository: string
  readonly connectors: ReadonlyMap<string, AnyConnector>
}

/** The facts of a site, kept as its journal grows: what no line touched stays the same object, and is not asked for again. */
export class FactKeeper {
  readonly #source: FactSource
  readonly #known: ReadonlySet<string>
  #items: ReadonlyMap<string, ItemFacts> = new Map()
  #places: Facts['places'] = new Map()
  #touched = new Set<string>()
  #all = true

  constructor(source: FactSource) {
    this.#source = source
    this.#known = new Set(itemsOf(source.site).map(({ id }) => id))
  }

  /** What the events say is asked for at the next `facts`. */
  touch(events: readonly JournalEvent[]): void {
    for (const event of events) {
      const touched = touchedBy(event)
      if (touched === 'all') this.#all = true
      else for (const item of touched) if (this.#known.has(item)) this.#touched.add(item)
    }
  }

  async facts(): Promise<Facts> {
    const { folder, site, record, repository, connectors } = this.#source
    const asked = this.#all ? [...this.#known] : [...this.#touched]
    this.#all = false
    this.#touched = new Set()
    try {
      const fresh = asked.length === 0 ? new Map() : await gatherItemFacts(record.catalog, site, asked)
      this.#items = fresh.size === this.#known.size ? fresh : new Map([...this.#items, ...fresh])
    } catch (error) {
      this.#all = true
      throw error
    }
    const ofSite = await gatherSiteFacts(folder, site, record, repository, connectors)
    // the same object as long as it says the same: the judge then takes over every item that nothing touched
    if (!isSame(this.#places, ofSite.places)) this.#places = ofSite.places
    return { items: this.#items, ...ofSite, places: this.#places }
  }
}

function isSame(a: Facts['places'], b: Facts['places']): boolean {
  const text = (places: Facts['places']) => JSON.stringify([...places])
  return a.size === b.size && text(a) === text(b)
}

/** `all`: a verification of a place says something of every item. */
function touchedBy(event: JournalEvent): readonly string[] | 'all' {
  if (event.type === 'verified') return 'all'
  if (event.type === 'confirmed') return Object.keys(event.items)
  if (event.type === 'administered') return event.action === 'catalog-rebuilt' ? 'all' : []
  return 'item' in event ? [event.item] : []
}
