import type { ClientChannel } from 'ssh2'
import {
  type CliStage,
  commandRefused,
  enableRefused,
  noAnswer,
  noEndMark,
  notPrivileged,
  promptChanged,
  sessionClosed,
  sessionSilent,
  tooMuch,
} from './cli-failure.ts'
import { type CliLink, outputLimit } from './cli-link.ts'
import type { CliAnswer, CliCapture, CliEnable } from './cli-model.ts'
import {
  askedAt,
  type Cut,
  lastLine,
  lastWords,
  refusalIn,
  visibleLine,
  withoutEcho,
  withoutPagers,
  withoutPrompts,
} from './cli-output.ts'
import { openChannel } from './open-channel.ts'
import { orReason, ShellReader } from './shell-reader.ts'

/** Milliseconds of silence after which a line counts as one that waits: for the first prompt, a prompt, a pager. */
const settle = { login: 250, prompt: 80, pager: 40 }

/** Milliseconds that the device gets to answer an empty line with its prompt. */
const probePatience = 2000

/** One dialogue with a device's command line, command after command. Errors are BlackstartErrors. */
export class CliSession {
  readonly #link: CliLink
  readonly #channel: ClientChannel
  readonly #reader: ShellReader
  /** The prompt as it was last seen; exactly this line ends a capture. */
  #prompt = ''
  /** Whether the prompt was seen after a command, and so is no line of a greeting. */
  #confirmed = false

  private constructor(link: CliLink, channel: ClientChannel) {
    this.#link = link
    this.#channel = channel
    this.#reader = new ShellReader(channel, link.target.pace, link.connection.ended)
  }

