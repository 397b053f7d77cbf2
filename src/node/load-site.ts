import { readFile, stat } from 'node:fs/promises'
import { type SitePaths, sitePaths } from '../archive/site-paths.ts'
import { connectors } from '../capture/all.ts'
import { BlackstartError, isOfDisk, reasonOf, systemCode } from '../errors.ts'
import { writeDurably } from '../secrets/write-durably.ts'
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
  /** Told that site.yaml has errors, and that the one in force before is worked with. Without it such a file is an error. */
  readonly onOutdated?: ((sentence: string) => void) | undefined
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

/** `secrets`: as `parseSite` has them. */
export function parseSiteFile(bytes: Uint8Array, secrets: ReadonlySet<string> | null = null): ParsedSite {
  return parseSite(bytes, optionsByKind, channelKinds, secrets)
}

/** The checked site. Throws `site-invalid` with every problem, and the way back to the one in force before. */
export async function loadSite(access: SiteAccess): Promise<Site> {
  return (await loadSiteFile(access)).site
}

/** As `loadSite`, with the bytes that were read. */
export async function loadSiteFile({ folder, onOutdated }: SiteAccess): Promise<ValidSite> {
  const paths = sitePaths(folder)
  try {
    return validSite(paths.site, await readSiteFile(paths.site))
  } catch (error) {
    if (!(error instanceof BlackstartError)) throw error
    const before = await readInForce(paths)
    if (before === null) throw error
    const { code, message, facts } = error
    if (onOutdated === undefined) {
      const way = `Mend it, or put the one that was in force in its place: ${paths.siteInForce}`
      throw new BlackstartError(code, `${message}\n${way}`, { cause: error, facts })
    }
    onOutdated(`${message}\nUntil it is mended, the one that was in force counts: ${paths.siteInForce}`)
    return before
  }
}

/** A site file without errors. */
export interface ValidSite extends ParsedSite {
  readonly site: Site
  readonly bytes: Uint8Array
}

/** What was worked with last. Null where there is none, or where it cannot be read any more. */
export async function readInForce(paths: SitePaths): Promise<ValidSite | null> {
  const bytes = await bytesInForce(paths)
  if (bytes === null) return null
  const { site, problems } = parseSiteFile(bytes)
  return site === null ? null : { site, problems, bytes }
}

/** Keeps what is worked with, for when site.yaml has errors. A disk that does not take it is no error: all else goes on without. */
export async function keepInForce(paths: SitePaths, bytes: Uint8Array): Promise<void> {
  const before = await bytesInForce(paths)
  if (before !== null && Buffer.from(before).equals(bytes)) return
  await writeDurably(paths.siteInForce, bytes).catch((error: unknown) => {
    if (!isOfDisk(error)) throw error
  })
}

async function bytesInForce(paths: SitePaths): Promise<Uint8Array | null> {
  try {
    return await readSiteFile(paths.siteInForce)
  } catch (error) {
    if (error instanceof BlackstartError) return null
    throw error
  }
}

/** Throws `site-invalid` with every problem. */
export function validSite(file: string, bytes: Uint8Array): ValidSite {
  const { site, problems } = parseSiteFile(bytes)
  if (site === null) throw siteInvalid(file, problems)
  return { site, problems, bytes }
}

export function siteInvalid(file: string, problems: readonly Problem[]): BlackstartError {
  return new BlackstartError('site-invalid', problemsText(file, problems), { facts: { problems } })
}
