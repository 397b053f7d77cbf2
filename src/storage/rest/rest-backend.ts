import type { IncomingMessage } from 'node:http'
import { BlackstartError } from '../../errors.ts'
import type { Backend, FileKind, Range, StoredFile } from '../backend.ts'
import { bufferedUpload } from '../buffered-upload.ts'
import { beyond, fileSize, gathered, lengthOf } from '../http/answer-body.ts'
import { HttpClient, type HttpRequest } from '../http/http-client.ts'
import { missingFile, tooShort } from '../http/http-failure.ts'
import { folderOf, layoutPath } from '../layout.ts'
import { RequestSlots } from '../request-slots.ts'
import type { StorageAccess } from '../storage-access.ts'
import { Transfer } from '../transfer.ts'
import { keptByServer, notReplaced, statusFailure } from './rest-failure.ts'
import { type ListedFile, parseListing } from './rest-listing.ts'
import { parseRestPlace } from './rest-place.ts'

/** Requests at once: restic's. */
const connections = 5
const version2 = 'application/vnd.x.restic.rest.v2'
const hexadecimal = /^[0-9a-f]{64}$/

/** A repository on a server of restic's REST protocol (REST backend, versions 1 and 2). `place` is the URL after `rest:`. */
export function restBackend(place: string, access: StorageAccess): Backend {
  const server = new RestServer(place, access)
  const write: Backend['write'] = (kind, name, parts, signal) => server.write(kind, name, parts, signal)
  return {
    location: server.location,
    atOnce: connections,
    holdsUploads: true,
    create: signal => server.create(signal),
    list: (kind, signal) => server.list(kind, signal),
    stat: (kind, name, signal) => server.stat(kind, name, signal),
    read: (kind, name, range, signal) => server.read(kind, name, range, signal),
    stream: (kind, name, from, signal) => server.stream(kind, name, from, signal),
    write,
    async upload(kind, signal) {
      signal.throwIfAborted()
      return bufferedUpload((name, parts) => write(kind, name, parts, signal))
    },
    remove: (kind, name, signal) => server.remove(kind, name, signal),
    async [Symbol.asyncDispose]() {
      server[Symbol.dispose]()
    },
  }
}

class RestServer implements Disposable {
  readonly location: string
  readonly #access: StorageAccess
  readonly #client: HttpClient
  /** For what is over in one go. Streams and listings wait for their caller, who may well ask for more in between. */
  readonly #slots = new RequestSlots(connections)

  constructor(place: string, access: StorageAccess) {
    const parsed = parseRestPlace(place, access.rest ?? {})
    this.location = parsed.location
    this.#access = access
    this.#client = new HttpClient(parsed, access.tls ?? {})
  }

  async create(signal: AbortSignal): Promise<void> {
    const request = this.#request('POST', '?create=true', 'being prepared', { body: [] })
    await this.#ask(request, signal, answer => this.#expect(request, answer, 200))
  }

  async *list(kind: FileKind, signal: AbortSignal): AsyncGenerator<StoredFile> {
    if (kind === 'config') {
      const config = await this.stat('config', 'config', signal)
      if (config !== null) yield config
      return
    }
    const unsized: string[] = []
    for await (const { name, bytes } of this.#listed(kind, signal)) {
      if (!hexadecimal.test(name)) continue // a temporary file of the server's
      if (bytes === null) unsized.push(name)
      else yield { name, bytes }
    }
    for (let at = 0; at < unsized.length; at += connections) {
      const some = unsized.slice(at, at + connections)
      const found = await Promise.all(some.map(name => this.stat(kind, name, signal)))
      yield* found.filter(file => file !== null) // null: removed since
    }
  }

