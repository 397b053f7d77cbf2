import { readFile, stat } from 'node:fs/promises'
import { sitePaths } from '../archive/site-paths.ts'
import { connectors } from '../capture/all.ts'
import { BlackstartError, reasonOf, systemCode } from '../errors.ts'
import { type ParsedSite, parseSite } from '../site/parse-site.ts'
import type { Problem } from '../site/problem.ts'
import { problemsText } from '../site/problems-text.ts'
import type { Site } from '../site/site.ts'
import { channelKinds } from './notify/all.ts'

/** A site folder, and who works on it. */
export interface SiteAccess {
  readonly folder: string
  readonly now: () => Date
  readonly actor: string
  readonly signal: AbortSignal
}

export const connectorsByKind = new Map(connectors.map(connector => [connector.kind, connector]))
const optionsByKind = new Map(connectors.map(connector => [connector.kind, connector.options]))

/** The site file's bytes. Throws `not-found` where there is none. */
export async function readSiteFile(file: string): Promise<Uint8Array> {
  try {
    // a named pipe would be waited for without end
    if (!(await stat(file)).isFile()) throw new BlackstartError('site-invalid', `${file} is not a file.`)
    return await readFile(file)
  } catch (error) {
    if (error instanceof BlackstartError) throw error
    const missing = systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR'
    throw new BlackstartError(
      missing ? 'site-invalid' : 'storage',
      missing
        ? `There is no ${file}. Make a site here with "blackstart init", or name its folder: blackstart --site DIR …`
        : `${file} cannot be read: ${reasonOf(error)}.`,
      { cause: error },
    )
  }
}

export function parseSiteFile(bytes: Uint8Array): ParsedSite {
  return parseSite(bytes, optionsByKind, channelKinds)
}

/** The checked site. Throws `site-invalid` with every problem. */
export async function loadSite(access: SiteAccess): Promise<Site> {
  const file = sitePaths(access.folder).site
  return checkedSite(file, await readSiteFile(file))
}

/** Throws `site-invalid` with every problem. */
export function checkedSite(file: string, bytes: Uint8Array): Site {
  const { site, problems } = parseSiteFile(bytes)
  if (site === null) throw siteInvalid(file, problems)
  return site
}

export function siteInvalid(file: string, problems: readonly Problem[]): BlackstartError {
  return new BlackstartError('site-invalid', problemsText(file, problems), { facts: { problems } })
}
