import type { AnyConnector } from '../archive/archive.ts'
import { BlackstartError } from '../errors.ts'
import type { NeededConnection } from '../policy/facts.ts'
import { type AssetItem, itemsOf } from '../site/item-lookup.ts'
import type { Site } from '../site/site.ts'

/**
 * By `asset/item`: the connections that its connector opens as it is configured; an empty list where it opens none. An
 * item is absent where the site file does not say where its device is.
 */
export function neededConnections(
  site: Site,
  connectors: ReadonlyMap<string, AnyConnector>,
): ReadonlyMap<string, readonly NeededConnection[]> {
  const needed = new Map<string, readonly NeededConnection[]>()
  for (const of of itemsOf(site)) {
    const connections = connectionsOf(of, connectors)
    if (connections !== null) needed.set(of.id, connections)
  }
  return needed
}

function connectionsOf(
  { id, asset, item }: AssetItem,
  connectors: ReadonlyMap<string, AnyConnector>,
): readonly NeededConnection[] | null {
  try {
    return connectors.get(item.via)?.connections({ item: id, asset, options: item.options }) ?? null
  } catch (error) {
    if (error instanceof BlackstartError && error.code === 'site-invalid') return null
    throw error
  }
}
