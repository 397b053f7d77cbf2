import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { bringBackNode } from '../../archive/rebuild.ts'
import { reconcile } from '../../archive/reconcile.ts'
import { emptyCatalog } from '../../archive/record.ts'
import { type SitePaths, sitePaths } from '../../archive/site-paths.ts'
import { addKey } from '../../engine/edit/keys.ts'
import { openRepository, type Repository } from '../../engine/repository.ts'
import { BlackstartError, systemCode } from '../../errors.ts'
import { kitRemedy, loadSite, openSiteArchive, repositoryBackend } from '../../node/open-site.ts'
import { readPassword } from '../../node/read-password.ts'
import { localBackend } from '../../storage/local/local-backend.ts'
import { act, type Invocation } from '../invocation.ts'
import { newNodePassword, randomKeyCost, writeNodeKey } from '../node-key.ts'
import { plural } from '../words.ts'

interface RebuildOptions {
  readonly repo?: string
  readonly passwordFile?: string
}

export function registerCatalog(program: Command): void {
  const catalog = program
    .command('catalog')
    .description('the record of what happened: a cache, made from the repository')
  catalog
    .command('rebuild')
    .option('--repo <folder>', 'the repository, where the site folder is empty or lacks site.yaml')
    .option('--password-file <file>', "a file with the repository's password, e.g. that of the recovery kit")
    .description('make the catalog again, and in an empty site folder the node itself, from the repository')
    .action(act<[RebuildOptions]>(rebuild))
}

async function rebuild(invocation: Invocation, options: RebuildOptions): Promise<undefined> {
  const { folder, now, signal, out } = invocation
  const paths = sitePaths(folder)
  const repository = await openForRebuild(invocation, paths, options)
  const { restored, aside } = await bringBackNode(repository, paths, now(), signal)
  if (await makeNodeKey(repository, paths, signal)) restored.push(paths.key)
  const site = await loadSite(invocation)
  const configured = repositoryBackend(folder, site).location
  if (path.resolve(configured) !== path.resolve(repository.backend.location)) {
    throw new BlackstartError(
      'site-invalid',
      `Brought back ${restored.join(', ')}. Now site.yaml says that the repository lies in ${configured}, but it lies in ${repository.backend.location}: move it there, or change options.path of the first place, and run "blackstart catalog rebuild" again.`,
    )
  }
  await emptyCatalog(folder)
  await using archive = await openSiteArchive(invocation)
  const { found, lost } = await reconcile(archive, signal)
  await archive.record.add([{ type: 'administered', action: 'catalog-rebuilt', detail: restored.join(', ') }], signal)
  const items = await archive.record.catalog.knownItems()
  const versions = (await archive.record.catalog.snapshots()).size
  out.result(
    { items: items.length, versions, found, lost, restored, aside },
    [
      ...restored.map(file => `brought back  ${file}`),
      ...(aside === null ? [] : [`put aside     ${aside} (its chain was broken)`]),
      ...lost.map(({ item, version }) => `LOST          ${item}@${version} is not in the repository any more`),
      `The catalog knows ${plural(items.length, 'item')} with ${plural(versions, 'version')} again.`,
    ].join('\n'),
  )
}

async function openForRebuild(invocation: Invocation, paths: SitePaths, options: RebuildOptions): Promise<Repository> {
  const password = await readPassword(
    options.passwordFile ?? process.env.BLACKSTART_PASSWORD_FILE ?? paths.key,
    kitRemedy,
  )
  const backend =
    options.repo === undefined
      ? repositoryBackend(invocation.folder, await loadSite(invocation))
      : localBackend(path.resolve(options.repo))
  return openRepository(backend, password, { scrypt: randomKeyCost }, invocation.signal)
}

/** A rebuilt node gets a password of its own; one whose key still opens the repository keeps it. True when one was made. */
async function makeNodeKey(repository: Repository, paths: SitePaths, signal: AbortSignal): Promise<boolean> {
  try {
    const held = (await readFile(paths.key, 'utf8')).trimEnd()
    await openRepository(repository.backend, held, {}, signal)
    return false
  } catch (error) {
    const replaceable =
      systemCode(error) === 'ENOENT' || (error instanceof BlackstartError && error.code === 'wrong-password')
    if (!replaceable) throw error
  }
  const password = newNodePassword()
  await using lock = await repository.lock('shared', signal)
  await addKey(repository, lock, password, {}, signal)
  await writeNodeKey(paths.key, password)
  return true
}
