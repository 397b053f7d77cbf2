import { generateKeyPairSync, hash } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import type { Socket } from 'node:net'
import path from 'node:path'
import ssh2, { type Attributes, type AuthContext, type Connection, type SFTPWrapper } from 'ssh2'

/** What the device does wrong; changeable while it runs. Counts are per connection and of file content only. */
export interface SftpFaults {
  /** Breaks the connection when so many bytes were sent. */
  cutAfterBytes?: number
  /** Answers nothing more when so many bytes were sent. */
  stallAfterBytes?: number
  /** Breaks the connection at this request (the first is 1). */
  cutAfterRequests?: number
  /** Ends every file so many bytes early, while its attributes tell the true size. */
  shortFiles?: number
  /** Answers a read with at most so many bytes. */
  mostPerRead?: number
  /** Refuses, as small devices do, to rename. */
  noRename?: boolean
}

export interface SftpDeviceOptions {
  /** The folder on this machine that the device holds; `/` for the user. */
  readonly folder: string
  readonly user: string
  readonly password: string
  /** 0, the default, for a free one. */
  readonly port?: number
  /** A private key in PEM form; a new one when left out. */
  readonly hostKey?: string
  readonly faults?: SftpFaults
  /** `keyboard-interactive` instead of `password`. */
  readonly asks?: boolean
  /** Algorithms to offer, instead of the usual ones. */
  readonly algorithms?: ssh2.Algorithms
}

export interface SftpDevice {
  readonly host: string
  readonly port: number
  /** `SHA256:…`. */
  readonly hostKey: string
  readonly faults: SftpFaults
  /** Connections now, the most at once, logins so far and refused ones. */
  readonly sessions: { open: number; most: number; logins: number; refused: number }
}

/** A new host key in the PEM form that the device, and `hostKey` of its options, take. */
export function newHostKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'sec1', format: 'pem' }).toString()
}

/** Simulates a device that offers a folder over SFTP (version 3) on loopback; needs no root. Labelled a simulator: not a real HMI. */
export async function startSftpDevice(options: SftpDeviceOptions): Promise<SftpDevice & AsyncDisposable> {
  const key = options.hostKey ?? newHostKey()
  const faults: SftpFaults = { ...options.faults }
  const sessions = { open: 0, most: 0, logins: 0, refused: 0 }
  const open = new Set<Connection>()
  const server = new ssh2.Server(
    { hostKeys: [key], ...(options.algorithms && { algorithms: options.algorithms }) },
    connection => {
      open.add(connection)
      socketOf(connection).setNoDelay(true)
      sessions.open += 1
      sessions.most = Math.max(sessions.most, sessions.open)
      connection.on('close', () => {
        open.delete(connection)
        sessions.open -= 1
      })
      connection.on('error', () => connection.end()) // a client that breaks off is no error of the device
      serve(connection, options, faults, sessions)
    },
  )
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const parsed = ssh2.utils.parseKey(key)
  if (parsed instanceof Error) throw parsed
  const fingerprint = hash('sha256', parsed.getPublicSSH(), 'base64').replace(/=+$/, '')
  return {
    host: '127.0.0.1',
    port,
    hostKey: `SHA256:${fingerprint}`,
    faults,
    sessions,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const connection of open) socketOf(connection).destroy()
      await closed
    },
  }
}

function serve(
  connection: Connection,
  options: SftpDeviceOptions,
  faults: SftpFaults,
  sessions: SftpDevice['sessions'],
): void {
  connection.on('authentication', context => {
    if (context.username === options.user && knows(context, options)) {
      if (context.method !== 'keyboard-interactive') {
        sessions.logins += 1
        return context.accept()
      }
      return context.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) => {
        if (answer !== options.password) return context.reject()
        sessions.logins += 1
        context.accept()
      })
    }
    if (context.method !== 'none') sessions.refused += 1
    context.reject([options.asks === true ? 'keyboard-interactive' : 'password'])
  })
  connection.on('session', accept => {
    accept().on('sftp', acceptSftp => {
      new FolderServer(acceptSftp(), path.resolve(options.folder), faults, () => socketOf(connection).destroy())
    })
  })
}

function knows(context: AuthContext, { password, asks }: SftpDeviceOptions): boolean {
  if (asks === true) return context.method === 'keyboard-interactive'
  return context.method === 'password' && context.password === password
}

/** The socket of a connection, which ssh2 keeps to itself: a cable that is pulled says no goodbye. */
function socketOf(connection: Connection): Socket {
  return (connection as unknown as { _sock: Socket })._sock
}

const { STATUS_CODE: status } = ssh2.utils.sftp

/** Answers the requests of one SFTP session from a folder. */
class FolderServer {
  readonly #sftp: SFTPWrapper
  readonly #root: string
  readonly #faults: SftpFaults
  readonly #handles = new Map<number, { path: string; fd: number | null; names: string[] }>()
  #next = 1
  #sent = 0
  #requests = 0

