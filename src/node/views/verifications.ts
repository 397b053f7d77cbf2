import { BlackstartError } from '../../errors.ts'
import { recordCutShort } from '../runs/record-stop.ts'
import type { Actor, SiteNode } from '../site-node.ts'
import { placeOpener, type SiteReport, type SiteVerification, verifySite } from '../verify-site.ts'

export interface VerificationView {
  readonly id: string
  readonly by: string
  readonly readData: boolean
  readonly begun: string
  readonly ended: string | null
  /** The place that is being read; null before the first, and when it has ended. */
  readonly place: string | null
  readonly stage: 'files' | 'trees' | 'data' | null
  readonly done: number
  readonly total: number
  /** Null while it goes on. */
  readonly outcome: 'sound' | 'not-sound' | 'stopped' | 'failed' | null
  readonly report: VerificationReport | null
  readonly error: { readonly code: string; readonly message: string } | null
}

/** Times are not told for each place: the journal has them. */
export interface VerificationReport {
  readonly places: readonly {
    readonly place: string
    readonly state: SiteReport['places'][number]['state']
    readonly versions: number
    readonly errors: number
    /** How many items have a newer version than the place holds sound; the first of them. */
    readonly behind: number
    readonly behindItems: readonly string[]
    readonly note: string | null
  }[]
  readonly problems: readonly { readonly file: string; readonly message: string }[]
  readonly problemsTotal: number
  readonly lost: readonly { readonly item: string; readonly version: string }[]
  readonly lostTotal: number
  readonly journal: { readonly lines: number; readonly problem: string | null }
  readonly snapshots: number
  readonly packs: number
  readonly bytesRead: number
}

/** So many ended ones are remembered. */
const remembered = 10
const mostNamed = 100
/** Milliseconds between two reports of how far one is. */
const tellEvery = 500

export interface VerificationsOptions {
  /** Called whenever one has got further. */
  readonly told: (id: string) => void
  readonly onMistake: (error: unknown) => void
}

/** Verifications that people ask the node for: one at a time, for each reads all copies. The result is in the journal. */
export class Verifications implements AsyncDisposable {
  readonly #node: SiteNode
  readonly #options: VerificationsOptions
  readonly #all = new Map<string, VerificationView>()
  readonly #ending = new AbortController()
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(node: SiteNode, options: VerificationsOptions) {
    this.#node = node
    this.#options = options
  }

  /** Throws `device-busy` while one goes on. */
  begin(readData: boolean, by: Actor): VerificationView {
    if (this.all().some(({ ended }) => ended === null)) {
      throw new BlackstartError('device-busy', 'A verification goes on already: wait until it has ended, or stop it.')
    }
    const id = Buffer.from(this.#node.archive(by).random(9)).toString('base64url')
    const nothing = {
      ended: null,
      place: null,
      stage: null,
      done: 0,
      total: 0,
      outcome: null,
      report: null,
      error: null,
    }
    this.#all.set(id, { id, by: by.name, readData, begun: this.#node.now().toISOString(), ...nothing })
    for (const [old] of [...this.#all].slice(0, -remembered)) this.#all.delete(old)
    this.#stop = new AbortController()
    this.#running = this.#run(id, by, AbortSignal.any([this.#stop.signal, this.#ending.signal]))
    this.#options.told(id)
    return this.of(id)
  }

  /** The newest first. */
  all(): readonly VerificationView[] {
    return [...this.#all.values()].reverse()
  }

  /** Throws `not-found`. */
  of(id: string): VerificationView {
    const found = this.#all.get(id)
    if (found !== undefined) return found
    throw new BlackstartError('not-found', 'There is no such verification; the node forgets them when it stops.')
  }

  /** False where it has ended already. What was written of places that it had read before stays; who stopped it is in the journal. */
  async stop(id: string, by: Actor): Promise<boolean> {
    const { ended, begun } = this.of(id)
    if (ended !== null || this.#stop.signal.aborted) return false
    this.#stop.abort()
    await recordCutShort(this.#node.archive(by), 'verification', begun)
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    await this.#running
  }

  async #run(id: string, by: Actor, signal: AbortSignal): Promise<void> {
    const end = (change: Partial<VerificationView>) =>
      this.#change(id, { ...change, ended: this.#node.now().toISOString(), place: null, stage: null })
    try {
      const archive = this.#node.archive(by)
      const { site } = archive
      const own = site.places[0]
      if (own === undefined) throw new BlackstartError('site-invalid', 'site.yaml names no place for the repository.')
      const repository = await (await placeOpener(archive, signal))(own)
      const options = { readData: this.of(id).readData, onProgress: this.#progress(id, own.id) }
      const report = await verifySite({ ...archive, repository }, options, signal)
      end({ outcome: report.sound ? 'sound' : 'not-sound', report: reportOf(report) })
    } catch (error) {
      if (signal.aborted) return end({ outcome: 'stopped' })
      const known = error instanceof BlackstartError ? error : null
      if (known === null) this.#options.onMistake(error)
      const message = known?.message ?? 'The verification could not be carried out; the node’s log says why.'
      end({ outcome: 'failed', error: { code: known?.code ?? 'internal', message } })
    }
  }

  #progress(id: string, own: string): SiteVerification['onProgress'] {
    let told = 0
    return (place, { stage, done, total }) => {
      const before = this.of(id)
      const at = place ?? own
      const now = performance.now()
      const isNext = before.place !== at || before.stage !== stage
      if (!isNext && now - told < tellEvery) return
      told = now
      this.#change(id, { place: at, stage, done, total })
    }
  }

  #change(id: string, change: Partial<VerificationView>): void {
    this.#all.set(id, { ...this.of(id), ...change })
    this.#options.told(id)
  }
}

function reportOf({ repository, versions, journal, places }: SiteReport): VerificationReport {
  const problems = [...repository.problems, ...places.flatMap(place => place.problems)]
  return {
    places: places.map(({ place, state, versions: held, errors, behind, note }) => ({
      ...{ place, state, versions: held, errors, note },
      behind: Object.keys(behind).length,
      behindItems: Object.keys(behind).slice(0, mostNamed),
    })),
    problems: problems.slice(0, mostNamed).map(({ file, message }) => ({ file, message })),
    problemsTotal: problems.length + repository.unlisted,
    lost: versions.lost.slice(0, mostNamed),
    lostTotal: versions.lost.length,
    journal,
    ...{ snapshots: repository.snapshots, packs: repository.packs, bytesRead: repository.bytesRead },
  }
}