  async *#listed(kind: FileKind, signal: AbortSignal): AsyncGenerator<ListedFile> {
    const folder = `${folderOf(kind) ?? ''}/`
    const request = this.#request('GET', folder, `being listed (${folder})`, { headers: { Accept: version2 } })
    using transfer = new Transfer(this.#access, this.location, request.what, signal)
    const answer = await this.#client.ask(request, transfer)
    try {
      if (answer.statusCode === 404) return await this.#client.discard(answer, transfer) // not prepared yet
      this.#expect(request, answer, 200)
      yield* parseListing(this.#client.body(request, answer, transfer))
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      const sentence = `${this.location} gave a listing of ${folder} that cannot be read: ${error.message}.`
      throw new BlackstartError('protocol', sentence, { facts: { location: this.location, folder }, cause: error })
    } finally {
      answer.destroy()
    }
  }

  async stat(kind: FileKind, name: string, signal: AbortSignal): Promise<StoredFile | null> {
    const request = this.#request('HEAD', pathOf(kind, name), `being asked for ${layoutPath(kind, name)}`)
    return await this.#ask(request, signal, answer => {
      if (answer.statusCode === 404) return null
      this.#expect(request, answer, 200)
      const bytes = lengthOf(answer)
      if (bytes === null) throw statusFailure(request, 200, {})
      return { name, bytes }
    })
  }

  async read(kind: FileKind, name: string, range: Range | null, signal: AbortSignal): Promise<Uint8Array> {
    if (range?.length === 0) return await this.#readNothing(kind, name, range.offset, signal)
    const file = layoutPath(kind, name)
    const bytes = range && `bytes=${range.offset}-${range.offset + range.length - 1}`
    const request = this.#reading(kind, name, bytes)
    return await this.#ask(request, signal, async (answer, transfer) => {
      const { skip, size } = this.#readable(request, answer, file, range?.offset ?? 0)
      const length = range?.length ?? lengthOf(answer)
      const found = await gathered(this.#client.body(request, answer, transfer), skip, length)
      if (range !== null && found.byteLength < range.length) {
        throw tooShort(this.location, file, range.offset + range.length, size)
      }
      return found
    })
  }

  async #readNothing(kind: FileKind, name: string, offset: number, signal: AbortSignal): Promise<Uint8Array> {
    const file = layoutPath(kind, name)
    const found = await this.stat(kind, name, signal)
    if (found === null) throw missingFile(this.location, file)
    if (found.bytes < offset) throw tooShort(this.location, file, offset, found.bytes)
    return new Uint8Array(0)
  }

  async *stream(kind: FileKind, name: string, from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const file = layoutPath(kind, name)
    const request = this.#reading(kind, name, from === 0 ? null : `bytes=${from}-`)
    using transfer = new Transfer(this.#access, this.location, request.what, signal)
    const answer = await this.#client.ask(request, transfer)
    try {
      if (answer.statusCode === 416 && fileSize(answer) === from) return
      const { skip } = this.#readable(request, answer, file, from)
      yield* beyond(skip, this.#client.body(request, answer, transfer))
    } finally {
      answer.destroy()
    }
  }

  async write(kind: FileKind, name: string, parts: readonly Uint8Array[], signal: AbortSignal): Promise<StoredFile> {
    const file = layoutPath(kind, name)
    const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0)
    const request = this.#request('POST', pathOf(kind, name), `being written (${file})`, { body: parts })
    const refused = await this.#ask(request, signal, answer => {
      if (answer.statusCode !== 403) this.#expect(request, answer, 200, 201)
      return answer.statusCode === 403
    })
    if (!refused) return { name, bytes }
    // Servers replace nothing: what is there under that name has that content, where it is whole.
    const found = await this.stat(kind, name, signal)
    if (found?.bytes === bytes) return found
    throw notReplaced(this.location, file, bytes, found?.bytes ?? null)
  }

  async remove(kind: FileKind, name: string, signal: AbortSignal): Promise<void> {
    const file = layoutPath(kind, name)
    const request = this.#request('DELETE', pathOf(kind, name), `being changed (${file})`)
    await this.#ask(request, signal, answer => {
      if (answer.statusCode === 403) throw keptByServer(this.location, file)
      if (answer.statusCode !== 404) this.#expect(request, answer, 200, 204)
    })
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]()
  }

  #request(method: string, path: string, what: string, more: Partial<HttpRequest> = {}): HttpRequest {
    return { location: this.location, method, path, what, ...more }
  }

  #reading(kind: FileKind, name: string, range: string | null): HttpRequest {
    const headers = range === null ? {} : { headers: { Range: range } }
    return this.#request('GET', pathOf(kind, name), `being read (${layoutPath(kind, name)})`, headers)
  }

  /** One request in its slot; what `use` leaves of the answer's body is thrown away. */
  async #ask<Result>(
    request: HttpRequest,
    signal: AbortSignal,
    use: (answer: IncomingMessage, transfer: Transfer) => Result | Promise<Result>,
  ): Promise<Result> {
    using _slot = await this.#slots.take(signal)
    using transfer = new Transfer(this.#access, this.location, request.what, signal)
    const answer = await this.#client.ask(request, transfer)
    try {
      return await use(answer, transfer)
    } finally {
      await this.#client.discard(answer, transfer)
    }
  }

  #expect(request: HttpRequest, answer: IncomingMessage, ...statuses: readonly number[]): void {
    if (statuses.includes(answer.statusCode ?? 0)) return
    throw statusFailure(request, answer.statusCode ?? 0, answer.headers)
  }

  /** How many bytes of the body to leave out, and the file's size where the answer tells it. */
  #readable(
    request: HttpRequest,
    answer: IncomingMessage,
    file: string,
    offset: number,
  ): { readonly skip: number; readonly size: number | null } {
    if (answer.statusCode === 404) throw missingFile(this.location, file)
    if (answer.statusCode === 416) throw tooShort(this.location, file, offset + 1, fileSize(answer))
    this.#expect(request, answer, 200, 206)
    return answer.statusCode === 206 ? { skip: 0, size: fileSize(answer) } : { skip: offset, size: lengthOf(answer) }
  }
}

/** Packs, too, lie in one folder: the server alone knows how it shares them out. */
function pathOf(kind: FileKind, name: string): string {
  const folder = folderOf(kind)
  return folder === null ? 'config' : `${folder}/${name}`
}
