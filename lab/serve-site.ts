import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { startBlackstart } from './run-blackstart.ts'

export interface Served extends AsyncDisposable {
  readonly url: string
  /** Of the first administrator; null where there is an account. */
  readonly token: string | null
  /** What it has printed. */
  said(): string
}

export interface ServeOptions {
  /** 0, the default: one that is free. */
  readonly port?: number
  readonly signal?: AbortSignal
  /** Its pages must have been built. */
  readonly withPages?: boolean
}

/** `blackstart serve` over a site folder, until it is disposed of. */
export async function serveSite(
  folder: string,
  { port = 0, signal = AbortSignal.timeout(60_000), withPages = false }: ServeOptions = {},
): Promise<Served> {
  const node = startBlackstart(['serve', '--port', String(port), '--json'], { site: folder })
  await using started = new AsyncDisposableStack()
  started.defer(() => stop(node))
  let printed = ''
  for (const stream of [node.stdout, node.stderr]) stream?.on('data', (part: Buffer) => (printed += String(part)))
  const { url, token, pages } = await answerOf(node, signal)
  if (withPages && !pages) throw new Error('The pages are not built. Run: npm run build')
  const running = started.move()
  return { url, token, said: () => printed, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

async function stop(node: ChildProcess): Promise<void> {
  if (node.exitCode !== null || node.signalCode !== null) return
  node.kill('SIGINT')
  const late = setTimeout(() => node.kill('SIGKILL'), 15_000)
  await once(node, 'close')
  clearTimeout(late)
}

interface Answer {
  readonly url: string
  readonly token: string | null
  readonly pages: boolean
}

/** What `serve` prints once it listens. */
async function answerOf(node: ChildProcess, signal: AbortSignal): Promise<Answer> {
  let out = ''
  let err = ''
  node.stdin?.end()
  return await new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
    node.once('close', code => reject(new Error(`blackstart serve ended with ${code}: ${err}`)))
    node.stderr?.on('data', (part: Buffer) => {
      err = `${err}${part.toString('utf8')}`.slice(-8_000)
    })
    node.stdout?.on('data', (part: Buffer) => {
      out += part.toString('utf8')
      const answer = parsed(out)
      if (answer !== null) resolve(answer)
    })
  })
}

function parsed(text: string): Answer | null {
  try {
    return JSON.parse(text) as Answer
  } catch {
    return null
  }
}
