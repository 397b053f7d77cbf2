/** What the engine's tests share: scratch folders, cheap repositories, the stock restic program, comparing folders. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Backend } from '../storage/backend.ts'
import { localBackend } from '../storage/local/local-backend.ts'
import { addKey } from './edit/keys.ts'
import { linkTarget, namesIn, statOf, systemPath } from './files/file-system.ts'
import { initRepository, type OpenOptions, type Repository } from './repository.ts'

export const password = 'a test password'
export const options: OpenOptions = { scrypt: { N: 1024, r: 8, p: 1 } }

export interface Scratch extends AsyncDisposable {
  readonly folder: string
  path(...names: string[]): string
}

export async function scratchFolder(): Promise<Scratch> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-engine-'))
  return {
    folder,
    path: (...names) => path.join(folder, ...names),
    // What was aborted ends a moment later: a file may come while the folder goes.
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}

export async function newRepository(
  folder: string,
  signal: AbortSignal,
): Promise<{ backend: Backend; repository: Repository }> {
  const backend = localBackend(folder)
  return { backend, repository: await initRepository(backend, password, options, signal) }
}

/** Gives it a further password; returns its key's id. */
export async function addPassword(repository: Repository, word: string, signal: AbortSignal): Promise<string> {
  await using lock = await repository.lock('shared', signal)
  return await addKey(repository, lock, word, {}, signal)
}

export type Restic = (repository: string, ...words: string[]) => Promise<string>

const run = promisify(execFile)

const recipes = { '0.14': 'restic-0.14.sh', '0.18': 'restic.sh' } as const

/**
 * Runs a stock restic, with further variables in its environment, and gives its standard output; a reason to skip where there
 * is none.
 */
export async function stockRestic(
  version: keyof typeof recipes = '0.18',
  variables: Readonly<Record<string, string>> = {},
): Promise<Restic | string> {
  const script = path.resolve(import.meta.dirname, '../../lab/peers', recipes[version])
  try {
    const { stdout } = await run(script)
    const program = stdout.trim()
    const env = { ...process.env, RESTIC_PASSWORD: password, ...variables }
    return async (repository, ...words) => {
      const all = ['-r', repository, '--no-cache', ...words]
      return (await run(program, all, { env, maxBuffer: 256 * 1024 * 1024 })).stdout
    }
  } catch (error) {
    return `stock restic ${version} is missing: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Everything below a folder, one line an entry: kind, permissions, owner, time in microseconds, content or link target. */
export async function describeFolder(folder: string): Promise<string[]> {
  const lines: string[] = []
  for (const name of await namesIn(folder)) {
    const file = path.posix.join(folder, name)
    const stat = await statOf(file)
    const content = stat.isFile()
      ? createHash('sha256')
          .update(await readFile(systemPath(file)))
          .digest('hex')
      : stat.isSymbolicLink()
        ? JSON.stringify(await linkTarget(file))
        : ''
    const links = stat.isDirectory() ? '' : stat.nlink
    lines.push(
      [JSON.stringify(name), stat.mode.toString(8), stat.uid, stat.gid, stat.mtimeNs / 1000n, links, content].join(' '),
    )
    if (stat.isDirectory()) lines.push(...(await describeFolder(file)).map(line => `${JSON.stringify(name)}/${line}`))
  }
  return lines
}

export async function* pieces(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size)
}

/** Random bytes that are the same for the same seed. */
export function pseudoRandom(seed: number, bytes: number): Buffer {
  const words = new Uint32Array(Math.ceil(bytes / 4))
  let state = (seed * 2 + 1) >>> 0
  for (let i = 0; i < words.length; i += 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[i] = Math.imul(state, 0x9e3779b1)
  }
  return Buffer.from(words.buffer, 0, bytes)
}
