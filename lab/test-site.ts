import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Archive } from '../src/archive/archive.ts'
import { openSiteArchive } from '../src/node/open-site.ts'
import { type Ran, runBlackstart } from './run-blackstart.ts'

export interface TestSite extends AsyncDisposable {
  readonly folder: string
  /** Where a path relative to the site folder lies. */
  at(...names: string[]): string
  write(file: string, content: string | Uint8Array): Promise<void>
  run(words: readonly string[], input?: string): Promise<Ran>
  /** Opens it in this process, for tests of many steps. */
  open(): Promise<Archive & AsyncDisposable>
  /** Runs with --json, asserts the exit code, and returns the document. */
  // biome-ignore lint/suspicious/noExplicitAny: tests assert what the document holds
  json(words: readonly string[], code?: number): Promise<any>
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
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-site-'))
  await writeFile(path.join(folder, 'site.yaml'), siteText(items))
  const site = siteAt(folder)
  const made = await site.run(['init'])
  assert.equal(made.code, 0, made.err)
  return site
}

/** A site folder that exists, or is to be made by a command. */
export function siteAt(folder: string): TestSite {
  const at = (...names: string[]) => path.join(folder, ...names)
  return {
    folder,
    at,
    async write(file, content) {
      await mkdir(path.dirname(at(file)), { recursive: true })
      await writeFile(at(file), content)
    },
    run: (words, input) => runBlackstart(words, input === undefined ? { site: folder } : { site: folder, input }),
    async json(words, code = 0) {
      const ran = await runBlackstart([...words, '--json'], { site: folder })
      assert.equal(ran.code, code, `${words.join(' ')}: ${ran.err}${ran.out}`)
      return ran.json()
    },
    open: () =>
      openSiteArchive({
        folder,
        now: () => new Date(),
        actor: 'test',
        signal: new AbortController().signal,
      }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
