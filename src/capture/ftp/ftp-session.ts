import { PassThrough, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, FTPError, type FTPResponse } from 'basic-ftp'
import { BlackstartError } from '../../errors.ts'
import type { Target } from '../connector.ts'
import { connectFtp, type FtpConnection, ftpContext } from './connect-ftp.ts'
import { openDataConnection, type PassiveMode } from './data-connection.ts'
import { folderAbove, joinDevicePath } from './device-path.ts'
import { ftpEndpoint } from './ftp-endpoint.ts'
import { type FtpContext, type FtpDoing, ftpFailure } from './ftp-failure.ts'
import type { FtpOptions } from './ftp-options.ts'
import { parseFtpTime } from './parse-listing.ts'

/** What SIZE and MDTM say of a file; null for what the device does not tell. */
export interface Measure {
  readonly size: number | null
  /** The reply's text, to compare. */
  readonly modified: string | null
  /** Nanoseconds since 1970. */
  readonly mtime: bigint | null
}

const unknownCommand = new Set([500, 501, 502, 503, 504])
const CHUNK = 64 * 1024
const GOODBYE = 1000
const BUSY_PAUSE = 200
const LONGEST_PAUSE = 1600

/**
 * The one control connection of a capture. Connects on first use, and again after a failure that was reported or a
 * transfer that the reader gave up; a connection that is lost in between is a failure. Calls never overlap.
 * All errors are BlackstartErrors, but that `try…` calls return the device's refusal as an FTPError.
 */
export class FtpSession implements AsyncDisposable {
  readonly target: Target<FtpOptions>
  readonly context: FtpContext
  readonly #endpoint
  readonly #signal: AbortSignal
  #connection: FtpConnection | null = null
  #folder: string | null = null
  #home: string | null = null
  #passive: PassiveMode | null
  #dataEnded = false
  #secured: Promise<void> = Promise.resolve()
  #told = { size: true, modified: true }

  /** Throws `site-invalid` and `secret-missing`; does not connect yet. */
  constructor(target: Target<FtpOptions>, signal: AbortSignal) {
    this.target = target
    this.#signal = signal
    this.#endpoint = ftpEndpoint(target)
    this.context = ftpContext(target, this.#endpoint)
    this.#passive = target.options.passive === 'auto' ? null : target.options.passive
  }

  /** Whether the device knows SIZE and MDTM, as far as was seen. */
  get told(): { readonly size: boolean; readonly modified: boolean } {
    return this.#told
  }

  failure(error: unknown, doing: FtpDoing): BlackstartError {
    return ftpFailure(error, doing, this.context)
  }

  async features(): Promise<ReadonlySet<string>> {
    return (await this.#connected(this.#signal)).features
  }

  /** Makes `folder` the current one; `refused` holds the device's answer when it has no such folder. */
  async tryEnter(folder: string, signal = this.#signal): Promise<FTPError | null> {
    if (this.#connection !== null && this.#folder === folder) return null
    const doing: FtpDoing = { step: 'listing', path: folder }
    const absolute = await this.#absolute(folder, signal)
    const answer = await this.#try(`CWD ${absolute}`, doing, signal)
    this.#folder = answer instanceof FTPError ? this.#folder : folder
    return answer instanceof FTPError ? answer : null
  }

  async enter(folder: string, signal = this.#signal): Promise<void> {
    const refused = await this.tryEnter(folder, signal)
    if (refused !== null) throw this.failure(refused, { step: 'listing', path: folder })
  }

  /** The text that `command` (MLSD, LIST, NLST, with arguments) gives for the current folder, or the refusal. */
  async tryList(command: string, folder: string): Promise<string | FTPError> {
    await this.enter(folder)
    const doing: FtpDoing = { step: 'listing', path: folder }
    return await this.#run(doing, this.#signal, async client => {
      let text = ''
      client.availableListCommands = [command]
      client.parseList = raw => {
        text = raw
        return []
      }
      try {
        await client.list()
      } catch (error) {
        if (error instanceof FTPError && isRefusal(error)) return error
        throw error
      }
      return text
    })
  }

  /** Size and time of a file; without a folder, `name` is a whole path. */
  async measure(folder: string | null, name: string, signal = this.#signal): Promise<Measure> {
    if (folder !== null) await this.enter(folder, signal)
    const doing: FtpDoing = { step: 'reading', path: name }
    const argument = argumentOf(folder, name)
    const size = this.#told.size ? await this.#ask('SIZE', argument, doing, signal) : null
    const modified = this.#told.modified ? await this.#ask('MDTM', argument, doing, signal) : null
    const bytes = size === null ? null : /^\d+/.exec(size)
    return {
      size: bytes === null ? null : Number(bytes[0]),
      modified,
      mtime: modified === null ? null : parseFtpTime(modified),
    }
  }

  /** The file's bytes; ends only after the device's completion reply. A reader that stops early ends the session. */
  async *download(folder: string | null, name: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    if (folder !== null) await this.enter(folder, signal)
    const doing: FtpDoing = { step: 'reading', path: name }
    const pipe = new PassThrough({ highWaterMark: CHUNK })
    const transfer = this.#run(doing, signal, async client =>
      completed(await client.downloadTo(pipe, argumentOf(folder, name))),
    )
    const settled = transfer.then(
      () => null,
      (error: unknown) => {
        pipe.destroy()
        return { error }
      },
    )
    const reader = pipe[Symbol.asyncIterator]()
    let finished = false
    try {
      for (;;) {
        const next = await reader.next().catch(async (error: unknown) => {
          const failed = await settled // says more than the broken stream does
          finished = true
          throw failed?.error ?? error
        })
        if (next.done) break
        const chunk: Uint8Array = next.value
        await this.target.pace.bytes(chunk.length, signal)
        yield chunk
      }
      const failed = await settled
      finished = true
      if (failed !== null) throw failed.error
    } finally {
      if (!finished) this.#abandon(pipe)
    }
  }

