// A SIMULATOR of a device with an FTP server (RFC 959, parts of RFC 2228, 2428, 3659, 4217), written from the standards: it stands for
// devices that are not here, with their quirks, and breaks off where a test wants it to. It serves one folder on loopback.
import { appendFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSecureContext, TLSSocket } from 'node:tls'
import { ftpTime, type ListStyle, listedFiles, listText, mlsdText } from './ftp-device-listing.ts'

export interface FtpQuirks {
  /** Sessions at a time; more get 421. */
  readonly maxSessions?: number
  readonly feat?: boolean
  readonly mlsd?: boolean
  readonly size?: boolean
  readonly mdtm?: boolean
  readonly epsv?: boolean
  readonly nlst?: boolean
  readonly listStyle?: ListStyle
  /** Names that no listing shows. */
  readonly hiddenFiles?: readonly string[]
  /** The device's name for its folder, such as `MD:`; without it the folder is `/`. */
  readonly devicePrefix?: string
  /** PASV answers with this address, as a device behind address translation does. */
  readonly pasvHost?: string
  /** Milliseconds that the device needs to free a session. */
  readonly slowRelease?: number
}

/** What goes wrong; may be changed while the device runs. Data faults concern the commands in `on`, RETR by default. */
export interface FtpFaults {
  on?: readonly string[]
  /** Closes the data connection after so many bytes, without a reply. */
  cutDataAfterBytes?: number
  cutHow?: 'reset' | 'close' | 'reply-426'
  /** Drops the control connection instead of answering the command of this number, counted from 1 in each session. */
  cutControlAfterCommands?: number
  /** Drops the control connection instead of answering this command. */
  cutControlAt?: string
  /** Drops the control connection when so many bytes of data were sent. */
  cutControlAfterBytes?: number
  stallAfterBytes?: number
  closeWithout226?: boolean
  /** What is said instead of 226. */
  completion?: string
  /** Leaves out so many of the last bytes, and still says 226. */
  silentTruncate?: number
  refuseLogin?: boolean
  /** Appends to the file while it is read. */
  changeWhileRead?: boolean
  /** `close`: hangs up before the greeting; `silent`: never greets. */
  greeting?: 'close' | 'silent' | 'busy'
  /** Never answers this command. */
  silentAt?: string
  /** Other replies than the right ones, by command. */
  replies?: Readonly<Record<string, string>>
  /** The answer to any listing, instead of the right one. */
  listing?: string
}

export interface FtpDeviceOptions {
  /** The folder that the device shows. */
  readonly root: string
  /** 0, the default: a free one. */
  readonly port?: number
  readonly user?: string
  readonly password?: string
  readonly quirks?: FtpQuirks
  readonly faults?: FtpFaults
  /** PEM; `implicit` speaks TLS from the first byte, else after AUTH TLS. */
  readonly tls?: {
    readonly key: string
    readonly cert: string
    readonly implicit?: boolean
    readonly dataCert?: { readonly key: string; readonly cert: string }
  }
}

export interface FtpDevice extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** `host:port`. */
  readonly address: string
  /** Every command in order, without passwords. */
  readonly commands: string[]
  readonly faults: FtpFaults
  /** Sessions open now, and the most at any time. */
  readonly sessions: { now: number; most: number; refused: number }
}

interface Device {
  readonly options: FtpDeviceOptions
  readonly quirks: FtpQuirks
  readonly faults: FtpFaults
  readonly commands: string[]
  readonly sessions: FtpDevice['sessions']
  readonly sockets: Set<Socket>
}

