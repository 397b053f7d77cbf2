import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { bringBackNode, type JournalAside, storedSites } from '../../archive/rebuild.ts'
import { reconcile } from '../../archive/reconcile.ts'
import { emptyCatalog } from '../../archive/record.ts'
import { type SitePaths, sitePaths } from '../../archive/site-paths.ts'
import { addKey } from '../../engine/edit/keys.ts'
import { openRepository, type Repository } from '../../engine/repository.ts'
import { BlackstartError, systemCode } from '../../errors.ts'
import { keepInForce, loadSite, parseSiteFile, readInForce, readSiteFile } from '../../node/load-site.ts'
import { kitRemedy, openSiteArchive, repositoryBackend } from '../../node/open-site.ts'
import { readPassword } from '../../node/read-password.ts'
import { localBackend } from '../../storage/local/local-backend.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { act, type Invocation } from '../invocation.ts'
import { nodeHealth } from '../node-client.ts'
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

async function rebuild(invocation: Invocation, options: RebuildOptions): Promise<ExitCode> {
  const { folder, now, signal, out } = invocation
  if ((await nodeHealth(invocation)) !== null) {
    const sentence = 'The node works with what is to be rebuilt. Stop it, run this again, and start it.'
    throw new BlackstartError('refused', sentence)
  }
  const paths = sitePaths(folder)
  const repository = await openForRebuild(invocation, paths, options)
  const { restored, aside } = await bringBackNode(repository, paths, now(), signal)
  if (await makeNodeKey(repository, paths, signal)) restored.push(paths.key)
  await bringBackInForce(repository, paths, signal)
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
  const detail = [...restored, ...(aside === null ? [] : [asideText(aside)])].join(', ')
  await archive.record.add([{ type: 'administered', action: 'catalog-rebuilt', detail }], signal)
  const items = await archive.record.catalog.knownItems()
  const versions = (await archive.record.catalog.snapshots()).size
  out.result(
    { items: items.length, versions, found, lost, restored, aside },
    [
      ...restored.map(file => `brought back  ${file}`),
      ...(aside === null ? [] : [`put aside     ${asideText(aside)}`, ...newestLines(aside)]),
      ...lost.map(({ item, version }) => `LOST          ${item}@${version} is not in the repository any more`),
      `The catalog knows ${plural(items.length, 'item')} with ${plural(versions, 'version')} again.`,
    ].join('\n'),
  )
  return aside !== null && aside.more > 0 ? exitCodes.part : exitCodes.done
}

/** A node that goes by the site file of before captures the one with errors, too. */
async function bringBackInForce(repository: Repository, paths: SitePaths, signal: AbortSignal): Promise<void> {
  const isSite = (bytes: Uint8Array) => parseSiteFile(bytes).site !== null
  if (isSite(await readSiteFile(paths.site)) || (await readInForce(paths)) !== null) return
  for await (const bytes of storedSites(repository, signal)) if (isSite(bytes)) return await keepInForce(paths, bytes)
}

function asideText({ file, more, sha256 }: JournalAside): string {
  return `${file}, which was damaged or is another one, with ${plural(more, 'line')} more than the copy that took its place (SHA-256 ${sha256})`
}

function newestLines({ file, more }: JournalAside): string[] {
  if (more === 0) return []
  return [
    `What was done last is told there alone, and nothing proves it: read it before anything else, accounts that were made above all: tail -n ${more} ${file}`,
  ]
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
