// A simulator of a device with a command line over SSH: a real SSH server on loopback that plays a dialogue.
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import ssh2, { type Algorithms, type AuthContext, type Connection, type ServerChannel, type Session } from 'ssh2'

/** What one session of a device says. */
export interface CliDialogue {
  /** Sent when the shell opens, up to and with the first prompt. */
  readonly greeting: string
  /** What the device reads next: a line, or one key (a pager, a question). */
  wants(): 'line' | 'key'
  /** What the device sends for a line (without its end) or a key: echo, output and next prompt. Null: it ends the session. */
  type(input: string): string | null
  /** One command on a channel of its own. Null: not offered. `status` null: the device tells none. */
  exec?(command: string): { readonly output: string; readonly status: number | null }
}

export interface CliFaults {
  /** The connection breaks after so many bytes of what the shell sends. */
  readonly cutAfterBytes?: number
  /** The device falls silent after so many bytes of what the shell sends. */
  readonly stallAfterBytes?: number
  /** The last line `end` or `return` of an answer is missing. */
  readonly noEndMark?: boolean
  /** The connection breaks at the login, when `enable` comes, or when a command (after the first prompt) comes. */
  readonly cutAt?: 'connect' | 'login' | 'shell' | 'enable' | 'command'
  /** The device sends its answers in pieces of so many bytes. */
  readonly pieceBytes?: number
  /** The device pauses where it has just sent this text. */
  readonly pauseAfter?: { readonly text: string; readonly milliseconds: number }
}

export interface CliDeviceOptions {
  readonly user: string
  readonly password: string
  /** A fresh dialogue for each session. */
  readonly dialogue: () => CliDialogue
  readonly faults?: CliFaults
  /** The SSH host key, in PEM; by default one of its own, the same for every device of this process. */
  readonly hostKey?: string
  /** Speaks only what devices of 2005 speak. */
  readonly legacyOnly?: boolean
  /** The port to listen on; the system chooses one when left out. */
  readonly port?: number
}

export interface CliDevice extends AsyncDisposable {
  readonly port: number
  /** Replaces the faults for the sessions to come. */
  setFaults(faults: CliFaults): void
  /** Sessions that are open now, and the most that there were at once. */
  sessions(): { readonly open: number; readonly most: number; readonly total: number }
  /** Bytes that all shells have sent so far. */
  sent(): number
  /** Every line and key that was typed, in order; passwords too. */
  typed(): readonly string[]
}

const legacyAlgorithms: Algorithms = {
  kex: ['diffie-hellman-group14-sha1'],
  serverHostKey: ['ssh-rsa'],
  cipher: ['aes128-cbc'],
  hmac: ['hmac-sha1'],
}

const hostKeys = new Map<boolean, string>()

/** One of each kind a process: making an RSA key takes its time. */
function hostKey(legacy: boolean): string {
  const known = hostKeys.get(legacy)
  if (known !== undefined) return known
  const { privateKey } = legacy
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = privateKey.export({ type: legacy ? 'pkcs1' : 'sec1', format: 'pem' }).toString()
  hostKeys.set(legacy, key)
  return key
}

