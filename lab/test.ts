// Runs the tests (`*.test.ts`, or `*.slow.ts` with --slow; further words choose files by a part of their path) and ends
// with one line `N passed, N failed, N skipped`. In CI a skipped test counts as a failure: what it lacks belongs in lab/setup.
import { globSync } from 'node:fs'
import path from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

const root = path.resolve(import.meta.dirname, '..')
const words = process.argv.slice(2)
const slow = words.includes('--slow')
const wanted = words.filter(word => !word.startsWith('--'))
const files = globSync(`{src,web,lab,bench}/**/*.${slow ? 'slow' : 'test'}.ts`, { cwd: root })
  .filter(file => wanted.length === 0 || wanted.some(word => file.includes(word)))
  .sort()
  .map(file => path.join(root, file))

if (files.length === 0) {
  process.stderr.write(`no test file matches ${wanted.join(' ')}\n`)
  process.exit(2)
}

const counts = { passed: 0, failed: 0, skipped: 0 }
const skips: string[] = []
const stream = run({ files, concurrency: slow ? 1 : 3, timeout: slow ? 3_600_000 : 300_000 })
stream.on('test:pass', event => {
  if (event.details.type === 'suite') return
  if (event.skip === undefined) counts.passed += 1
  else {
    counts.skipped += 1
    skips.push(`${event.name}: ${event.skip}`)
  }
})
stream.on('test:fail', event => {
  if (event.details.type !== 'suite') counts.failed += 1
})
stream.compose(new spec()).pipe(process.stdout)
stream.on('end', () => {
  setImmediate(() => {
    const forbidden = process.env.CI === 'true' ? skips : []
    for (const skip of forbidden) process.stdout.write(`skipped in CI, which counts as failed: ${skip}\n`)
    process.stdout.write(
      `${counts.passed} passed, ${counts.failed + forbidden.length} failed, ${counts.skipped - forbidden.length} skipped\n`,
    )
    process.exitCode = counts.failed + forbidden.length > 0 ? 1 : 0
  })
})
