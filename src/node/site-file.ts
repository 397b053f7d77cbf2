import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { SitePaths } from '../archive/site-paths.ts'
import { BlackstartError, reasonOf } from '../errors.ts'
import { writeDurably } from '../secrets/write-durably.ts'
import type { Problem } from '../site/problem.ts'
import type { Site } from '../site/site.ts'
import {
  keepInForce,
  parseSiteFile,
  readInForce,
  readSiteFile,
  siteInvalid,
  type ValidSite,
  validSite,
} from './load-site.ts'
import type { SiteInForce } from './site-node.ts'
import { replaceSiteText } from './site-text-file.ts'

interface Read {
  readonly bytes: Uint8Array
  readonly etag: string
  readonly site: Site | null
  readonly problems: readonly Problem[]
}

/** `site.yaml` while the node runs: the one in force stays until a valid one takes its place. */
export class SiteFile {
  readonly file: string
  readonly #paths: SitePaths
  readonly #now: () => Temporal.Instant
  #inForce: SiteInForce
  /** What the disk holds. */
  #read: Read
  #stat = ''
  /** Valid, and not in force for a reason that lies outside of it. */
  #isRejected = false

  /** Where it has errors the one that was in force last still is. Throws `site-invalid` where there is none such. */
  static async open(paths: SitePaths, now: () => Temporal.Instant): Promise<SiteFile> {
    const read = await readOr(paths.site)
    const inForce = isValid(read) ? read : await readInForce(paths)
    if (inForce === null) throw siteInvalid(paths.site, read.problems)
    const opened = new SiteFile(paths, now, inForce)
    if (isValid(read)) return opened
    opened.#read = read
    opened.#refuse(read)
    return opened
  }

  private constructor(paths: SitePaths, now: () => Temporal.Instant, inForce: ValidSite) {
    this.file = paths.site
    this.#paths = paths
    this.#now = now
    this.#inForce = inForceOf(inForce, now())
    this.#read = { ...inForce, etag: this.#inForce.etag }
  }

  inForce(): SiteInForce {
    return this.#inForce
  }

  /** What of the file on the disk is another than before: null for nothing, `site` a valid one, `refused` one with errors. */
  async look(): Promise<{ readonly kind: 'site'; readonly site: Site } | { readonly kind: 'refused' } | null> {
    const seen = await changeOf(this.file)
    if (seen === this.#stat) return null
    this.#stat = seen
    const read = await readOr(this.file)
    if (read.etag === this.#read.etag) return null
    this.#read = read
    this.#isRejected = false
    if (read.site !== null) return { kind: 'site', site: read.site }
    this.#refuse(read)
    return { kind: 'refused' }
  }

  /** A valid one that could not be worked with when it was looked at: to be tried again. Null where there is none. */
  rejected(): Site | null {
    return this.#isRejected ? this.#read.site : null
  }

  /** The file that was looked at last is in force now. */
  async accept(): Promise<void> {
    if (!isValid(this.#read)) return
    this.#isRejected = false
    this.#inForce = inForceOf(this.#read, this.#now())
    await keepInForce(this.#paths, this.#read.bytes)
  }

  /** It is valid, and cannot be worked with, for a reason that lies outside of it. */
  reject(error: unknown): void {
    this.#isRejected = true
    const message = reasonOf(error)
    const problem: Problem = { line: 1, column: 1, path: '', message, allowed: null, severity: 'error' }
    this.#refuse({ ...this.#read, problems: [problem] })
  }

  /**
   * Where the file is missing it is made anew. Throws `site-invalid`, `refused` where the file on the disk is another than `etag`
   * says, `disk-full` or `storage`.
   */
  async write(text: string, etag: string): Promise<void> {
    validSite(this.file, new TextEncoder().encode(text))
    const held = await heldIn(this.file)
    if (held.etag !== etag) {
      throw new BlackstartError(
        'refused',
        `${this.file} has changed since you opened it. Nothing was written: look at what it holds now.`,
      )
    }
    if (held.bytes === null) await writeDurably(this.file, text)
    else await replaceSiteText(this.file, held.bytes, text)
  }

  #refuse(read: Read): void {
    const { bytes, etag, problems } = read
    const refused = { text: textOf(bytes), etag, problems, since: this.#now() }
    this.#inForce = { ...this.#inForce, refused }
  }
}

function isValid(read: Read): read is Read & ValidSite {
  return read.site !== null
}

function inForceOf({ site, bytes, problems }: ValidSite, loaded: Temporal.Instant): SiteInForce {
  return { site, text: textOf(bytes), etag: etagOf(bytes), loaded, problems, refused: null }
}

export function etagOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

type Held =
  | { readonly bytes: Uint8Array; readonly etag: string }
  | { readonly bytes: null; readonly etag: string; readonly error: BlackstartError }

/** What the disk holds now: no bytes where the file is missing or cannot be read. */
async function heldIn(file: string): Promise<Held> {
  try {
    const bytes = await readSiteFile(file)
    return { bytes, etag: etagOf(bytes) }
  } catch (error) {
    if (!(error instanceof BlackstartError)) throw error
    return { bytes: null, etag: etagOf(Buffer.from(`${error.code} ${error.message}`)), error }
  }
}

/** A file that is missing, or that cannot be read, is one with an error. */
async function readOr(file: string): Promise<Read> {
  const held = await heldIn(file)
  if (held.bytes !== null) return { ...held, ...parseSiteFile(held.bytes) }
  const { message } = held.error
  const problem: Problem = { line: 1, column: 1, path: '', message, allowed: null, severity: 'error' }
  return { bytes: new Uint8Array(), etag: held.etag, site: null, problems: [problem] }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/** Changes whenever the file may have changed. */
export async function changeOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(file)
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`
  } catch {
    return 'missing' // readOr tells why
  }
}
