import { randomBytes } from 'node:crypto'
import { mkdir, open, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { openRecord } from '../../archive/record.ts'
import { type SitePaths, sitePaths } from '../../archive/site-paths.ts'
import { initRepository, type Repository } from '../../engine/repository.ts'
import { BlackstartError } from '../../errors.ts'
import { writeDurably } from '../../secrets/write-durably.ts'
import { commentedSite } from '../../site/example.ts'
import type { Site } from '../../site/site.ts'
import { act, type Invocation } from '../invocation.ts'
import { newNodePassword, randomKeyCost, writeNodeKey } from '../node-key.ts'
import { problemsText } from '../problems-text.ts'
import { recoveryKit } from '../recovery-kit.ts'
import { parseSiteFile, repositoryBackend } from '../site-context.ts'

interface InitOptions {
  readonly name?: string
  readonly timezone?: string
}

export function registerInit(program: Command): void {
  program
    .command('init')
    .description('make a site folder: commented site.yaml, repository, keys, recovery kit')
    .option('--name <name>', 'the name of the site')
    .option('--timezone <zone>', 'its time zone, e.g. Europe/Paris; by default the one of this machine')
    .action(act<[InitOptions]>(init))
}

/** An existing site.yaml is taken as it is, as long as nothing was made from it yet. */
async function init(invocation: Invocation, options: InitOptions): Promise<undefined> {
  const paths = sitePaths(invocation.folder)
  if (await exists(paths.key)) {
    throw new BlackstartError(
      'refused',
      `${invocation.folder} is a site already: ${paths.key} exists. Choose another folder: --site DIR`,
    )
  }
  await mkdir(invocation.folder, { recursive: true })
  const site = await siteFile(invocation, paths, options)
  const password = newNodePassword()
  await writeNodeKey(paths.key, password)
  const backend = repositoryBackend(invocation.folder, site)
  const repository = await initRepository(backend, password, { scrypt: randomKeyCost }, invocation.signal)
  await writeRecoveryKit(invocation, paths, site, repository)
  await writeDurably(paths.secrets, `${JSON.stringify({ format: 1, secrets: {} })}\n`)
  await using record = await openRecord(invocation)
  await record.add(
    [{ type: 'administered', action: 'initialised', detail: `repository ${repository.id}` }],
    invocation.signal,
  )
  invocation.out.result(
    {
      site: paths.site,
      repository: { id: repository.id, location: repository.backend.location },
      recoveryKit: paths.recoveryKit,
    },
    initText(paths, repository),
  )
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}

async function siteFile(invocation: Invocation, paths: SitePaths, options: InitOptions): Promise<Site> {
  if (!(await exists(paths.site))) {
    const name = options.name ?? path.basename(invocation.folder)
    const timezone = options.timezone ?? Temporal.Now.timeZoneId()
    await writeDurably(paths.site, commentedSite({ name, timezone }))
  }
  const handle = await open(paths.site)
  const { site, problems } = parseSiteFile(await handle.readFile().finally(() => handle.close()))
  if (site === null) throw new BlackstartError('site-invalid', problemsText(paths.site, problems))
  return site
}

async function writeRecoveryKit(
  { signal, now }: Invocation,
  paths: SitePaths,
  site: Site,
  repository: Repository,
): Promise<void> {
  const kit = recoveryKit({
    site: site.name,
    repository: repository.id,
    location: repository.backend.location,
    made: now(),
    random: randomBytes,
  })
  await repository.addKey(kit.password, signal)
  await writeDurably(paths.recoveryKit, kit.text)
}

function initText(paths: SitePaths, repository: Repository): string {
  return `Made the site in ${path.dirname(paths.site)}
  site.yaml         what the plant is: edit it, then run "blackstart check"
  data/             repository ${repository.id.slice(0, 8)}, catalog, journal, keys (only you can read them)
  recovery-kit.txt  a second password for the repository: PRINT IT, put it in a safe, delete the file

Next: blackstart check, then blackstart capture`
}
