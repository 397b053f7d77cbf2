import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'

const program = path.resolve(import.meta.dirname, '..', '..', 'bin', 'blackstart')

/**
 * Starts `bin/blackstart --site FOLDER …`, which speaks where we speak, in a process group of its own: Ctrl-C reaches us,
 * and we pass it on once.
 */
export function spawnBlackstart(folder: string, words: readonly string[]): ChildProcess {
  return spawn(program, ['--site', folder, ...words], { stdio: ['ignore', 'inherit', 'inherit'], detached: true })
}