/** Starts the device on 127.0.0.1. */
export async function startCliDevice(options: CliDeviceOptions): Promise<CliDevice> {
  const state = { faults: options.faults ?? {}, most: 0, total: 0, sent: 0, typed: [] as string[] }
  const sockets = new Set<Socket>()
  const ssh = new ssh2.Server({
    hostKeys: [options.hostKey ?? hostKey(options.legacyOnly ?? false)],
    ...(options.legacyOnly ? { algorithms: legacyAlgorithms } : {}),
  })
  ssh.on('connection', (client: Connection, { port }) => {
    const socket = [...sockets].find(one => one.remotePort === port)
    client.on('error', () => socket?.destroy())
    if (socket !== undefined) serve(client, socket, options, state)
  })
  const server = createServer(socket => {
    sockets.add(socket)
    state.total += 1
    state.most = Math.max(state.most, sockets.size)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    if (state.faults.cutAt === 'connect') socket.destroy()
    else ssh.injectSocket(socket)
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    setFaults(faults) {
      state.faults = faults
    },
    sessions: () => ({ open: sockets.size, most: state.most, total: state.total }),
    sent: () => state.sent,
    typed: () => state.typed,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

interface DeviceState {
  faults: CliFaults
  sent: number
  typed: string[]
}

function serve(client: Connection, socket: Socket, options: CliDeviceOptions, state: DeviceState): void {
  const dialogue = options.dialogue()
  client.on('authentication', context => {
    if (state.faults.cutAt === 'login') socket.destroy()
    else if (allowed(context, options)) context.accept()
    else context.reject(['password'])
  })
  client.on('session', accept => {
    const session: Session = accept()
    session.on('pty', agreed => agreed?.())
    session.on('shell', open => {
      if (state.faults.cutAt === 'shell') socket.destroy()
      else new ShellSession(open(), socket, dialogue, state).start()
    })
    session.on('exec', (open, refuse, { command }) => {
      state.typed.push(command)
      const answer = dialogue.exec?.(command)
      if (state.faults.cutAt === 'command') socket.destroy()
      else if (answer === undefined) refuse()
      else new ShellSession(open(), socket, dialogue, state).finish(answer.output, answer.status)
    })
  })
}

function allowed(context: AuthContext, { user, password }: CliDeviceOptions): boolean {
  return context.method === 'password' && context.username === user && context.password === password
}

/** One channel: takes what is typed, sends what the dialogue answers, breaks where the faults say. */
class ShellSession {
  readonly #channel: ServerChannel
  readonly #socket: Socket
  readonly #dialogue: CliDialogue
  readonly #state: DeviceState
  readonly #faults: CliFaults
  #pending = ''
  #sent = 0
  #sending: Promise<void> = Promise.resolve()

  constructor(channel: ServerChannel, socket: Socket, dialogue: CliDialogue, state: DeviceState) {
    this.#channel = channel
    this.#socket = socket
    this.#dialogue = dialogue
    this.#state = state
    this.#faults = state.faults
    channel.on('error', () => socket.destroy())
  }

  start(): void {
    this.#send(this.#dialogue.greeting)
    this.#channel.on('data', (chunk: Buffer) => {
      this.#pending += chunk.toString('latin1')
      this.#sending = this.#sending.then(() => this.#read())
    })
    this.#channel.on('end', () => this.#channel.end())
  }

  finish(output: string, status: number | null): void {
    this.#send(output)
    this.#sending = this.#sending.then(() => {
      const { cutAfterBytes, stallAfterBytes } = this.#faults
      if ([cutAfterBytes, stallAfterBytes].some(limit => limit !== undefined && this.#sent >= limit)) return
      if (status !== null) this.#channel.exit(status)
      this.#channel.end()
    })
  }

  async #read(): Promise<void> {
    for (let input = this.#take(); input !== null; input = this.#take()) {
      this.#state.typed.push(input)
      const { cutAt } = this.#faults
      if (cutAt === 'enable' ? input === 'enable' : cutAt === 'command' && input !== '') this.#socket.destroy()
      const answer = this.#dialogue.type(input)
      if (answer !== null) await this.#write(this.#faults.noEndMark ? withoutEndMark(answer) : answer)
      else {
        this.#channel.exit(0)
        this.#channel.end()
        return
      }
    }
  }

  /** A line, or a key where the dialogue wants one; null while it is not whole. */
  #take(): string | null {
    const length = this.#dialogue.wants() === 'key' ? 1 : this.#pending.search(/[\r\n]/)
    if (length === -1 || this.#pending.length < length || this.#pending === '') return null
    const input = this.#pending.slice(0, length)
    this.#pending = this.#pending.slice(length)
    if (this.#dialogue.wants() === 'line') this.#pending = this.#pending.replace(/^(?:\r\n|\r|\n)/, '')
    return input
  }

  #send(text: string): void {
    this.#sending = this.#sending.then(() => this.#write(text))
  }

  async #write(text: string): Promise<void> {
    const { cutAfterBytes, stallAfterBytes, pauseAfter } = this.#faults
    const limit = Math.min(cutAfterBytes ?? Number.POSITIVE_INFINITY, stallAfterBytes ?? Number.POSITIVE_INFINITY)
    for (const whole of pieces(text, this.#faults)) {
      const piece = whole.slice(0, limit - this.#sent)
      this.#sent += piece.length
      this.#state.sent += piece.length
      if (!this.#channel.writable) return
      if (piece !== '') await new Promise<void>(done => this.#channel.write(piece, 'latin1', () => done()))
      if (pauseAfter !== undefined && piece.endsWith(pauseAfter.text)) await sleep(pauseAfter.milliseconds)
      if (this.#sent < limit) continue
      if (cutAfterBytes !== undefined) setImmediate(() => this.#socket.destroySoon())
      return
    }
  }
}

function* pieces(text: string, { pieceBytes = text.length, pauseAfter }: CliFaults): Generator<string> {
  const at = pauseAfter === undefined ? -1 : text.indexOf(pauseAfter.text)
  const parts =
    at === -1 ? [text] : [text.slice(0, at + pauseAfter!.text.length), text.slice(at + pauseAfter!.text.length)]
  for (const part of parts) {
    for (let from = 0; from < part.length; from += pieceBytes) yield part.slice(from, from + pieceBytes)
  }
}

function withoutEndMark(answer: string): string {
  return answer.replace(/\n(?:end|return)\r?\n(?=\s*[^\n]*$)/, '\n')
}
