import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { BlackstartError, reasonOf, systemCode } from '../errors.ts'
import { parseRate, rateAllowed } from '../site/rate.ts'
import { openStorage, storages } from '../storage/all.ts'
import type { Backend } from '../storage/backend.ts'
import { parseLocation } from '../storage/location.ts'
import { networkRetries, retrying } from '../storage/retrying.ts'
import { parseSftpPlace } from '../storage/sftp/sftp-place.ts'
import { sshSettings } from '../storage/sftp/ssh-config.ts'
import type { S3Access, SftpAccess, StorageAccess, TlsAccess } from '../storage/storage-access.ts'
import { type Priority, Throttle } from '../storage/throttle.ts'

/** What a command line says about where a repository is and how it is reached; restic's words. */
export interface LocationOptions {
  readonly repo?: string
  readonly repositoryFile?: string
  readonly cacert?: string
  readonly tlsClientCert?: string
  readonly insecureTls?: boolean
  readonly option?: readonly string[]
  readonly limitUpload?: string
  readonly limitDownload?: string
}

/** What a command is about to do with a repository. */
export interface Purpose {
  /** `backup` where it is left out. */
  readonly priority?: Priority
  /** Told before a request is repeated; the pause is in milliseconds. */
  readonly onRetry?: (error: BlackstartError, pause: number) => void
}

/** What is taken from this machine: restic's environment variables, and the home folder with its `.ssh`. */
export interface Machine {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly home: string
}

/** Gives a command the options above; `openLocation` takes what commander makes of them. */
export function addLocationOptions(command: Command): Command {
  return command
    .option(
      '-r, --repo <location>',
      'a folder, rest:URL, sftp:USER@HOST:/PATH or s3:URL/BUCKET; else $RESTIC_REPOSITORY',
    )
    .option('--repository-file <file>', 'a file with the location; else $RESTIC_REPOSITORY_FILE')
    .option('--cacert <file>', 'the certificates to trust, in PEM; else $RESTIC_CACERT')
    .option('--tls-client-cert <file>', 'a certificate and its key, in PEM; else $RESTIC_TLS_CLIENT_CERT')
    .option('--insecure-tls', 'accept any certificate: whoever stands between can read and change everything')
    .option('--limit-upload <rate>', 'the most that is sent: KiB/s, or words such as 200 kB/s')
    .option('--limit-download <rate>', 'the most that is received')
    .option('-o, --option <key=value>', `${Object.keys(known).join(', ')}; may be repeated`, gather)
}

/**
 * Opens the storage that the options name, with their limits; one behind a network is asked again for what fails. Nothing is
 * sent yet. Throws `usage`, and `not-found` for files that the options name.
 */
export async function openLocation(
  options: LocationOptions,
  machine: Machine,
  purpose: Purpose = {},
): Promise<Backend> {
  const location = await locationOf(options, machine)
  const { kind } = parseLocation(location, Object.keys(storages))
  const access = await accessOf(location, options, machine)
  const backend = await openStorage(location, { ...access, ...pacedBy(options, purpose) })
  const { onRetry } = purpose
  return kind === 'local' ? backend : retrying(backend, { ...networkRetries, ...(onRetry && { onRetry }) })
}

/** Whether the options name a storage behind a network. Throws as `openLocation`. */
export async function isRemote(options: LocationOptions, machine: Machine): Promise<boolean> {
  return parseLocation(await locationOf(options, machine), Object.keys(storages)).kind !== 'local'
}

function pacedBy({ limitUpload, limitDownload }: LocationOptions, { priority = 'backup' }: Purpose): StorageAccess {
  if (limitUpload === undefined && limitDownload === undefined) return {}
  const throttle = new Throttle({ read: rateOf(limitDownload), write: rateOf(limitUpload) })
  return { pace: throttle.pace(priority) }
}

/** Bytes per second; a bare number is KiB/s, as restic has it, and 0 no limit. */
function rateOf(text: string | undefined): number | null {
  if (text === undefined || text === '0') return null
  const rate = /^\d{1,9}$/.test(text) ? Number(text) * 1024 : parseRate(text)
  if (rate === null) throw new BlackstartError('usage', `A limit is a number of KiB/s, or ${rateAllowed}.`)
  return rate
}

async function locationOf({ repo, repositoryFile }: LocationOptions, { environment }: Machine): Promise<string> {
  if (repo !== undefined && repositoryFile !== undefined) {
    throw new BlackstartError('usage', 'Give --repo or --repository-file, not both.')
  }
  const file = repositoryFile ?? (repo === undefined ? environment.RESTIC_REPOSITORY_FILE : undefined)
  const location = repo ?? (file ? (await textOf(file)).trim() : environment.RESTIC_REPOSITORY)
  if (location) return location
  throw new BlackstartError('usage', 'Which repository? Give --repo, or set RESTIC_REPOSITORY.')
}

