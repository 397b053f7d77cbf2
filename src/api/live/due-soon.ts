import type { SiteNode } from '../../node/site-node.ts'

/** Milliseconds. */
const keptFor = 1_000

/** When each item is due next, at most a second old: with thousands of items it takes milliseconds to tell. */
export function dueSoon(node: SiteNode): () => ReadonlyMap<string, Temporal.Instant> {
  let [known, made] = [node.due(), performance.now()]
  return () => {
    if (performance.now() - made > keptFor) [known, made] = [node.due(), performance.now()]
    return known
  }
}
