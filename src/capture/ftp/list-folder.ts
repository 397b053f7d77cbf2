import { FTPError } from 'basic-ftp'
import { BlackstartError } from '../../errors.ts'
import { joinDevicePath } from './device-path.ts'
import { shownPath } from './ftp-failure.ts'
import type { FtpSession } from './ftp-session.ts'
import { CutListing, type ListedEntry, parseListing, UnreadableListing } from './parse-listing.ts'

type Command = 'MLSD' | 'LIST -a' | 'LIST' | 'NLST'

const kinds = { MLSD: 'mlsd', 'LIST -a': 'list', LIST: 'list', NLST: 'nlst' } as const

/** Lists folders by the best command that the device knows, and keeps to it. */
export class FolderLister {
  readonly #session: FtpSession
  #commands: readonly Command[] | null = null

  constructor(session: FtpSession) {
    this.#session = session
  }

  /** Every entry of the folder, by name; each of its own name. Throws rather than leave a line out. */
  async list(folder: string): Promise<ListedEntry[]> {
    this.#commands ??= await this.#known()
    let last: BlackstartError | null = null
    for (const [index, command] of this.#commands.entries()) {
      const answer = await this.#answer(command, folder)
      if (answer instanceof BlackstartError) {
        last = answer
        continue
      }
      // devices that take "-a" for a name answer with nothing: then the next command decides
      if (command === 'LIST -a' && answer.length === 0) continue
      if (answer.length > 0) this.#keep(command, index)
      return await this.#resolve(answer, folder, command)
    }
    if (last === null) return []
    throw last
  }

  #keep(command: Command, index: number): void {
    if (index > 0 || this.#commands?.length !== 1) this.#session.target.observe('listing', command)
    this.#commands = command === 'LIST -a' ? ['LIST -a', 'LIST'] : [command]
  }

  async #known(): Promise<readonly Command[]> {
    const { list, pattern } = this.#session.target.options
    if (list === 'mlsd') return ['MLSD']
    if (list === 'nlst') return ['NLST']
    const plain: Command[] = pattern === undefined ? ['LIST -a', 'LIST'] : ['LIST']
    if (list === 'list') return plain
    const mlsd = pattern === undefined && (await this.#session.features()).has('MLST')
    return mlsd ? ['MLSD', ...plain, 'NLST'] : [...plain, 'NLST']
  }

  async #answer(command: Command, folder: string): Promise<ListedEntry[] | BlackstartError> {
    const { pattern } = this.#session.target.options
    const text = await this.#session.tryList(pattern === undefined ? command : `${command} ${pattern}`, folder)
    if (text instanceof FTPError) {
      if (/no files|no matching|empty/i.test(text.message)) return []
      return this.#session.failure(text, { step: 'listing', path: folder })
    }
    try {
      return parseListing(text, kinds[command])
    } catch (error) {
      if (error instanceof CutListing) throw this.#cut(folder)
      if (!(error instanceof UnreadableListing)) throw error
      return this.#unreadable(folder, error.line)
    }
  }

  #cut(folder: string): BlackstartError {
    const { item, device } = this.#session.context
    return new BlackstartError(
      'truncated',
      `${item}: ${device} sent only a part of the listing of "${shownPath(folder)}" and called it complete. Nothing of it was kept; capture again, and restart the device's FTP server if it stays so.`,
      { retry: true, facts: { device, path: folder } },
    )
  }

  #unreadable(folder: string, line: string): BlackstartError {
    const { item, device } = this.#session.context
    return new BlackstartError(
      'protocol',
      `${item}: ${device} lists "${shownPath(folder)}" in a way that is not understood, or the listing was cut ("${shownPath(line)}"). Set options.list to nlst, or to none and name the files.`,
      { facts: { device, path: folder } },
    )
  }

  async #resolve(listed: readonly ListedEntry[], folder: string, command: Command): Promise<ListedEntry[]> {
    const byName = new Map<string, ListedEntry>()
    const links = listed.some(entry => entry.type === 'link' && entry.link === null)
      ? await this.#linkTargets(folder, command)
      : new Map<string, string>()
    for (const entry of listed) {
      const name = this.#checkedName(command === 'NLST' ? withoutFolder(entry.name, folder) : entry.name, folder)
      const same = byName.get(name)
      if (same !== undefined && (same.type !== entry.type || same.size !== entry.size)) throw this.#twice(folder, name)
      const link = entry.link ?? links.get(name) ?? null
      byName.set(name, entry.type === 'unknown' ? await this.#probed(folder, name) : { ...entry, name, link })
    }
    return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Some MLSD answers say that it is a link, but not where to; LIST does. */
  async #linkTargets(folder: string, command: Command): Promise<Map<string, string>> {
    const answer = command === 'MLSD' ? await this.#answer('LIST -a', folder) : []
    if (answer instanceof BlackstartError) throw answer
    return new Map(answer.flatMap(entry => (entry.link === null ? [] : [[entry.name, entry.link]])))
  }

  /** A listing of names only: what SIZE knows is a file, what CWD enters is a folder, the rest is read as a file. */
  async #probed(folder: string, name: string): Promise<ListedEntry> {
    const none = { modified: null, mtime: null, mode: null, user: null, group: null, link: null }
    const { size } = this.#session.told.size ? await this.#session.measure(folder, name) : { size: null }
    if (size !== null) return { name, type: 'file', size, ...none }
    const refused = await this.#session.tryEnter(joinDevicePath(folder, name))
    return { name, type: refused === null ? 'folder' : 'file', size: null, ...none }
  }

  /** What a device calls its files is not trusted: such a name must not leave the item's folder, nor be lost. */
  #checkedName(name: string, folder: string): string {
    const wrong = nameFault(name)
    if (wrong === null) return name
    const { item, device } = this.#session.context
    throw new BlackstartError(
      'protocol',
      `${item}: ${device} lists the name "${shownPath(name)}" in "${shownPath(folder)}", ${wrong}`,
      { facts: { device, path: folder } },
    )
  }

  #twice(folder: string, name: string): BlackstartError {
    const { item, device } = this.#session.context
    return new BlackstartError(
      'protocol',
      `${item}: ${device} lists "${shownPath(name)}" twice in "${shownPath(folder)}", and not alike. Remove one of them on the device, or exclude them.`,
      { facts: { device, path: folder } },
    )
  }
}

function nameFault(name: string): string | null {
  if (name === '' || name === '.' || name === '..' || name.includes('/')) {
    return 'which leads out of it. Check the device: such a name may be an attack. Nothing was written.'
  }
  if (/\p{Cc}/u.test(name))
    return 'which holds control characters and cannot be asked for. Rename the file on the device.'
  if (name.includes('\ufffd')) return 'which is not UTF-8. Set options.encoding: latin1.'
  if (Buffer.byteLength(name) > 1024) return 'which is longer than any disk can keep. Rename the file on the device.'
  return null
}

/** NLST may answer with whole paths. */
function withoutFolder(name: string, folder: string): string {
  for (const prefix of [joinDevicePath(folder, ''), './']) {
    if (name.toLowerCase().startsWith(prefix.toLowerCase())) return name.slice(prefix.length)
  }
  return name
}
