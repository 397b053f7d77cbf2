import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
  /** Standard output, parsed. Throws where it is not one JSON document. */
  json(): unknown
}

export interface RunOptions {
  /** The site folder. */
  readonly site?: string
  /** For standard input. */
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

const program = path.resolve(import.meta.dirname, '..', 'bin', 'blackstart')

/** Starts the real command, as a person's shell would. */
export function startBlackstart(words: readonly string[], options: RunOptions = {}): ChildProcess {
  const site = options.site === undefined ? [] : ['--site', options.site]
  return spawn(program, [...site, ...words], { env: { ...process.env, ...options.env }, stdio: 'pipe' })
}

/** Runs the real command to its end. */
export async function runBlackstart(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = startBlackstart(words, options)
  const [out, err]: [Buffer[], Buffer[]] = [[], []]
  child.stdout?.on('data', (part: Buffer) => out.push(part))
  child.stderr?.on('data', (part: Buffer) => err.push(part))
  child.stdin?.end(options.input ?? '')
  const [code] = (await once(child, 'close')) as [number | null]
  const text = Buffer.concat(out).toString('utf8')
  return { code, out: text, err: Buffer.concat(err).toString('utf8'), json: () => JSON.parse(text) }
}
