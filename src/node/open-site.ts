import { randomBytes } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import type { Archive } from '../archive/archive.ts'
import { openRecord, type SiteRecord } from '../archive/record.ts'
import { type SitePaths, sitePaths } from '../archive/site-paths.ts'
import { openSession } from '../capture/session.ts'
import { openRepository, type Repository } from '../engine/repository.ts'
import { BlackstartError } from '../errors.ts'
import { openSecretStore, type SecretStore } from '../secrets/secret-store.ts'
import type { Place, Site } from '../site/site.ts'
import type { Backend } from '../storage/backend.ts'
import { localBackend } from '../storage/local/local-backend.ts'
import { connectorsByKind, keepInForce, loadSiteFile, type SiteAccess } from './load-site.ts'
import { readPassword } from './read-password.ts'

export const secretsPurpose = 'blackstart secrets 1'

export function openSiteRecord({ folder, actor, now }: SiteAccess): Promise<SiteRecord> {
  return openRecord({ folder, actor, now })
}

/** Where the site's own repository lies: its first place. */
export function repositoryBackend(folder: string, site: Site): Backend {
  const [place] = site.places
  if (place === undefined) throw new BlackstartError('site-invalid', 'site.yaml names no place for the repository.')
  return placeBackend(folder, place)
}

/** Places lie in folders of this machine so far: `via: local`. */
export function placeBackend(folder: string, { options }: Place): Backend {
  return localBackend(path.resolve(folder, options.path))
}

export const kitRemedy =
  ' With the password of the recovery kit in a file, run: blackstart catalog rebuild --password-file FILE'

async function openSiteRepository(access: SiteAccess, paths: SitePaths, site: Site): Promise<Repository> {
  const file = process.env.BLACKSTART_PASSWORD_FILE ?? paths.key
  const password = await readPassword(file, kitRemedy)
  const backend = repositoryBackend(access.folder, site)
  try {
    return await openRepository(backend, password, {}, access.signal)
  } catch (error) {
    if (!(error instanceof BlackstartError) || error.code !== 'wrong-password') throw error
    const sentence = `The password in ${file} does not open the repository ${backend.location}: one of them was replaced.`
    throw new BlackstartError('wrong-password', `${sentence}${kitRemedy}`, { cause: error })
  }
}

/** Everything of a site, opened; close it with `await using`. */
export async function openSiteArchive(access: SiteAccess): Promise<Archive & AsyncDisposable> {
  const { folder, now, actor } = access
  const paths = sitePaths(folder)
  const { site, bytes } = await loadSiteFile(access)
  const repository = await openSiteRepository(access, paths, site)
  const secrets = await openSiteSecrets(paths, repository)
  await keepInForce(paths, bytes)
  const record = await openRecord({ folder, actor, now })
  return {
    ...{ paths, folder, site, record, repository, secrets, now },
    connectors: connectorsByKind,
    hostname: os.hostname(),
    random: randomBytes,
    [Symbol.asyncDispose]: () => record[Symbol.asyncDispose](),
  }
}

/** The same archive after the site file changed: with the secrets of now, and with another repository where the file names one. */
export async function archiveOf(before: Archive, site: Site, access: SiteAccess): Promise<Archive> {
  const { paths, folder } = before
  const isSame = repositoryBackend(folder, site).location === before.repository.backend.location
  const repository = isSame ? before.repository : await openSiteRepository(access, paths, site)
  return { ...before, site, repository, secrets: await openSiteSecrets(paths, repository) }
}

function openSiteSecrets({ secrets, run }: SitePaths, repository: Repository): Promise<SecretStore> {
  const key = repository.deriveKey(secretsPurpose)
  return openSecretStore(secrets, key, () => aloneWithSecrets(run))
}

/** One change at a time, of all processes: each is made to what the file holds then. */
async function aloneWithSecrets(folder: string): Promise<AsyncDisposable> {
  try {
    return await openSession({ folder, device: 'secrets', wait: 15_000 }, new AbortController().signal)
  } catch (error) {
    if (!(error instanceof BlackstartError) || error.code !== 'device-busy') throw error
    const message = 'Another process has been changing the secrets for 15 s. Wait until it ends, or end it.'
    throw new BlackstartError('locked', message, { cause: error, retry: true })
  }
}
