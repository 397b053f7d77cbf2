import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientChannel } from 'ssh2'
import { type CliStage, commandRefused, noAnswer, sessionClosed, sessionSilent, tooMuch } from './cli-failure.ts'
import { type CliLink, outputLimit } from './cli-link.ts'
import type { CliCapture } from './cli-model.ts'
import { refusalIn } from './cli-output.ts'
import { openChannel } from './open-channel.ts'
import { orReason, ShellReader } from './shell-reader.ts'

/** Milliseconds in which, after the last byte, the device tells its status and a lost connection is noticed. */
const notice = 200

/** What the device answers to one command on a channel of its own, whole and exactly. */
export async function captureByExec(link: CliLink, { command }: CliCapture): Promise<Buffer> {
  const output = await runByExec(link, command, 'capture')
  const refusal = refusalIn(output, link.model.errors)
  if (refusal !== null) throw commandRefused(link.peer, command, refusal)
  if (output.trim() === '') throw noAnswer(link.peer, command)
  return Buffer.from(output, 'latin1')
}

/**
 * The same, whatever the device says. SSH ends a channel by a message that comes after all of its data, so an end while
 * the connection stands is the device's own; what a lost connection ends is thrown as `truncated` or `connection-lost`.
 */
export async function runByExec(link: CliLink, command: string, at: 'prepare' | 'capture'): Promise<string> {
  const { connection, peer, target } = link
  const stage: CliStage = { at, command }
  await orReason(target.pace.pause(connection.ended), connection.ended)
  const closed = Promise.withResolvers<void>()
  const status: { code: number | null } = { code: null }
  const channel = await openChannel(link, command, born => {
    born.on('exit', (code: unknown) => {
      status.code = typeof code === 'number' ? code : 1
    })
    born.on('close', closed.resolve)
  })
  channel.end()
  const output = await allOf(link, channel, stage)
  await Promise.race([closed.promise, sleep(notice)]) // a status may follow the end of the data
  if (status.code === null) await sleep(notice)
  if (status.code === null && connection.ended.aborted) {
    throw sessionClosed(peer, stage, { bytes: output.length, last: '' }, connection.ended.reason)
  }
  if (status.code !== null && status.code !== 0 && at === 'capture') {
    const answer = output.trim()
    throw commandRefused(peer, command, answer !== '' && answer.length < 200 ? answer : `exit status ${status.code}`)
  }
  return output
}

async function allOf({ connection, peer, target }: CliLink, channel: ClientChannel, stage: CliStage): Promise<string> {
  const reader = new ShellReader(channel, target.pace, connection.ended)
  const chunks: string[] = []
  let bytes = 0
  for (;;) {
    const chunk = await reader.next(target.timeouts.idle)
    if (chunk === 'closed') return chunks.join('')
    if (chunk === null) throw sessionSilent(peer, stage, { bytes, last: '' }, target.timeouts.idle / 1000)
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > outputLimit) throw tooMuch(peer, stage, outputLimit)
  }
}
