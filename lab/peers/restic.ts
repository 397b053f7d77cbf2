import { execFileSync } from 'node:child_process'
import path from 'node:path'

/** Stock restic on a repository: runs it with the given words and returns its standard output; throws when it fails. */
export function restic(repository: string, passwordFile: string): (...words: string[]) => string {
  const program = execFileSync(path.join(import.meta.dirname, 'restic.sh'), { encoding: 'utf8' }).trim()
  return (...words) =>
    execFileSync(program, ['-r', repository, '--password-file', passwordFile, '--no-cache', ...words], {
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
}
