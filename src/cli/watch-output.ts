import { systemCode } from '../errors.ts'
import { exitCodes } from './exit-code.ts'
import { outputRefusal } from './system-refusal.ts'

/**
 * What becomes of a command whose output is not taken: it goes on, and lets go of what it holds. Whoever reads only the first
 * lines (head) has what they wanted: it exits as it would have. Anything else is told, once, and is a failure.
 */
export function watchOutput(): void {
  let told = false
  process.stderr.on('error', () => undefined) // there is nobody left to tell
  process.stdout.on('error', error => {
    if (told || systemCode(error) === 'EPIPE') return
    told = true
    process.stderr.write(`${outputRefusal(error).message}\n`)
    process.on('exit', code => {
      if (code === exitCodes.done) process.exitCode = exitCodes.failed
    })
  })
}