  constructor(sftp: SFTPWrapper, root: string, faults: SftpFaults, cut: () => void) {
    this.#sftp = sftp
    this.#root = root
    this.#faults = faults
    const on = (name: string, answer: (id: number, ...words: never[]) => void) => {
      sftp.on(name as 'OPEN', (id: number, ...words: unknown[]) => {
        this.#requests += 1
        if (this.#requests === faults.cutAfterRequests || this.#sent >= (faults.cutAfterBytes ?? Infinity)) return cut()
        if (this.#sent >= (faults.stallAfterBytes ?? Infinity)) return
        try {
          answer(id, ...(words as never[]))
        } catch (error) {
          sftp.status(id, statusOf(error))
        }
      })
    }
    on('REALPATH', (id, asked: string) => {
      const filename = path.posix.resolve('/', asked)
      sftp.name(id, [{ filename, longname: filename, attrs: {} as Attributes }])
    })
    for (const name of ['STAT', 'LSTAT'] as const) {
      on(name, (id, asked: string) => {
        const at = this.#at(asked)
        sftp.attrs(id, attributesOf(name === 'STAT' ? fs.statSync(at) : fs.lstatSync(at)))
      })
    }
    on('READLINK', (id, asked: string) => {
      const filename = fs.readlinkSync(this.#at(asked))
      sftp.name(id, [{ filename, longname: filename, attrs: {} as Attributes }])
    })
    on('OPENDIR', (id, asked: string) =>
      this.#hold(id, { path: this.#at(asked), fd: null, names: fs.readdirSync(this.#at(asked)) }),
    )
    on('READDIR', (id, handle: Buffer) => this.#list(id, handle))
    on('OPEN', (id, asked: string, flags: number) => {
      const fd = fs.openSync(this.#at(asked), ssh2.utils.sftp.flagsToString(flags) ?? 'r')
      this.#hold(id, { path: asked, fd, names: [] })
    })
    on('READ', (id, handle: Buffer, offset: number, length: number) => this.#read(id, handle, offset, length))
    on('FSTAT', (id, handle: Buffer) => sftp.attrs(id, attributesOf(fs.fstatSync(this.#fd(handle)))))
    on('CLOSE', (id, handle: Buffer) => {
      this.#release(handle.readUInt32BE())
      sftp.status(id, status.OK)
    })
    this.#answerWrites(on)
    sftp.on('close', () => {
      for (const handle of [...this.#handles.keys()]) this.#release(handle)
    })
  }

  #answerWrites(on: (name: string, answer: (id: number, ...words: never[]) => void) => void): void {
    const done = (name: string, act: (...words: never[]) => void) =>
      on(name, (id, ...words) => {
        act(...words)
        this.#sftp.status(id, status.OK)
      })
    done('WRITE', (handle: Buffer, offset: number, data: Buffer) => {
      fs.writeSync(this.#fd(handle), data, 0, data.length, offset)
    })
    done('SETSTAT', (asked: string, attributes: Partial<Attributes>) => setAttributes(this.#at(asked), attributes))
    done('FSETSTAT', (handle: Buffer, attributes: Partial<Attributes>) =>
      setAttributes(this.#at(this.#handles.get(handle.readUInt32BE())?.path ?? '/'), attributes),
    )
    done('MKDIR', (asked: string) => fs.mkdirSync(this.#at(asked)))
    done('RMDIR', (asked: string) => fs.rmdirSync(this.#at(asked)))
    done('REMOVE', (asked: string) => fs.unlinkSync(this.#at(asked)))
    done('SYMLINK', (link: string, target: string) => fs.symlinkSync(target, this.#at(link)))
    done('RENAME', (from: string, to: string) => {
      if (this.#faults.noRename === true || fs.existsSync(this.#at(to))) throw new Error('as version 3 wants it')
      fs.renameSync(this.#at(from), this.#at(to))
    })
  }

  /** The place of a path on this machine, inside the folder. */
  #at(asked: string): string {
    return path.join(this.#root, path.posix.resolve('/', asked))
  }

  #hold(id: number, held: { path: string; fd: number | null; names: string[] }): void {
    const handle = Buffer.alloc(4)
    handle.writeUInt32BE(this.#next)
    this.#handles.set(this.#next, held)
    this.#next += 1
    this.#sftp.handle(id, handle)
  }

  #fd(handle: Buffer): number {
    return this.#handles.get(handle.readUInt32BE())?.fd ?? -1
  }

  #release(handle: number): void {
    const fd = this.#handles.get(handle)?.fd
    if (typeof fd === 'number') fs.closeSync(fd)
    this.#handles.delete(handle)
  }

  #list(id: number, handle: Buffer): void {
    const held = this.#handles.get(handle.readUInt32BE())
    const names = held?.names.splice(0, 50) ?? []
    if (held === undefined || names.length === 0) {
      this.#sftp.status(id, status.EOF)
      return
    }
    const entries = names.map(filename => {
      const attrs = attributesOf(fs.lstatSync(path.join(held.path, filename)))
      return { filename, longname: filename, attrs }
    })
    this.#sftp.name(id, entries)
  }

  #read(id: number, handle: Buffer, offset: number, length: number): void {
    const fd = this.#fd(handle)
    const end = fs.fstatSync(fd).size - (this.#faults.shortFiles ?? 0)
    const most = Math.min(length, this.#faults.mostPerRead ?? length, Math.max(0, end - offset))
    const data = Buffer.alloc(most)
    const count = most === 0 ? 0 : fs.readSync(fd, data, 0, most, offset)
    if (count === 0) {
      this.#sftp.status(id, status.EOF)
      return
    }
    this.#sent += count
    this.#sftp.data(id, data.subarray(0, count))
  }
}

function attributesOf({ mode, uid, gid, size, atimeMs, mtimeMs }: fs.Stats): Attributes {
  return { mode, uid, gid, size, atime: Math.floor(atimeMs / 1000), mtime: Math.floor(mtimeMs / 1000) }
}

function setAttributes(at: string, { mode, mtime, atime }: Partial<Attributes>): void {
  if (mode !== undefined) fs.chmodSync(at, mode & 0o7777)
  if (mtime !== undefined) fs.utimesSync(at, atime ?? mtime, mtime)
}

function statusOf(error: unknown): number {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ENOENT') return status.NO_SUCH_FILE
  return code === 'EACCES' || code === 'EPERM' ? status.PERMISSION_DENIED : status.FAILURE
}
