import os from 'node:os'
import path from 'node:path'
import { BlackstartError } from '../../errors.ts'
import {
  type DrillOptions,
  type DrillPhase,
  type DrillProblem,
  type DrillResult,
  drillItem,
} from '../../recover/drill-item.ts'
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
  /** Restored of it so far, of so many; 0 in the other phases. */
  readonly bytes: number
  readonly ofBytes: number
  /** The folder in which sandboxes are made. */
  readonly sandboxes: string
  readonly results: readonly DrillLine[]
}

/** What came of one item. `error`: what kept its drill from being carried out. */
export interface DrillLine extends Pick<DrillResult, 'item' | 'passed' | 'phases' | 'checks' | 'notes' | 'sandbox'> {
  readonly version: string | null
  readonly choice: DrillResult['choice'] | null
  readonly milliseconds: number | null
  readonly bytes: number | null
  readonly files: number | null
  /** The first of `problemsTotal`, as `notes` are. */
  readonly problems: readonly DrillProblem[]
  readonly problemsTotal: number
  readonly notesTotal: number
  readonly error: { readonly code: string; readonly message: string } | null
}

/** Where sandboxes are made, and whether they stay. */
export interface DrillPlace {
  readonly keep: boolean
  /** A whole path; null for the system's folder for temporary files, or for `data/sandboxes` where they stay. */
  readonly sandbox: string | null
}

/** So many ended drills are remembered. */
const remembered = 20
/** So many problems and notes are told of an item. */
const mostTold = 50

export interface DrillsOptions {
  /** Called whenever a drill has got further. */
  readonly told: (id: string) => void
  readonly onMistake: (error: unknown) => void
}

/** Drills that people ask for: one at a time, for they read the repository as fast as they can. */
export class Drills {
  readonly #node: SiteNode
  readonly #options: DrillsOptions
  readonly #all = new Map<string, DrillView>()
  /** The items of each. */
  readonly #items = new Map<string, readonly string[]>()
  readonly #ending = new AbortController()
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(node: SiteNode, options: DrillsOptions) {
    this.#node = node
    this.#options = options
  }

  /**
   * `asset/item`, `asset/item@version`, an asset, or a process for all that it needs; `all` items. Throws `not-found`; `device-busy`
   * while one goes on; `usage` for a folder that is no whole path.
   */
  begin(words: readonly string[] | 'all', place: DrillPlace, by: Actor): DrillView {
    const items = chooseItems(this.#node, words)
    if ([...this.#all.values()].some(({ ended }) => ended === null)) {
      throw new BlackstartError('device-busy', 'A drill goes on already: wait until it has ended.')
    }
    const parent = parentOf(place, this.#node.archive(by).paths.sandboxes)
    const id = Buffer.from(this.#node.archive(by).random(9)).toString('base64url')
    const begun = this.#node.now().toISOString()
    this.#all.set(id, {
      id,
      by: by.name,
      begun,
      ended: null,
      total: items.length,
      ...nothingNow,
      sandboxes: parent,
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
    this.#running = this.#run(id, items, { parent, keep: place.keep }, by, signal).finally(() =>
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
    const ended = change.ended === undefined ? {} : nothingNow
    if (this.#change(id, { ...ended, ...change })) this.#options.told(id)
  }

  #change(id: string, change: Partial<DrillView>): boolean {
    const known = this.#all.get(id)
    if (known !== undefined) this.#all.set(id, { ...known, ...change })
    return known !== undefined
  }

  async #run(id: string, items: readonly Chosen[], where: Where, by: Actor, signal: AbortSignal): Promise<void> {
    for (const chosen of items) {
      if (signal.aborted) return
      const line = await this.#drill(id, chosen, where, by, signal)
      if (line !== null) this.#update(id, { results: [...this.of(id).results, line] })
    }
  }

  async #drill(
    id: string,
    { of, which }: Chosen,
    where: Where,
    by: Actor,
    signal: AbortSignal,
  ): Promise<DrillLine | null> {
    this.#update(id, { ...nothingNow, item: of.id, phase: 'open' })
    const options = {
      ...{ ...where, which },
      endMarks: (format: string | null) => endMarksOf(of, format),
      onProgress: (phase: DrillPhase, bytes: number, ofBytes: number) => {
        if (this.of(id).phase !== phase) this.#update(id, { phase, bytes, ofBytes })
        else this.#change(id, { bytes, ofBytes })
      },
    }
    try {
      return lineOf(await drillItem(this.#node.archive(by), of.id, options, signal))
    } catch (error) {
      if (signal.aborted) return null
      const known = error instanceof BlackstartError ? error : null
      if (known === null) this.#options.onMistake(error)
      const code = known?.code ?? 'internal'
      const message = known?.message ?? `${of.id} could not be drilled; the node's log says why.`
      return { item: of.id, ...notDrilled, error: { code, message } }
    }
  }
}

const nothingNow = { item: null, phase: null, bytes: 0, ofBytes: 0 } as const
const notDrilled = {
  ...{ version: null, choice: null, passed: false, milliseconds: null, phases: {}, bytes: null, files: null },
  ...{ checks: [], problems: [], problemsTotal: 0, notes: [], notesTotal: 0, sandbox: null },
} as const

type Where = Pick<DrillOptions, 'parent' | 'keep'>

/** What is kept is to be found: a service may have a folder for temporary files that nobody else sees. */
function parentOf({ keep, sandbox }: DrillPlace, kept: string): string {
  if (sandbox === null) return keep ? kept : os.tmpdir()
  if (path.isAbsolute(sandbox)) return path.normalize(sandbox)
  throw new BlackstartError('usage', 'Name the folder for sandboxes by its whole path: /srv/drills.')
}

function lineOf(result: DrillResult): DrillLine {
  const { problems, notes } = result
  const told = { problems: problems.slice(0, mostTold), notes: notes.slice(0, mostTold) }
  return { ...result, ...told, problemsTotal: problems.length, notesTotal: notes.length, error: null }
}

interface Chosen {
  readonly of: AssetItem
  /** Null: the one that a recovery would take. */
  readonly which: string | null
}

function chooseItems(node: SiteNode, words: readonly string[] | 'all'): readonly Chosen[] {
  const { site, index } = node.judged()
  if (words === 'all') {
    const all = itemsOf(site)
    if (all.length === 0)
      throw new BlackstartError('not-found', 'site.yaml names no item yet: there is nothing to drill.')
    return all.map(of => ({ of, which: null }))
  }
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
