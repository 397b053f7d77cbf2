/** What the kill tests of restores share: runs that are ended by SIGKILL, and what must hold afterwards. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { password, pseudoRandom } from '../test-repository.ts'
import { unfinished } from './open-file.ts'
import type { RestoreOptions } from './restore-options.ts'

const program = `
  const [engine, folder, options] = process.argv.slice(1)
  const { localBackend } = await import(engine + '/../storage/local/local-backend.ts')
  const { openRepository } = await import(engine + '/repository.ts')
  const { restore } = await import(engine + '/restore.ts')
  const signal = AbortSignal.timeout(600_000)
  const repository = await openRepository(localBackend(folder), ${JSON.stringify(password)}, {}, signal)
  const [snapshot] = await repository.snapshots(signal)
  process.stdout.write('begun\\n')
  await restore(repository, snapshot, JSON.parse(options), signal)
  process.stdout.write('done\\n')
`

/** A restore in a process of its own, ended by SIGKILL so many milliseconds after it began, where it is not done before. */
export async function killedRestore(repository: string, options: RestoreOptions, after: number): Promise<boolean> {
  const words = [path.resolve(import.meta.dirname, '..'), repository, JSON.stringify(options)]
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  let timer: NodeJS.Timeout | null = null
  for await (const text of child.stdout.setEncoding('utf8')) {
    said += text
    timer ??= setTimeout(() => child.kill('SIGKILL'), after)
  }
  if (timer !== null) clearTimeout(timer)
  return said.endsWith('done\n')
}

/** Files of all sizes, one of them in several packs; `seed` makes other content of the same sizes. */
export async function makeVariant(folder: string, seed: number): Promise<void> {
  for (let at = 0; at < 6; at += 1) {
    await mkdir(path.join(folder, `folder-${at}`), { recursive: true })
    for (let i = 0; i < 120; i += 1) {
      const content = pseudoRandom(i % 3 === 0 ? 77 : seed + at * 1000 + i, 20 + i * 137)
      await writeFile(path.join(folder, `folder-${at}`, `file-${i}`), content)
    }
  }
  await writeFile(path.join(folder, 'large'), pseudoRandom(seed, 45_000_000))
}

/** Fails where a file is neither marked as unfinished, nor missing, nor one of these, whole; returns how many are whole as in the first. */
export function assertWhole(target: string, folders: readonly [string, ...string[]]): number {
  let right = 0
  for (const name of readdirSync(folders[0], { recursive: true, encoding: 'utf8' })) {
    const file = path.join(target, name)
    const stat = lstatSync(file, { throwIfNoEntry: false })
    if (stat === undefined || !stat.isFile() || (stat.mode & 0o7777) === unfinished) continue
    const found = readFileSync(file)
    const like = folders.findIndex(folder => readFileSync(path.join(folder, name)).equals(found))
    assert.notEqual(like, -1, `${name} is not whole, and not marked`)
    if (like === 0) right += 1
  }
  return right
}
