import type { Archive } from '../../archive/archive.ts'
import { findVersion } from '../../archive/find-version.ts'
import { nodeAsset } from '../../archive/node-items.ts'
import { openStoredFile, versionEntries } from '../../archive/version-entries.ts'
import type { VersionRecord } from '../../catalog/catalog.ts'
import { compareVersions, type Side } from '../../compare/compare-versions.ts'
import type { Hunk } from '../../compare/comparison.ts'
import { BlackstartError } from '../../errors.ts'
import type { Problem } from '../../site/problem.ts'
import { parseSiteFile } from '../open-site.ts'
import type { SiteInForce } from '../site-node.ts'
import { badCursor, opaqueCursor, openCursor } from './find-rows.ts'
import { siteAuthors } from './site-authors.ts'

export const siteItem = `${nodeAsset}/site`

/** The text in force, with its warnings, and the one that is refused. */
export function siteTextView({ text, etag, loaded, refused }: SiteInForce) {
  return {
    ...{ text, etag, loaded: loaded.toString(), problems: problemsOf(text) },
    refused:
      refused === null ? null : { text: refused.text, problems: refused.problems, since: refused.since.toString() },
  }
}

let last: { readonly text: string; readonly problems: readonly Problem[] } | null = null

/** Checked once for a text: it takes a while for a site of thousands of assets. */
function problemsOf(text: string): readonly Problem[] {
  if (last?.text !== text) last = { text, problems: parseSiteFile(new TextEncoder().encode(text)).problems }
  return last.problems
}

/** Whether a text may be saved, what is wrong with it, and how it differs from the one in force. */
export async function checkSiteText(inForce: SiteInForce, text: string, signal: AbortSignal) {
  const { site, problems } = parseSiteFile(new TextEncoder().encode(text))
  return {
    ...{ sound: site !== null, problems, hunks: await textHunks(inForce.text, text, signal) },
    counts:
      site === null
        ? null
        : {
            ...{ zones: site.zones.length, assets: site.assets.length, processes: site.processes.length },
            items: site.assets.reduce((sum, { items }) => sum + items.length, 0),
          },
  }
}

/** What differs between two texts of the site file, with three lines around it; no secret is in them by rule, and what looks like one is masked. */
async function textHunks(before: string, after: string, signal: AbortSignal): Promise<readonly Hunk[]> {
  if (before === after) return []
  const side = (text: string): Side => {
    const bytes = Buffer.from(text)
    const chunks = async function* () {
      yield bytes
    }
    return { path: 'site.yaml', type: 'file', bytes: bytes.length, identity: text, mode: null, chunks }
  }
  const options = { format: null, context: 3 }
  const { changes } = await compareVersions([side(before)], [side(after)], options, signal)
  return changes.flatMap(({ hunks }) => hunks ?? [])
}

/** Every version of the site definition, newest first. */
export async function siteVersions(
  archive: Archive,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  signal: AbortSignal,
) {
  const after = cursor === undefined ? null : openCursor(cursor)
  if (after !== null && typeof after !== 'string') throw badCursor()
  const rows = await archive.record.catalog.histories.versions(siteItem, after, limit + 1)
  const page = rows.slice(0, limit)
  const end = page.at(-1)
  const authors = await siteAuthors(archive, page, signal)
  return {
    rows: page.map(({ id, time, bytes }) => ({ id, time, bytes, actor: authors.get(id) ?? null })),
    next: rows.length > limit && end !== undefined ? opaqueCursor(end.id) : null,
  }
}

/** A version of the site definition: its text, and what putting it in force would change. Throws `not-found`. */
export async function siteVersion(archive: Archive, inForce: SiteInForce, which: string, signal: AbortSignal) {
  const version = await findVersion(archive.record, siteItem, which)
  const text = await textOf(archive, version, signal)
  return { id: version.id, time: version.time, text, hunks: await textHunks(inForce.text, text, signal) }
}

async function textOf(archive: Archive, version: VersionRecord, signal: AbortSignal): Promise<string> {
  for await (const { type, path } of versionEntries(archive, version, signal)) {
    if (type !== 'file') continue
    const parts = await Array.fromAsync(openStoredFile(archive, version, path, signal))
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(parts))
  }
  throw new BlackstartError('integrity', `${siteItem}@${version.id} holds no file.`)
}
