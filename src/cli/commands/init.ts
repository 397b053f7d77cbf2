import { randomBytes } from 'node:crypto'
import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { openRecord } from '../../archive/record.ts'
import { type SitePaths, sitePaths } from '../../archive/site-paths.ts'
import { addKey } from '../../engine/edit/keys.ts'
import { initRepository, type Repository } from '../../engine/repository.ts'
import { BlackstartError } from '../../errors.ts'
import { keepInForce, readSiteFile, type ValidSite, validSite } from '../../node/load-site.ts'
import { repositoryBackend } from '../../node/open-site.ts'
import { identityPurpose } from '../../node/people/people.ts'
import { authorityPath, openAuthority } from '../../node/tls/certificate-authority.ts'
import { writeDurably } from '../../secrets/write-durably.ts'
import { commentedSite } from '../../site/example.ts'
import { alternatives } from '../../site/problem.ts'
import type { Site } from '../../site/site.ts'
import { exampleNames, exampleText, withNames } from '../example-sites.ts'
import { act, type Invocation } from '../invocation.ts'
import { newNodePassword, randomKeyCost, writeNodeKey } from '../node-key.ts'
import { recoveryKit } from '../recovery-kit.ts'

interface InitOptions {
  readonly name?: string
  readonly timezone?: string
  readonly example?: string
}

export function registerInit(program: Command): void {
  program
    .command('init')
    .description('make a site folder: commented site.yaml, repository, keys, recovery kit')
    .option('--name <name>', 'the name of the site')
    .option('--timezone <zone>', 'its time zone, e.g. Europe/Paris; by default the one of this machine')
    .option('--example <kind>', `begin with a complete plant: ${alternatives(exampleNames)}`)
    .action(act<[InitOptions]>(init))
}

/** An existing site.yaml is taken as it is, as long as nothing was made from it yet. */
async function init(invocation: Invocation, options: InitOptions): Promise<undefined> {
  const paths = sitePaths(invocation.folder)
  const example = options.example === undefined ? null : await exampleText(options.example)
  await refuseTaken(invocation.folder, paths, example !== null)
  await mkdir(invocation.folder, { recursive: true })
  const { site, bytes } = await siteFile(invocation, paths, options, example)
  const password = newNodePassword()
  await writeNodeKey(paths.key, password)
  const backend = repositoryBackend(invocation.folder, site)
  const repository = await initRepository(backend, password, { scrypt: randomKeyCost }, invocation.signal)
  await writeRecoveryKit(invocation, paths, site, repository)
  await writeDurably(paths.secrets, `${JSON.stringify({ format: 1, secrets: {} })}\n`)
  await makeAuthority(invocation, paths, site, repository)
  await keepInForce(paths, bytes)
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

/** What signs the certificate of the node's pages; its key opens with the repository. */
async function makeAuthority(
  { now, signal }: Invocation,
  paths: SitePaths,
  site: Site,
  repository: Repository,
): Promise<void> {
  const key = repository.deriveKey(identityPurpose)
  const at = { file: authorityPath(paths.identity), locks: paths.run, key, random: randomBytes }
  await openAuthority(at, site.name, now(), signal)
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}

async function refuseTaken(folder: string, paths: SitePaths, example: boolean): Promise<void> {
  const another = 'Choose another folder: --site DIR'
  if (await exists(paths.key)) {
    throw new BlackstartError('refused', `${folder} is a site already: ${paths.key} exists. ${another}`)
  }
  if (example && (await exists(paths.site))) {
    throw new BlackstartError('refused', `${paths.site} exists, and --example would take its place. ${another}`)
  }
}

/** Nothing is written that is not valid. */
async function siteFile(
  invocation: Invocation,
  paths: SitePaths,
  options: InitOptions,
  example: string | null,
): Promise<ValidSite> {
  const own = { name: path.basename(invocation.folder), timezone: Temporal.Now.timeZoneId(), ...options }
  const taken = example === null && (await exists(paths.site))
  const text = example === null ? commentedSite(own) : withNames(example, options.name, options.timezone)
  const valid = validSite(paths.site, taken ? await readSiteFile(paths.site) : new TextEncoder().encode(text))
  if (!taken) await writeDurably(paths.site, text)
  return valid
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
  await using lock = await repository.lock('shared', signal)
  await addKey(repository, lock, kit.password, {}, signal)
  await writeDurably(paths.recoveryKit, kit.text)
}

function initText(paths: SitePaths, repository: Repository): string {
  return `Made the site in ${path.dirname(paths.site)}
  site.yaml         what the plant is: edit it, then run "blackstart check"
  data/             repository ${repository.id.slice(0, 8)}, catalog, journal, keys (only you can read them)
  recovery-kit.txt  a second password for the repository: PRINT IT, put it in a safe, delete the file

Next: blackstart check, then blackstart serve: it reads the plant and shows its pages (or blackstart capture: once)`
}
