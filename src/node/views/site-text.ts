import type { Archive } from '../../archive/archive.ts'
import { findVersion } from '../../archive/find-version.ts'
import { siteItem } from '../../archive/node-items.ts'
import { setSecrets } from '../../secrets/secret-store.ts'
import type { SiteInForce } from '../site-node.ts'
import type { SiteThread } from '../site-thread/site-thread.ts'
import { badCursor, opaqueCursor, openCursor } from './find-rows.ts'
import { siteAuthors } from './site-authors.ts'
import { siteErrors, siteVersionText } from './site-errors.ts'

interface SiteParts {
  readonly archive: Archive
  readonly inForce: SiteInForce
  readonly thread: SiteThread
}

/** The text in force, with its warnings, and the one that is refused. */
export function siteTextView({ text, etag, loaded, problems, refused }: SiteInForce) {
  return {
    ...{ text, etag, loaded: loaded.toString(), problems },
    refused: refused === null ? null : { ...refused, since: refused.since.toString() },
  }
}

/** Every version of the site definition, newest first. */
export async function siteVersions(
  { archive, thread }: Pick<SiteParts, 'archive' | 'thread'>,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  signal: AbortSignal,
) {
  const after = cursor === undefined ? null : openCursor('site', cursor)
  if (after !== null && typeof after !== 'string') throw badCursor()
  const rows = await archive.record.catalog.histories.versions(siteItem, after, limit + 1)
  const page = rows.slice(0, limit)
  const end = page.at(-1)
  const authors = await siteAuthors(archive, page, signal)
  const errors = await siteErrors({ archive, thread }, page, signal)
  return {
    rows: page.map(({ id, time, bytes }) => ({
      id,
      time,
      bytes,
      actor: authors.get(id) ?? null,
      errors: errors.get(id) ?? null,
    })),
    next: rows.length > limit && end !== undefined ? opaqueCursor('site', end.id) : null,
  }
}

/** What is wrong with a text, secrets that it names and that are not set among it, and what it changes. */
export async function siteCheck({ archive, inForce, thread }: SiteParts, text: string, signal: AbortSignal) {
  const secrets = await setSecrets(archive.paths.secrets)
  return thread.ask('check', { before: inForce.text, after: text, secrets }, signal)
}

/** A version of the site definition: its text, and what putting it in force would change. Throws `not-found`. */
export async function siteVersion({ archive, inForce, thread }: SiteParts, which: string, signal: AbortSignal) {
  const version = await findVersion(archive.record, siteItem, which)
  const text = await siteVersionText(archive, version, signal)
  return {
    id: version.id,
    time: version.time,
    text,
    hunks: await thread.ask('compare', { before: inForce.text, after: text }, signal),
  }
}
