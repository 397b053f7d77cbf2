import { existsSync } from 'node:fs'
import path from 'node:path'
import type { VersionRecord } from '../catalog/catalog.ts'
import { siteFormat } from '../compare/redact.ts'
import type { AssetItem } from '../site/item-lookup.ts'
import type { Asset, Item, ItemKind } from '../site/site.ts'
import type { Archive } from './archive.ts'

/** The asset under which the site node keeps what is its own. */
export const nodeAsset = 'node'

/** The site file, as an item. */
export const siteItem = `${nodeAsset}/site`

/** What decides how a version is shown. */
export function shownFormat({ item, format }: Pick<VersionRecord, 'item' | 'format'>): string | null {
  return item === siteItem ? siteFormat : format
}

/** The node's own items: with them a repository and its password are enough to rebuild a node. */
export function nodeItems(archive: Archive): readonly AssetItem[] {
  const { site, journal, secrets, identity } = archive.paths
  return [
    nodeItem(archive, 'site', 'configuration', site),
    nodeItem(archive, 'secrets', 'secrets', secrets),
    // a site that was made before it had accounts has none of it
    ...(existsSync(identity) ? [nodeItem(archive, 'identity', 'secrets', identity)] : []),
    // the journal last: it holds what happened to the others
    nodeItem(archive, 'journal', 'logs', journal),
  ]
}

function nodeItem(archive: Archive, id: string, kind: ItemKind, file: string): AssetItem {
  const item: Item = {
    id,
    kind,
    via: 'files',
    options: { path: path.relative(archive.folder, file) },
    // what is being written right now
    exclude: ['*.tmp'],
    data: null,
    every: null,
    fingerprint: null,
    quiet: [],
    change: [],
    keep: null,
    notes: null,
  }
  return { asset: nodeAssetOf(archive, item), item, id: `${nodeAsset}/${id}` }
}

function nodeAssetOf(archive: Archive, item: Item): Asset {
  return {
    id: nodeAsset,
    name: archive.hostname,
    kind: 'server',
    vendor: null,
    model: null,
    serial: null,
    firmware: null,
    zone: archive.site.node.zone,
    address: null,
    domain: archive.site.node.domain,
    machine: 'node',
    life: null,
    exposure: [],
    spare: null,
    notes: null,
    needs: [],
    pace: { bandwidth: null, pause: null },
    timeouts: { connect: null, idle: null, total: null },
    retries: null,
    quiet: [],
    items: [item],
  }
}
