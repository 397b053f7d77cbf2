// Builds the library `blackstart/engine` as a whole package, for npm to pack: `npm run build:engine`, into dist/ or a new folder that is named.
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import program from '../package.json' with { type: 'json' }

const root = path.resolve(import.meta.dirname, '..')
const dist = path.join(root, 'dist')
const target = path.resolve(process.argv[2] ?? dist)

function compile(): void {
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const words = [compiler, '-p', path.join(root, 'tsconfig.engine.json'), '--outDir', target]
  const { status } = spawnSync(process.execPath, words, { stdio: 'inherit' })
  if (status !== 0) process.exit(1)
  // what the compiler does not copy: it is found beside the module that loads it
  const source = path.join(root, 'src')
  for (const file of globSync('{engine,storage}/**/*.wasm', { cwd: source })) {
    cpSync(path.join(source, file), path.join(target, file))
  }
}

/** A link to another document of docs/. */
const link = /\]\((\w[\w-]*\.md)/g

/** docs/engine.md is the library's README; what it links to comes along, and what that links to. */
function addDocuments(): void {
  const document = (name: string) => readFileSync(path.join(root, 'docs', name), 'utf8')
  const linked = (text: string) => [...text.matchAll(link)].map(([, name = '']) => name)
  const readme = document('engine.md')
  mkdirSync(path.join(target, 'docs'))
  writeFileSync(path.join(target, 'README.md'), readme.replaceAll(link, '](docs/$1'))
  const names = new Set(linked(readme))
  for (const name of names) {
    const text = document(name)
    writeFileSync(path.join(target, 'docs', name), text)
    for (const next of linked(text)) names.add(next)
  }
  cpSync(path.join(root, 'LICENSE'), path.join(target, 'LICENSE'))
}

/** What follows `from`, `import`, `import(` and `createRequire(…)(`, where it is no file. */
const imported = /(?:\bfrom|\bimport|\bimport\(|\bcreateRequire\([^()]*\)\()\s*['"]([^'"./][^'"]*)['"]/g

/** The packages that the built code imports, each in the version that the program has. Throws for one that the program does not list. */
function dependencies(): Readonly<Record<string, string>> {
  const versions: Readonly<Record<string, string | undefined>> = program.dependencies
  const files = globSync('**/*.js', { cwd: target }).map(file => readFileSync(path.join(target, file), 'utf8'))
  const specifiers = files.flatMap(text => [...text.matchAll(imported)].map(([, specifier = '']) => specifier))
  const names = specifiers.filter(each => !each.startsWith('node:')).map(packageOf)
  return Object.fromEntries([...new Set(names)].sort().map(name => [name, versions[name] ?? unlisted(name)]))
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function unlisted(name: string): never {
  throw new Error(`The engine imports ${name}, which is no dependency in package.json.`)
}

function packageJson(): unknown {
  const { name, version, license, type } = program
  return {
    ...{ name, version, description: 'Reads and writes restic repositories', license, type },
    engines: { node: '>=26' },
    exports: { './engine': { types: './engine/engine.d.ts', default: './engine/engine.js' } },
    dependencies: dependencies(),
  }
}

if (target === dist) rmSync(dist, { recursive: true, force: true })
compile()
addDocuments()
writeFileSync(path.join(target, 'package.json'), `${JSON.stringify(packageJson(), null, 2)}\n`)
