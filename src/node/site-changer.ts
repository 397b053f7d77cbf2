import { BlackstartError } from '../errors.ts'
import { etagOf } from './site-file.ts'
import type { Actor, SiteInForce, SiteNode } from './site-node.ts'

export interface SiteChangerParts {
  readonly node: Pick<SiteNode, 'archive' | 'reload'>
  /** As `SiteFile.write`. */
  readonly write: (text: string, etag: string) => Promise<void>
  /** Captures the node's own items, the site file among them. */
  readonly captureOwn: () => Promise<void>
}

/** Changes the site file as people ask for it, one after the other, and keeps a version of each state. */
export class SiteChanger {
  readonly #parts: SiteChangerParts
  #changing: Promise<unknown> = Promise.resolve()

  constructor(parts: SiteChangerParts) {
    this.#parts = parts
  }

  /** As `SiteNode.changeSite`. */
  change(text: string, etag: string, by: Actor): Promise<SiteInForce> {
    const change = this.#changing.then(() => this.#change(text, etag, by))
    this.#changing = change.catch(() => undefined)
    return change
  }

  async #change(text: string, etag: string, by: Actor): Promise<SiteInForce> {
    const { node, write, captureOwn } = this.#parts
    await captureOwn() // the file of before, whoever wrote it
    await write(text, etag)
    await node.reload()
    const event = { type: 'site-changed' as const, before: etag, after: etagOf(Buffer.from(text)) }
    await node.archive(by).record.add([event], new AbortController().signal)
    await captureOwn()
    const changed = await node.reload()
    if (changed.refused === null) return changed
    const why = changed.refused.problems.map(({ message }) => message).join(' ')
    throw new BlackstartError(
      'refused',
      `It is written, and not in force: ${why} The site file of before stays in force until then.`,
    )
  }
}
