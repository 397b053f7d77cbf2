import os from 'node:os'
import { BlackstartError } from '../../errors.ts'
import { type DrillPhase, drillItem } from '../../recover/drill-item.ts'
import { type AssetItem, findItem, itemsOf } from '../../site/item-lookup.ts'
import { recordCutShort } from '../runs/record-stop.ts'
import type { Actor, SiteNode } from '../site-node.ts'
import { endMarksOf } from './end-marks.ts'

export interface DrillView {
  readonly id: string
  readonly by: string
  readonly begun: string
  readonly ended: string | null
  readonly total: number
  readonly item: string | null
  readonly phase: DrillPhase | null
  readonly results: readonly DrillLine[]
}

export interface DrillLine {
  readonly item: string
  readonly version: string | null
  readonly passed: boolean
  readonly milliseconds: number | null
  readonly bytes: number | null
  readonly problems: readonly { readonly path: string | null; readonly what: string }[]
  readonly error: { readonly code: string; readonly message: string } | null
}

/** So many ended drills are remembered. */
const remembered = 20

/** Drills that people ask for: one at a time, for they read the repository as fast as they can. */
export class Drills {
  readonly #node: SiteNode
  readonly #told: (id: string) => void
  readonly #all = new Map<string, DrillView>()
  /** The items of each. */
  readonly #items = new Map<string, readonly string[]>()
  readonly #ending = new AbortController()
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()

  /** `told`: called whenever a drill has got further. */
  constructor(node: SiteNode, told: (id: string) => void) {
    this.#node = node
    this.#told = told
  }

  /**
   * `asset/item`, `asset/item@version`, an asset, or a process for all that it needs; `all` items. Throws `not-found`; `device-busy`
   * while one goes on.
   */
  begin(words: readonly string[] | 'all', by: Actor): DrillView {
    const items = chooseItems(this.#node, words)
    if ([...this.#all.values()].some(({ ended }) => ended === null)) {
      throw new BlackstartError('device-busy', 'A drill goes on already: wait until it has ended.')
    }
    const id = Buffer.from(this.#node.archive(by).random(9)).toString('base64url')
    const begun = this.#node.now().toISOString()
    this.#all.set(id, {
      id,
      by: by.name,
      begun,
      ended: null,
      total: items.length,
      item: null,
      phase: null,
      results: [],
    })
    this.#items.set(
      id,
      items.map(({ of }) => of.id),
    )
    for (const [old] of [...this.#all].slice(0, -remembered)) {
      this.#all.delete(old)
      this.#items.delete(old)
    }
    this.#stop = new AbortController()
    const signal = AbortSignal.any([this.#stop.signal, this.#ending.signal])
    this.#running = this.#run(id, items, by, signal).finally(() =>
      this.#update(id, { ended: this.#node.now().toISOString() }),
    )
    return this.of(id)
  }

  /** Throws `not-found`. */
  of(id: string): DrillView {
    const found = this.#all.get(id)
    if (found !== undefined) return found
    throw new BlackstartError('not-found', 'There is no such drill; the node forgets them when it stops.')
  }

  /** What it rehearses; null for one that there is not. */
  itemsIn(id: string): readonly string[] | null {
    return this.#items.get(id) ?? null
  }

  /** What it has rehearsed stays; who stopped it is in the journal. False where it has ended already. Throws `not-found`. */
  async stop(id: string, by: Actor): Promise<boolean> {
    const { ended, begun } = this.of(id)
    if (ended !== null || this.#stop.signal.aborted) return false
    this.#stop.abort()
    await recordCutShort(this.#node.archive(by), 'drill', begun)
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    await this.#running
  }

  #update(id: string, change: Partial<DrillView>): void {
    const known = this.#all.get(id)
    if (known === undefined) return
    const ended = change.ended === undefined ? {} : { item: null, phase: null }
    this.#all.set(id, { ...known, ...ended, ...change })
    this.#told(id)
  }

  async #run(id: string, items: readonly Chosen[], by: Actor, signal: AbortSignal): Promise<void> {
    for (const chosen of items) {
      if (signal.aborted) return
      const line = await this.#drill(id, chosen, by, signal)
      if (line !== null) this.#update(id, { results: [...this.of(id).results, line] })
    }
  }

  async #drill(id: string, { of, which }: Chosen, by: Actor, signal: AbortSignal): Promise<DrillLine | null> {
    this.#update(id, { item: of.id, phase: 'open' })
    const options = {
      ...{ parent: os.tmpdir(), keep: false, which },
      endMarks: (format: string | null) => endMarksOf(of, format),
      onProgress: (phase: DrillPhase) => {
        if (this.of(id).phase !== phase) this.#update(id, { phase })
      },
    }
    try {
      const result = await drillItem(this.#node.archive(by), of.id, options, signal)
      const { version, passed, milliseconds, bytes, problems } = result
      const shown = problems.slice(0, 50).map(({ path, what }) => ({ path, what }))
      return { item: of.id, version, passed, milliseconds, bytes, problems: shown, error: null }
    } catch (error) {
      if (signal.aborted) return null
      const known = error instanceof BlackstartError ? error : null
      const code = known?.code ?? 'internal'
      const message = known?.message ?? `${of.id} could not be drilled; the node's log says why.`
      const none = { version: null, passed: false, milliseconds: null, bytes: null, problems: [] }
      return { item: of.id, ...none, error: { code, message } }
    }
  }
}

interface Chosen {
  readonly of: AssetItem
  /** Null: the one that a recovery would take. */
  readonly which: string | null
}

function chooseItems(node: SiteNode, words: readonly string[] | 'all'): readonly Chosen[] {
  const { site, index } = node.judged()
  if (words === 'all') return itemsOf(site).map(of => ({ of, which: null }))
  const chosen = words.flatMap((word): readonly Chosen[] => {
    const [name = '', which = null] = word.split('@')
    const item = findItem(site, name)
    if (item !== null) return [{ of: item, which }]
    const needed = index.needsOf.get(word)?.items ?? itemsOf(site).filter(({ asset }) => asset.id === word)
    if (needed.length > 0) return needed.map(of => ({ of, which: null }))
    throw new BlackstartError('not-found', `Nothing that is backed up is called "${word.slice(0, 130)}".`)
  })
  return [...new Map(chosen.map(one => [`${one.of.id}@${one.which}`, one])).values()]
}
