import { BlackstartError } from '../errors.ts'
import { ask } from './ask.ts'

/** A secret that is typed twice on a terminal, or else standard input whole; never shown. `what`: what is asked for. */
export function readSecret(what: string, signal: AbortSignal): Promise<string> {
  return process.stdin.isTTY === true ? askTwice(what, signal) : readInput()
}

/** Without its last end of line; further lines belong to the secret (a private key). */
async function readInput(): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of process.stdin) parts.push(Buffer.from(part))
  return Buffer.concat(parts)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}

async function askTwice(what: string, signal: AbortSignal): Promise<string> {
  const first = await ask(`${what}: `, { hidden: true }, signal)
  const second = await ask('Once more: ', { hidden: true }, signal)
  if (first !== second) throw new BlackstartError('usage', 'The two differ; nothing was set.')
  return first
}
