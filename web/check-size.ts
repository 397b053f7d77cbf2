// Ends with 1 where the pages that a browser loads first are larger than the budget. `npm run build` runs it.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

/** Bytes of JavaScript, gzipped. */
const budget = 350_000
const built = path.resolve(import.meta.dirname, '..', 'dist', 'web')

interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
  readonly dynamicImports?: readonly string[]
}
const manifest = JSON.parse(readFileSync(path.join(built, '.vite', 'manifest.json'), 'utf8')) as Record<string, Chunk>

/** A chunk and all that it needs at once. */
function withImports(name: string, seen: Set<string>): Set<string> {
  const chunk = manifest[name]
  if (chunk === undefined || seen.has(name)) return seen
  seen.add(name)
  for (const needed of chunk.imports ?? []) withImports(needed, seen)
  return seen
}

const size = (names: ReadonlySet<string>) =>
  [...names].reduce((sum, name) => {
    const { file } = manifest[name] ?? { file: '' }
    return file.endsWith('.js') ? sum + gzipSync(readFileSync(path.join(built, file)), { level: 9 }).length : sum
  }, 0)

const start = withImports('index.html', new Set())
// what a French reader loads, who loads most
const catalog = withImports('text/said-in-french.ts', withImports('locales/fr.po', new Set(start)))
const pages = (manifest['index.html']?.dynamicImports ?? []).filter(name => name.startsWith('features/'))
const rows = pages.map(name => ({ name, bytes: size(withImports(name, new Set(catalog))) }))
const inThousands = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`

process.stdout.write(`First load, gzipped: ${inThousands(size(catalog))} before any page; with one:\n`)
for (const { name, bytes } of rows) process.stdout.write(`  ${inThousands(bytes).padStart(9)}  ${name}\n`)
const tooLarge = rows.filter(({ bytes }) => bytes > budget)
if (rows.length === 0 || tooLarge.length > 0) {
  process.stderr.write(`More than ${inThousands(budget)} is too much for the first load.\n`)
  process.exitCode = 1
}