  /** Writes a file under its name in a folder, which is made where it is missing; resolves with the bytes sent after the device has confirmed. */
  async upload(folder: string, name: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
    await this.makeFolder(folder)
    const { pace } = this.target
    const signal = this.#signal
    let sent = 0
    // an empty file would end the connection in the middle of its handshake
    const secured = () => this.#secured
    async function* paced(): AsyncGenerator<Uint8Array> {
      await secured()
      for await (const chunk of chunks) {
        await pace.bytes(chunk.length, signal)
        sent += chunk.length
        yield chunk
      }
    }
    const source = Readable.from(paced(), { objectMode: false, highWaterMark: CHUNK })
    try {
      await this.#run({ step: 'writing', path: name }, signal, async client =>
        completed(await client.uploadFrom(source, argumentOf(folder, name))),
      )
    } finally {
      source.destroy()
    }
    return sent
  }

  /** Makes the folder, and those above it, unless they are there; enters it. */
  async makeFolder(folder: string): Promise<void> {
    const missing = await this.tryEnter(folder)
    if (missing === null) return
    const above = folderAbove(folder)
    if (above !== null) await this.makeFolder(above)
    const doing: FtpDoing = { step: 'writing', path: folder }
    const made = await this.#try(`MKD ${await this.#absolute(folder, this.#signal)}`, doing, this.#signal)
    if (made instanceof FTPError) throw this.failure(made, doing)
    await this.enter(folder)
  }

  /** Says goodbye, so that the device frees its session at once, and waits a second at most for the answer. */
  async [Symbol.asyncDispose](): Promise<void> {
    const connection = this.#connection
    this.#connection = null
    this.#folder = null
    if (connection === null) return
    const { client } = connection
    const waiting = new AbortController()
    if (!client.closed) {
      const goodbye = client.send('QUIT').finally(() => waiting.abort())
      await Promise.allSettled([goodbye, sleep(GOODBYE, undefined, waiting).finally(() => client.close())])
    }
    client.close()
  }

  #abandon(pipe: PassThrough): void {
    pipe.destroy()
    const client = this.#connection?.client
    if (client === undefined) return
    client.close()
    this.#connection = null
    this.#folder = null
  }

  /** A device that knows the path only from the folder of the login is asked once where that is. */
  async #absolute(folder: string, signal: AbortSignal): Promise<string> {
    if (folder.startsWith('/') || folder.includes(':')) return folder
    const client = (await this.#connected(signal)).client
    this.#home ??= await this.#run({ step: 'listing', path: folder }, signal, () => client.pwd())
    return `${this.#home.replace(/\/$/, '')}/${folder}`
  }

  async #ask(command: 'SIZE' | 'MDTM', argument: string, doing: FtpDoing, signal: AbortSignal): Promise<string | null> {
    const answer = await this.#try(`${command} ${argument}`, doing, signal)
    if (answer instanceof FTPError) {
      if (unknownCommand.has(answer.code)) {
        this.#told = { ...this.#told, ...(command === 'SIZE' ? { size: false } : { modified: false }) }
      }
      return null
    }
    return answer.code === 213 ? answer.message.slice(4).trim() : null
  }

  async #try(command: string, doing: FtpDoing, signal: AbortSignal): Promise<FTPResponse | FTPError> {
    return await this.#run(doing, signal, async client => {
      try {
        return await client.send(command)
      } catch (error) {
        if (error instanceof FTPError && isRefusal(error)) return error
        throw error
      }
    })
  }

  async #run<T>(doing: FtpDoing, signal: AbortSignal, work: (client: Client) => Promise<T>): Promise<T> {
    const both = signal === this.#signal ? signal : AbortSignal.any([signal, this.#signal])
    const { client } = await this.#connected(both)
    const onAbort = () => client.close()
    both.addEventListener('abort', onAbort, { once: true })
    this.#dataEnded = false
    try {
      return await work(client)
    } catch (error) {
      if (!(error instanceof FTPError)) client.close() // a late reply must not be taken for the next command's
      both.throwIfAborted()
      const dataEnded = this.#dataEnded && !(error instanceof FTPError)
      throw this.failure(error, { ...doing, ...(doing.step === 'writing' ? {} : { dataEnded }) })
    } finally {
      both.removeEventListener('abort', onAbort)
      if (client.closed) this.#forget(client)
    }
  }

  #forget(client: Client): void {
    if (this.#connection?.client !== client) return
    this.#connection = null
    this.#folder = null
  }

  async #connected(signal: AbortSignal): Promise<FtpConnection> {
    signal.throwIfAborted()
    if (this.#connection !== null) return this.#connection
    const connection = await this.#connect(signal)
    connection.client.prepareTransfer = () => this.#prepare(connection.client)
    this.#connection = connection
    return connection
  }

  /** A device may need a moment to free the session that was just ended, by this capture or the one before. */
  async #connect(signal: AbortSignal): Promise<FtpConnection> {
    const until = performance.now() + this.target.timeouts.connect
    for (let pause = BUSY_PAUSE; ; pause *= 2) {
      try {
        return await connectFtp(this.target, this.#endpoint, this.context, signal)
      } catch (error) {
        const busy = error instanceof BlackstartError && error.code === 'device-busy'
        if (!busy || pause > LONGEST_PAUSE || performance.now() + pause > until) throw error
      }
      await sleep(pause, undefined, { signal })
    }
  }

  /** EPSV first, PASV where the device does not know it or its port cannot be reached; the one that works is kept. */
  async #prepare(client: Client): Promise<FTPResponse> {
    const onEnd = () => {
      this.#dataEnded = true
    }
    const open = async (mode: PassiveMode): Promise<FTPResponse> => {
      const { response, secured } = await openDataConnection(client.ftp, mode, onEnd)
      this.#passive = mode
      this.#secured = secured
      return response
    }
    if (this.#passive !== null) return await open(this.#passive)
    try {
      return await open('epsv')
    } catch (error) {
      if (client.closed || (error instanceof FTPError && error.code === 421)) throw error
    }
    return await open('pasv')
  }
}

/** An answer to this one command; 421 ends the session, and the 42x and 426 replies tell of the connection. */
function isRefusal(error: FTPError): boolean {
  return error.code === 450 || error.code >= 500
}

/** Servers drop blanks that lead a name, unless a path precedes it. */
function argumentOf(folder: string | null, name: string): string {
  return name.startsWith(' ') && folder?.startsWith('/') ? joinDevicePath(folder, name) : name
}

/** RFC 959, 5.4: a transfer is complete after 226 or 250; any other answer belongs to something else. */
function completed(response: FTPResponse): void {
  if (response.code !== 226 && response.code !== 250) throw new FTPError({ code: 451, message: response.message })
}