/** Starts the device on 127.0.0.1. */
export async function startFtpDevice(options: FtpDeviceOptions): Promise<FtpDevice> {
  const device: Device = {
    options,
    quirks: options.quirks ?? {},
    faults: { ...options.faults },
    commands: [],
    sessions: { now: 0, most: 0, refused: 0 },
    sockets: new Set(),
  }
  const server = createServer({ noDelay: true }, socket => new FtpDeviceSession(device, socket).start())
  const port = await listen(server, options.port ?? 0)
  return {
    host: '127.0.0.1',
    port,
    address: `127.0.0.1:${port}`,
    commands: device.commands,
    faults: device.faults,
    sessions: device.sessions,
    async [Symbol.asyncDispose]() {
      for (const socket of device.sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** One control connection. */
class FtpDeviceSession {
  readonly #device: Device
  #control: Socket
  #pending = ''
  #queue: Promise<void> = Promise.resolve()
  #user = ''
  #loggedIn = false
  #folder = '/'
  #protect = false
  #renameFrom: string | null = null
  #passive: { readonly server: Server; readonly socket: Promise<Socket> } | null = null
  #count = 0

  constructor(device: Device, socket: Socket) {
    this.#device = device
    this.#control = socket
    this.#track(socket)
  }

  start(): void {
    const { sessions, quirks, faults, options } = this.#device
    const socket = this.#control
    if (faults.greeting === 'close') {
      socket.destroy()
      return
    }
    if (sessions.now >= (quirks.maxSessions ?? Number.POSITIVE_INFINITY) || faults.greeting === 'busy') {
      sessions.refused += 1
      socket.end('421 Too many sessions, only one user at a time.\r\n')
      return
    }
    sessions.now += 1
    sessions.most = Math.max(sessions.most, sessions.now)
    socket.once('close', async () => {
      this.#passive?.server.close()
      await sleep(quirks.slowRelease ?? 0, undefined, { ref: false })
      sessions.now -= 1
    })
    if (options.tls?.implicit) this.#secure()
    this.#listen()
    if (faults.greeting !== 'silent') this.#reply('220 Simulated device ready.')
  }

  #track(socket: Socket): void {
    this.#device.sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.#device.sockets.delete(socket))
  }

  #listen(): void {
    this.#control.setEncoding('utf8')
    this.#control.on('data', (text: string) => {
      this.#pending += text
      for (let end = this.#pending.indexOf('\r\n'); end >= 0; end = this.#pending.indexOf('\r\n')) {
        const line = this.#pending.slice(0, end)
        this.#pending = this.#pending.slice(end + 2)
        this.#queue = this.#queue.then(() => this.#command(line))
      }
    })
  }

  #secure(): void {
    const { tls } = this.#device.options
    if (tls === undefined) throw new Error('no certificate given')
    this.#control.removeAllListeners('data')
    const secured = new TLSSocket(this.#control, { isServer: true, secureContext: createSecureContext(tls) })
    this.#track(secured)
    this.#control = secured
  }

  #reply(text: string): void {
    if (!this.#control.destroyed) this.#control.write(`${text}\r\n`)
  }

  async #command(line: string): Promise<void> {
    const space = line.indexOf(' ')
    const name = (space < 0 ? line : line.slice(0, space)).toUpperCase()
    const argument = space < 0 ? '' : line.slice(space + 1)
    const { faults, commands } = this.#device
    commands.push(name === 'PASS' ? 'PASS ***' : line)
    this.#count += 1
    if (faults.cutControlAt === name || faults.cutControlAfterCommands === this.#count) {
      this.#control.destroy()
      return
    }
    if (faults.silentAt === name) return
    const other = faults.replies?.[name]
    if (other !== undefined) return this.#reply(other)
    try {
      await this.#answer(name, argument)
    } catch (error) {
      this.#reply(fileReply(error))
    }
  }

  async #answer(name: string, argument: string): Promise<void> {
    const free = ['USER', 'PASS', 'QUIT', 'AUTH', 'FEAT', 'PBSZ', 'PROT', 'OPTS', 'NOOP']
    if (!this.#loggedIn && !free.includes(name)) return this.#reply('530 Log in first.')
    const answers: Record<string, () => Promise<void> | void> = {
      ...this.#sessionAnswers(argument),
      ...this.#dataAnswers(name, argument),
      ...this.#fileAnswers(argument),
    }
    const answer = answers[name]
    if (answer === undefined) return this.#reply(`502 ${name} is not implemented.`)
    await answer()
  }

  #sessionAnswers(argument: string): Record<string, () => Promise<void> | void> {
    const { options, quirks, faults } = this.#device
    return {
      USER: () => {
        this.#user = argument
        this.#reply('331 Password please.')
      },
      PASS: () => {
        const right = this.#user === (options.user ?? 'anonymous') && argument === (options.password ?? argument)
        this.#loggedIn = right && faults.refuseLogin !== true
        this.#reply(this.#loggedIn ? '230 Logged in.' : '530 Login incorrect.')
      },
      QUIT: () => void this.#control.end('221 Goodbye.\r\n'),
      NOOP: () => this.#reply('200 OK.'),
      TYPE: () => this.#reply('200 Type set.'),
      ...(quirks.feat === false
        ? {}
        : {
            FEAT: () => {
              const features = [
                quirks.mlsd === false ? '' : ' MLST type*;size*;modify*;',
                quirks.size === false ? '' : ' SIZE',
                ' UTF8',
              ]
              this.#reply(`211-Features:\r\n${features.filter(text => text !== '').join('\r\n')}\r\n211 End`)
            },
            OPTS: () => this.#reply('200 OK.'),
          }),
      ...(options.tls === undefined ? {} : this.#tlsAnswers(argument)),
    }
  }

  #tlsAnswers(argument: string): Record<string, () => void> {
    return {
      AUTH: () => {
        this.#reply('234 Start TLS.')
        this.#secure()
        this.#listen()
      },
      PBSZ: () => this.#reply('200 OK.'),
      PROT: () => {
        this.#protect = argument === 'P'
        this.#reply('200 OK.')
      },
    }
  }

  #dataAnswers(name: string, argument: string): Record<string, () => Promise<void> | void> {
    const { quirks, faults } = this.#device
    const listing = async (make: (listed: Awaited<ReturnType<typeof listedFiles>>) => string) => {
      const given = argument.replace(/^-a ?/, '')
      const folder = given === '' || given.includes('*') ? this.#folder : this.#resolve(given)
      const listed = await listedFiles(this.#onDisk(folder), quirks.hiddenFiles ?? [])
      await this.#sendData(name, Buffer.from(faults.listing ?? make(listed)))
    }
    return {
      PASV: () => this.#openPassive('PASV'),
      ...(quirks.epsv === false ? {} : { EPSV: () => this.#openPassive('EPSV') }),
      ...(quirks.mlsd === false ? {} : { MLSD: () => listing(mlsdText) }),
      ...(quirks.nlst === false
        ? {}
        : { NLST: () => listing(listed => listed.map(entry => `${entry.name}\r\n`).join('')) }),
      LIST: () => listing(listed => listText(listed, quirks.listStyle ?? 'unix')),
      RETR: async () => {
        const file = this.#onDisk(this.#resolve(argument))
        await this.#sendData('RETR', await readFile(file))
        if (faults.changeWhileRead) await appendFile(file, '!')
      },
      STOR: () => this.#store(this.#onDisk(this.#resolve(argument))),
    }
  }

  #fileAnswers(argument: string): Record<string, () => Promise<void> | void> {
    const { quirks } = this.#device
    const here = () => this.#onDisk(this.#resolve(argument))
    return {
      PWD: () => this.#reply(`257 "${quirks.devicePrefix ?? ''}${this.#folder}"`),
      CWD: async () => {
        const folder = this.#resolve(argument)
        if (!(await stat(this.#onDisk(folder))).isDirectory()) return this.#reply('550 Not a folder.')
        this.#folder = folder
        this.#reply('250 OK.')
      },
      CDUP: () => {
        this.#folder = path.posix.dirname(this.#folder)
        this.#reply('250 OK.')
      },
      MKD: async () => {
        await mkdir(here())
        this.#reply('257 Made.')
      },
      RMD: async () => {
        await rm(here(), { recursive: true })
        this.#reply('250 Removed.')
      },
      DELE: async () => {
        await rm(here())
        this.#reply('250 Deleted.')
      },
      RNFR: () => {
        this.#renameFrom = here()
        this.#reply('350 To what?')
      },
      RNTO: async () => {
        await rename(this.#renameFrom ?? '', here())
        this.#reply('250 Renamed.')
      },
      ...(quirks.size === false ? {} : { SIZE: async () => this.#reply(`213 ${(await fileStat(here())).size}`) }),
      ...(quirks.mdtm === false
        ? {}
        : { MDTM: async () => this.#reply(`213 ${ftpTime((await fileStat(here())).mtime)}`) }),
    }
  }

  /** A path of the device from what a command says, within its folder whatever it says. */
  #resolve(argument: string): string {
    const prefix = this.#device.quirks.devicePrefix
    const plain = prefix !== undefined && argument.startsWith(prefix) ? `/${argument.slice(prefix.length)}` : argument
    return path.posix.resolve(this.#folder, plain)
  }

  #onDisk(devicePath: string): string {
    return path.join(this.#device.options.root, devicePath)
  }

  async #openPassive(command: 'PASV' | 'EPSV'): Promise<void> {
    this.#passive?.server.close()
    const { promise, resolve } = Promise.withResolvers<Socket>()
    const server = createServer({ noDelay: true, pauseOnConnect: true }, socket => {
      server.close()
      this.#track(socket)
      resolve(socket)
    })
    const port = await listen(server, 0)
    this.#passive = { server, socket: promise }
    const host = (this.#device.quirks.pasvHost ?? '127.0.0.1').replaceAll('.', ',')
    const pasv = `227 Entering Passive Mode (${host},${port >> 8},${port & 255}).`
    this.#reply(command === 'PASV' ? pasv : `229 Entering Extended Passive Mode (|||${port}|).`)
  }

  async #dataSocket(): Promise<Socket> {
    const passive = this.#passive
    this.#passive = null
    if (passive === null) throw Object.assign(new Error('no data connection'), { reply: '425 Use PASV first.' })
    const socket = await passive.socket
    const { tls } = this.#device.options
    if (!this.#protect || tls === undefined) return socket
    const secured = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(tls.dataCert ?? tls) })
    this.#track(secured)
    // an end before the handshake would cut it
    await new Promise<void>(resolve => secured.once('secure', resolve).once('close', () => resolve()))
    return secured
  }

  async #sendData(command: string, content: Buffer): Promise<void> {
    const faults = (this.#device.faults.on ?? ['RETR']).includes(command) ? this.#device.faults : {}
    this.#reply('150 Here it comes.')
    const socket = await this.#dataSocket()
    const stop = Math.min(
      content.length - (faults.silentTruncate ?? 0),
      faults.cutDataAfterBytes ?? faults.stallAfterBytes ?? faults.cutControlAfterBytes ?? content.length,
    )
    for (let at = 0; at < stop && !socket.destroyed; at += 16_384) {
      const more = socket.write(content.subarray(at, Math.min(stop, at + 16_384)))
      if (!more) await new Promise<void>(resolve => socket.once('drain', resolve).once('close', () => resolve()))
    }
    if (faults.stallAfterBytes !== undefined) return
    if (faults.cutControlAfterBytes !== undefined) {
      this.#control.destroy()
      return
    }
    await this.#endData(socket, faults)
  }

  async #endData(socket: Socket, faults: FtpFaults): Promise<void> {
    if (faults.cutDataAfterBytes !== undefined && faults.cutHow !== 'close' && faults.cutHow !== 'reply-426') {
      await sleep(20) // so that the bytes before are on their way
      socket.resetAndDestroy()
      return
    }
    if (socket.destroyed) return this.#reply('426 Transfer aborted.')
    await new Promise<void>(resolve => socket.end(resolve))
    if (faults.cutHow === 'reply-426') return this.#reply('426 Connection closed; transfer aborted.')
    if (faults.closeWithout226 || faults.cutDataAfterBytes !== undefined) return
    this.#reply(faults.completion ?? '226 Transfer complete.')
  }

  async #store(file: string): Promise<void> {
    await writeFile(file, '')
    this.#reply('150 Send it.')
    const socket = await this.#dataSocket()
    const { faults } = this.#device
    const on = (faults.on ?? ['RETR']).includes('STOR')
    const parts: Buffer[] = []
    let bytes = 0
    for await (const part of socket as AsyncIterable<Buffer>) {
      parts.push(part)
      bytes += part.length
      if (on && faults.cutDataAfterBytes !== undefined && bytes > faults.cutDataAfterBytes) {
        socket.resetAndDestroy()
        this.#control.destroy()
        return
      }
    }
    const content = Buffer.concat(parts)
    await writeFile(file, on && faults.silentTruncate ? content.subarray(0, -faults.silentTruncate) : content)
    if (!(on && faults.closeWithout226)) this.#reply('226 Stored.')
  }
}

async function fileStat(file: string) {
  const found = await stat(file)
  if (!found.isFile()) throw Object.assign(new Error('not a file'), { reply: '550 Not a plain file.' })
  return found
}

function fileReply(error: unknown): string {
  if (error instanceof Error && 'reply' in error) return String(error.reply)
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'ENOENT') return '550 No such file or folder.'
  if (code === 'EACCES' || code === 'EPERM') return '550 Permission denied.'
  return '550 Not possible.'
}