  /** Opens the shell, waits for its prompt, becomes privileged and prepares the session. */
  static async open(link: CliLink): Promise<CliSession> {
    const session = new CliSession(link, await openChannel(link, null))
    await session.#settled(new Heard(), { at: 'login' })
    if (link.model.enable?.when.test(session.#prompt)) await session.#becomePrivileged(link.model.enable)
    for (const command of link.model.prepare) await session.#prepare(command)
    return session
  }

  /** What the device answers, for reading facts: no proof that it is whole. */
  async run(command: string): Promise<string> {
    const heard = new Heard()
    await this.#send(command)
    if (this.#confirmed) {
      await this.#until(heard, { at: 'prepare', command }, line => line === this.#prompt, settle.prompt)
    } else await this.#settled(heard, { at: 'prepare', command })
    this.#confirmed = true
    return withoutPrompts(withoutEcho(heard.output(), command, this.#link.model.echoLines), this.#prompt, 1)
  }

  /** What the device answers, whole and exactly: without the echo, the pagers and the prompt. */
  async capture({ command, endMark }: CliCapture): Promise<Buffer> {
    const { peer, model } = this.#link
    const stage: CliStage = { at: 'capture', command }
    const heard = new Heard()
    await this.#send(command)
    for (let probes = 0; ; probes += 1) {
      await this.#until(heard, stage, line => line === this.#prompt, settle.prompt)
      const output = withoutPrompts(withoutEcho(heard.output(), command, model.echoLines), this.#prompt, probes + 1)
      const refusal = refusalIn(output, model.errors)
      if (refusal !== null) throw commandRefused(peer, command, refusal)
      const due = endMark !== null && (endMark.due === null || endMark.due.test(output))
      if (due && endMark.line.test(lastWords(output))) return Buffer.from(output, 'latin1')
      if (!(await this.#stillWaits(heard, stage))) continue
      if (output.trim() === '') throw noAnswer(peer, command)
      if (due) throw noEndMark(peer, command, heard.bytes)
      return Buffer.from(output, 'latin1')
    }
  }

  /** A command after which the prompt may be another one. */
  async #prepare(command: string): Promise<void> {
    await this.#send(command)
    await this.#settled(new Heard(), { at: 'prepare', command })
    this.#confirmed = true
  }

  /** Says goodbye; the device may be gone before it has answered. */
  leave(): void {
    const { logout, lineEnd } = this.#link.model
    if (!this.#channel.writable) return
    for (const command of logout) this.#channel.write(command + lineEnd)
    this.#channel.end()
  }

  /** Reads until a prompt of the model's waits, answers what is asked on the way, and learns the prompt. */
  async #settled(heard: Heard, stage: CliStage): Promise<void> {
    const silence = stage.at === 'login' ? settle.login : settle.prompt
    await this.#until(heard, stage, line => this.#link.model.prompt.test(line), silence)
    this.#prompt = lastLine(heard.tail)
  }

  /**
   * A line that equals the prompt may be a line of a configuration, sent slowly: a device that waits answers an empty line
   * with its prompt at once. One that does not answer at all is taken as waiting.
   */
  async #stillWaits(heard: Heard, stage: CliStage): Promise<boolean> {
    const { model, peer } = this.#link
    const harmless = (line: string) => line === '' || line === this.#prompt || refusalIn(line, model.errors) !== null
    const answer = new Heard()
    this.#channel.write(model.lineEnd)
    for (;;) {
      const answered = lastLine(answer.tail) === this.#prompt
      const chunk = await this.#reader.next(answered ? settle.prompt : probePatience)
      if (chunk === 'closed') throw this.#closed(stage, heard)
      if (chunk === null) return answered || answer.bytes === 0
      answer.add(chunk)
      heard.add(chunk)
      if (heard.bytes > outputLimit) throw tooMuch(peer, stage, outputLimit)
      const lines = answer.output().split('\n').slice(0, -1)
      if (!lines.map(visibleLine).every(harmless)) return false
    }
  }

  async #becomePrivileged(enable: CliEnable): Promise<void> {
    const { model, peer } = this.#link
    const stage: CliStage = { at: 'enable' }
    const answered = (line: string) => model.prompt.test(line) || enable.password.test(line)
    let heard = new Heard()
    await this.#send(enable.command)
    await this.#until(heard, stage, answered, settle.prompt)
    if (enable.password.test(lastLine(heard.tail))) {
      const known = this.#link.enable
      if (known === null) throw enableRefused(peer, null)
      heard = new Heard()
      this.#channel.write(known.password + model.lineEnd)
      await this.#until(heard, stage, answered, settle.prompt)
      const line = lastLine(heard.tail)
      if (enable.password.test(line) || enable.when.test(line)) throw enableRefused(peer, known.name)
    }
    this.#prompt = lastLine(heard.tail)
    if (enable.when.test(this.#prompt)) throw notPrivileged(peer, enable.command)
  }

  async #send(command: string): Promise<void> {
    const { connection, target } = this.#link
    await orReason(target.pace.pause(connection.ended), connection.ended)
    this.#channel.write(command + this.#link.model.lineEnd)
  }

  /** Reads until `waits` holds for the last line and it stays the last for `silence` milliseconds. */
  async #until(heard: Heard, stage: CliStage, waits: (line: string) => boolean, silence: number): Promise<void> {
    const { peer, target, model } = this.#link
    const asks = stage.at === 'login' ? [...model.questions, ...model.pagers] : model.pagers
    for (;;) {
      const ready = waits(lastLine(heard.tail))
      const asked = ready ? null : askIn(heard.tail, asks)
      const patience = ready ? silence : asked === null ? target.timeouts.idle : settle.pager
      const chunk = await this.#reader.next(patience)
      if (chunk === 'closed') throw this.#closed(stage, heard)
      if (chunk !== null) {
        heard.add(chunk)
        if (heard.bytes > outputLimit) throw tooMuch(peer, stage, outputLimit)
      } else if (ready) return
      else if (asked === null) throw this.#silent(stage, heard)
      else {
        heard.cut(asked.from)
        this.#channel.write(asked.answer)
      }
    }
  }

  #silent(stage: CliStage, heard: Heard): unknown {
    const { peer, target, model } = this.#link
    const line = lastLine(heard.tail)
    return stage.at === 'capture' && model.prompt.test(line)
      ? promptChanged(peer, stage, this.#prompt, line)
      : sessionSilent(peer, stage, heard.said, target.timeouts.idle / 1000)
  }

  #closed(stage: CliStage, heard: Heard): unknown {
    return sessionClosed(this.#link.peer, stage, heard.said, this.#link.connection.ended.reason)
  }
}

function askIn(tail: string, asks: readonly CliAnswer[]): { from: number; answer: string } | null {
  for (const { pattern, answer } of asks) {
    const from = askedAt(tail, pattern)
    if (from !== null) return { from: tail.length - from, answer }
  }
  return null
}

/** What the device said since it was asked. */
class Heard {
  readonly #chunks: string[] = []
  readonly #cuts: Cut[] = []
  bytes = 0
  /** Its last characters since the last pager, enough for the longest last line. */
  tail = ''

  get said() {
    return { bytes: this.bytes, last: lastWords(this.tail) }
  }

  add(chunk: string): void {
    this.#chunks.push(chunk)
    this.bytes += chunk.length
    this.tail = (this.tail + chunk).slice(-4096)
  }

  /** The last `length` bytes are a pager's, which has been answered. */
  cut(length: number): void {
    this.#cuts.push({ from: this.bytes - length, to: this.bytes })
    this.tail = ''
  }

  output(): string {
    return withoutPagers(this.#chunks.join(''), this.#cuts)
  }
}
