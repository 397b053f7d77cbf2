import { createHash } from 'node:crypto'
import { findItem } from '../../site/item-lookup.ts'
import type { Site } from '../../site/site.ts'

/** A mark that changes whenever the site file says otherwise where, and how, an item is written to. */
export function writeTarget(site: Site, id: string): string {
  const found = findItem(site, id)
  const said = found === null ? null : [found.asset.address, found.item.via, found.item.options]
  return createHash('sha256').update(JSON.stringify(said)).digest('base64url')
}
