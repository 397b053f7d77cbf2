import { setTimeout as sleep } from 'node:timers/promises'
import { type CliStage, commandRefused, noAnswer, sessionClosed, sessionSilent, tooMuch } from './cli-failure.ts'
import { type CliLink, outputLimit } from './cli-link.ts'
import type { CliCapture } from './cli-model.ts'
import { refusalIn } from './cli-output.ts'
import { openChannel } from './open-channel.ts'
import { orReason, ShellReader } from './shell-reader.ts'

/** Milliseconds in which a lost connection is noticed after its channel has ended. */
const notice = 100

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
  const channel = await openChannel(link, command)
  const status: { code: number | null } = { code: null }
  channel.on('exit', (code: unknown) => {
    status.code = typeof code === 'number' ? code : 1
  })
  channel.end()
  const reader = new ShellReader(channel, target.pace, connection.ended)
  const chunks: string[] = []
  let bytes = 0
  for (;;) {
    const chunk = await reader.next(target.timeouts.idle)
    const said = { bytes, last: '' }
    if (chunk === null) throw sessionSilent(peer, stage, said, target.timeouts.idle / 1000)
    if (chunk !== 'closed') {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > outputLimit) throw tooMuch(peer, stage, outputLimit)
      continue
    }
    if (status.code === null) await sleep(notice)
    if (connection.ended.aborted && status.code === null)
      throw sessionClosed(peer, stage, said, connection.ended.reason)
    const output = chunks.join('')
    if (status.code !== null && status.code !== 0 && at === 'capture') {
      throw commandRefused(peer, command, output.slice(0, 200) || `exit status ${status.code}`)
    }
    return output
  }
}