async function accessOf(location: string, options: LocationOptions, machine: Machine): Promise<StorageAccess> {
  const { environment } = machine
  const more = parseOptions(options.option ?? [])
  return {
    rest: defined({ user: environment.RESTIC_REST_USERNAME, password: environment.RESTIC_REST_PASSWORD }),
    s3: s3Access(environment, more),
    ...(location.startsWith('sftp:') ? { sftp: await sftpAccess(location, machine, more) } : {}),
    tls: await tlsAccess(options, environment),
  }
}

function s3Access(environment: Machine['environment'], more: ReadonlyMap<string, string>): S3Access {
  return defined({
    accessKeyId: environment.AWS_ACCESS_KEY_ID,
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
    sessionToken: environment.AWS_SESSION_TOKEN,
    region: more.get('s3.region') ?? environment.AWS_DEFAULT_REGION ?? environment.AWS_REGION,
    bucketLookup: more.get('s3.bucket-lookup') as S3Access['bucketLookup'],
  })
}

const identities = ['id_ed25519', 'id_ecdsa', 'id_rsa']

/** As ssh does: what `~/.ssh/config` says of the host, the agent's keys, the first identity that is there, the known hosts. */
async function sftpAccess(
  location: string,
  { environment, home }: Machine,
  more: ReadonlyMap<string, string>,
): Promise<SftpAccess> {
  const below = (name: string) => path.join(home, '.ssh', name)
  const { host } = parseSftpPlace(location.slice('sftp:'.length))
  const { hostName, user, port, ...files } = sshSettings((await firstText([below('config')])) ?? '', host, home)
  const [identity, password, hosts] = ['identity', 'password-file', 'known-hosts'].map(key => more.get(`sftp.${key}`))
  return defined({
    agent: environment.SSH_AUTH_SOCK || undefined,
    ...{ hostName, user, port },
    privateKey:
      identity === undefined
        ? await firstText(orElse(files.identities, identities.map(below)))
        : await textOf(identity),
    password: password === undefined ? undefined : (await textOf(password)).replace(/\r?\n$/, ''),
    knownHosts:
      hosts === undefined ? await allText(orElse(files.knownHosts, [below('known_hosts')])) : await textOf(hosts),
  })
}

function orElse(files: readonly string[], byDefault: readonly string[]): readonly string[] {
  return files.length > 0 ? files : byDefault
}

async function tlsAccess(options: LocationOptions, environment: Machine['environment']): Promise<TlsAccess> {
  const ca = options.cacert ?? environment.RESTIC_CACERT
  const both = options.tlsClientCert ?? environment.RESTIC_TLS_CLIENT_CERT
  const client = both ? await textOf(both) : undefined
  return defined({
    ca: ca ? await textOf(ca) : undefined,
    insecure: options.insecureTls,
    client: client === undefined ? undefined : { cert: client, key: client },
  })
}

/** Every option of `-o`, and what it may be; null: a file or a word. */
const known: Readonly<Record<string, readonly string[] | null>> = {
  's3.bucket-lookup': ['auto', 'dns', 'path'],
  's3.region': null,
  'sftp.identity': null,
  'sftp.known-hosts': null,
  'sftp.password-file': null,
}

function parseOptions(options: readonly string[]): ReadonlyMap<string, string> {
  const parsed = new Map<string, string>()
  for (const option of options) {
    const at = option.indexOf('=')
    const [key, value] = [option.slice(0, Math.max(at, 0)), option.slice(at + 1)]
    const allowed = known[key]
    if (allowed === undefined) {
      const words = Object.keys(known).join(', ')
      throw new BlackstartError(
        'usage',
        `-o ${key || option} is not known here. There are: ${words}, each with =VALUE.`,
      )
    }
    if (allowed !== null && !allowed.includes(value)) {
      throw new BlackstartError('usage', `-o ${key} is one of ${allowed.join(', ')}.`)
    }
    parsed.set(key, value)
  }
  return parsed
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const missing = systemCode(error) === 'ENOENT'
    const sentence = missing ? `There is no file ${file}.` : `${file} cannot be read: ${reasonOf(error)}.`
    throw new BlackstartError(missing ? 'not-found' : 'storage', sentence, { cause: error })
  }
}

/** The text of the first of the files that is there and may be read; undefined where none is. */
async function firstText(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text !== undefined) return text
  }
  return undefined
}

/** The texts of those of the files that are there and may be read. */
async function allText(files: readonly string[]): Promise<string> {
  const texts = await Promise.all(files.map(file => firstText([file])))
  return texts.filter(text => text !== undefined).join('\n')
}

/** Without the fields that are undefined. */
function defined<Fields extends object>(fields: Fields): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]?: Exclude<Fields[Key], undefined>
  }
}

function gather(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
