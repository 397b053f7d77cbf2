import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { BlackstartError, reasonOf } from '../errors.ts'
import type { Problem } from '../site/problem.ts'
import type { Site } from '../site/site.ts'
import { checkedSite, parseSiteFile, readSiteFile, siteInvalid } from './load-site.ts'
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
  readonly #now: () => Temporal.Instant
  #inForce: SiteInForce
  /** What the disk holds. */
  #read: Read
  #stat = ''
  /** Valid, and not in force for a reason that lies outside of it. */
  #isRejected = false

  /** Throws `site-invalid` where it is missing or has errors. */
  static async open(file: string, now: () => Temporal.Instant): Promise<SiteFile> {
    const read = await readNow(file)
    if (read.site === null) throw siteInvalid(file, read.problems)
    return new SiteFile(file, now, read, read.site)
  }

  private constructor(file: string, now: () => Temporal.Instant, read: Read, site: Site) {
    this.file = file
    this.#now = now
    this.#read = read
    this.#inForce = inForceOf(read, site, now())
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
  accept(): void {
    const { site } = this.#read
    if (site === null) return
    this.#isRejected = false
    this.#inForce = inForceOf(this.#read, site, this.#now())
  }

  /** It is valid, and cannot be worked with, for a reason that lies outside of it. */
  reject(error: unknown): void {
    this.#isRejected = true
    const message = reasonOf(error)
    const problem: Problem = { line: 1, column: 1, path: '', message, allowed: null, severity: 'error' }
    this.#refuse({ ...this.#read, problems: [problem] })
  }

  /** Throws `site-invalid`, `refused` where the file on the disk is another than `etag` says, `disk-full` or `storage`. */
  async write(text: string, etag: string): Promise<void> {
    const bytes = new TextEncoder().encode(text)
    checkedSite(this.file, bytes)
    const held = await readSiteFile(this.file)
    if (etagOf(held) !== etag) {
      throw new BlackstartError(
        'refused',
        `${this.file} has changed since you opened it. Nothing was written: look at what it holds now.`,
      )
    }
    await replaceSiteText(this.file, held, text)
  }

  #refuse(read: Read): void {
    const refused = { text: textOf(read), problems: read.problems, since: this.#now() }
    this.#inForce = { ...this.#inForce, refused }
  }
}

function inForceOf(read: Read, site: Site, loaded: Temporal.Instant): SiteInForce {
  const { etag, problems } = read
  return { site, text: textOf(read), etag, loaded, problems, refused: null }
}

export function etagOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function readNow(file: string): Promise<Read> {
  const bytes = await readSiteFile(file)
  return { bytes, etag: etagOf(bytes), ...parseSiteFile(bytes) }
}

/** A file that is missing, or that cannot be read, is one with an error. */
async function readOr(file: string): Promise<Read> {
  try {
    return await readNow(file)
  } catch (error) {
    if (!(error instanceof BlackstartError)) throw error
    const problem: Problem = { line: 1, column: 1, path: '', message: error.message, allowed: null, severity: 'error' }
    return { bytes: new Uint8Array(), etag: `missing ${error.code}`, site: null, problems: [problem] }
  }
}

function textOf({ bytes }: Read): string {
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
