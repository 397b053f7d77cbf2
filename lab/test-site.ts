import type { Archive } from '../src/archive/archive.ts'
import { openSiteArchive } from '../src/node/open-site.ts'
import { initialised, type SiteFolder, siteFolder } from './site-folder.ts'

export interface TestSite extends SiteFolder {
  /** Opens it in this process, for tests of many steps. */
  open(): Promise<Archive & AsyncDisposable>
}

export interface TestItem {
  /** `asset/item` */
  readonly id: string
  /** For the connector `files`, relative to the site folder. */
  readonly path: string
}

/** The text of a site with `files` items and one process that needs them all. */
export function siteText(items: readonly TestItem[]): string {
  const assets = Map.groupBy(items, item => item.id.split('/')[0] ?? '')
  const blocks = [...assets].map(([asset, own]) => {
    const lines = own.map(
      ({ id, path: at }) =>
        `      - { id: ${id.split('/')[1]}, kind: program, via: files, options: { path: ${JSON.stringify(at)} } }`,
    )
    return `  - id: ${asset}\n    kind: plc\n    zone: cell\n    items:\n${lines.join('\n')}`
  })
  return `site: { name: Test plant, timezone: Europe/Paris }
zones:
  - { id: cell, level: 1 }
  - { id: operations, level: 3 }
conduits:
  - { from: operations, to: cell, allow: [ftp] }
node: { zone: operations }
processes:
  - { id: filling, data: configuration, mtdl: 1h, mtd: 4h, needs: [${[...assets.keys()].join(', ')}] }
assets:
${blocks.join('\n')}
places:
  - { id: local, via: local, options: { path: ./data/repository }, medium: disk, location: plant, domain: node }
`
}

/** A fresh site folder, made by the real `init`; removed at disposal. */
export async function testSite(items: readonly TestItem[]): Promise<TestSite> {
  return withOpen(await initialised({ 'site.yaml': siteText(items) }))
}

/** A site folder that exists, or is to be made by a command. */
export function siteAt(folder: string): TestSite {
  return withOpen(siteFolder(folder))
}

function withOpen(site: SiteFolder): TestSite {
  return {
    ...site,
    open: () =>
      openSiteArchive({
        folder: site.folder,
        now: () => new Date(),
        actor: 'test',
        signal: new AbortController().signal,
      }),
  }
}
