import type { Archive } from '../archive/archive.ts'
import type { JournalEvent } from '../archive/journal-event.ts'
import { createJudge, type Judge } from '../policy/judge.ts'
import { FactKeeper } from './fact-keeper.ts'
import type { Judged } from './site-node.ts'
import { prepareViews } from './views/prepare.ts'

/** What can be said of the site, made anew as things happen. */
export class Judging {
  readonly #archive: Archive
  readonly #keeper: FactKeeper
  readonly #judge: Judge
  #judged: Judged | null = null
  #number: number

  /** `number`: of the judgement before, so that it goes on to grow when the site changes. */
  constructor(archive: Archive, number: number) {
    const { folder, site, record, repository, connectors } = archive
    this.#archive = archive
    this.#number = number
    this.#judge = createJudge(site)
    this.#keeper = new FactKeeper({ folder, site, record, connectors, repository: repository.backend.location })
  }

  touch(events: readonly JournalEvent[]): void {
    this.#keeper.touch(events)
  }

  async again(): Promise<Judged> {
    const facts = await this.#keeper.facts()
    this.#number += 1
    const { index } = this.#judge
    const judgement = this.#judge.judge(facts)
    const judged = { site: this.#archive.site, index, facts, judgement, number: this.#number }
    await prepareViews(judged)
    this.#judged = judged
    return judged
  }

  /** The newest; `again` must have been called once. */
  newest(): Judged {
    if (this.#judged === null) throw new Error('nothing was judged yet')
    return this.#judged
  }
}
