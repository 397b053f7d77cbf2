import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import program from '../../package.json' with { type: 'json' }
import { pseudoRandom, type Scratch, scratchFolder, stockRestic } from './test-repository.ts'

const root = path.resolve(import.meta.dirname, '../..')
const document = readFileSync(path.join(root, 'docs/engine.md'), 'utf8')
const examples = [...document.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = '']) => code)
const password = 'bottles and barrels'
const run = promisify(execFile)
const signal = AbortSignal.timeout(100_000)

interface PackageJson {
  readonly dependencies: Readonly<Record<string, string>>
  readonly [field: string]: unknown
}

/** A program of somebody else's, in a folder of its own, that has the package installed as it is built and as npm packs it. */
async function installed(scratch: Scratch): Promise<PackageJson> {
  await run(process.execPath, [path.join(root, 'lab', 'build-engine.ts'), scratch.path('built')], { signal })
  const pack = ['pack', scratch.path('built'), '--json', '--offline', '--pack-destination', scratch.folder]
  const { stdout } = await run('npm', pack, {
    ...{ cwd: scratch.folder, signal, env: { ...process.env, npm_config_update_notifier: 'false' } },
  })
  const [packed] = /"filename": "([^"]+\.tgz)"/.exec(stdout)?.slice(1) ?? []
  assert.ok(packed, stdout)
  await run('tar', ['-xzf', packed], { cwd: scratch.folder })
  await mkdir(scratch.path('node_modules', '@types'), { recursive: true })
  await rename(scratch.path('package'), scratch.path('node_modules', 'blackstart'))
  // what npm would install beside it: only what its package.json says that it needs
  const packageJson: PackageJson = JSON.parse(await readFile(inPackage(scratch, 'package.json'), 'utf8'))
  for (const name of [...Object.keys(packageJson.dependencies), '@types/node']) {
    await mkdir(path.dirname(scratch.path('node_modules', name)), { recursive: true })
    await symlink(path.join(root, 'node_modules', name), scratch.path('node_modules', name))
  }
  await writeFile(scratch.path('package.json'), JSON.stringify({ type: 'module' }))
  await mkdir(scratch.path('recipes', 'deep'), { recursive: true })
  await writeFile(scratch.path('recipes', 'filler.csv'), 'step;valve\n1;V1\n')
  // large enough for the worker threads to share it
  await writeFile(scratch.path('recipes', 'deep', 'image.bin'), pseudoRandom(5, 12_000_000))
  return packageJson
}

function inPackage(scratch: Scratch, ...names: string[]): string {
  return scratch.path('node_modules', 'blackstart', ...names)
}

/** What the program prints, on the project's own Node. It ends by itself. */
async function runProgram(scratch: Scratch, name: string, code: string, ...words: string[]): Promise<string> {
  await writeFile(scratch.path(name), code)
  const { stdout, stderr } = await run(process.execPath, [...words, name], { cwd: scratch.folder, signal, env: {} })
  assert.equal(stderr, '')
  return stdout
}

const strict = {
  ...{ target: 'esnext', module: 'nodenext', lib: ['esnext'], types: ['node'], strict: true, noEmit: true },
  ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false },
}

/** What the compiler says of a consumer's TypeScript, every declaration checked; nothing where all is well. */
async function complaints(scratch: Scratch, sources: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, code] of Object.entries(sources)) await writeFile(scratch.path(name), code)
  const settings = { compilerOptions: strict, files: Object.keys(sources) }
  await writeFile(scratch.path('tsconfig.json'), JSON.stringify(settings))
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const told = (error: { stdout: string }) => error
  return (await run(process.execPath, [compiler, '-p', scratch.folder], { signal }).catch(told)).stdout
}

/** To be loaded before a program: as that ends, it writes which packages the library asked for. */
const watch = `
import { isBuiltin, registerHooks } from 'node:module'
import { isMainThread } from 'node:worker_threads'
const asked = new Set()
registerHooks({
  resolve(specifier, context, next) {
    const isOurs = context.parentURL?.includes('/node_modules/blackstart/')
    const isPackage = !specifier.startsWith('.') && !specifier.startsWith('file:') && !isBuiltin(specifier)
    if (isOurs && isPackage) asked.add(specifier)
    return next(specifier, context)
  },
})
if (isMainThread) process.on('exit', () => console.log([...asked].sort().join(' ')))
`

/** Loads every module of the library, and makes it load what it loads only where it is used. */
const useAll = `
import { globSync } from 'node:fs'
import { openStorage } from 'blackstart/engine'
const inner = file => import('./node_modules/blackstart/' + file)
for (const file of globSync('**/*.js', { cwd: 'node_modules/blackstart' })) if (!file.endsWith('-worker.js')) await inner(file)
const { nativeLibrary } = await inner('engine/files/native.js')
nativeLibrary()
const access = { s3: { accessKeyId: 'nobody', secretAccessKey: 'nothing' }, sftp: { user: 'nobody', password: 'nothing' } }
for (const location of ['s3:http://127.0.0.1:1/bucket', 'sftp://127.0.0.1:1//folder']) {
  await using storage = await openStorage(location, access)
  await storage.stat('config', 'config', AbortSignal.timeout(10_000)).catch(() => undefined)
}
`

describe('the library blackstart/engine, as it is packed', () => {
  let scratch: Scratch
  let packageJson: PackageJson
  before(async () => {
    scratch = await scratchFolder()
    packageJson = await installed(scratch)
  })
  after(() => scratch[Symbol.asyncDispose]())

  it('backs up, lists, restores and checks from plain JavaScript, as its document shows', async () => {
    const [first = '', streams = ''] = examples
    const lines = (await runProgram(scratch, 'first.js', first)).trim().split('\n')
    assert.deepEqual(lines, [
      ...['2 files backed up, 0 not', 'image.bin 12000000', 'filler.csv 16'],
      '2 files restored, 0 problems',
    ])
    for (const file of [['filler.csv'], ['deep', 'image.bin']]) {
      assert.deepEqual(await readFile(scratch.path('out', ...file)), await readFile(scratch.path('recipes', ...file)))
    }
    assert.equal(await runProgram(scratch, 'streams.js', streams), 'step;valve\n1;V1\n')
  })

  it('makes repositories that stock restic reads', async t => {
    const restic = await stockRestic('0.18', { RESTIC_PASSWORD: password })
    if (typeof restic === 'string') return t.skip(restic)
    assert.match(await restic(scratch.path('repository'), 'check', '--read-data'), /no errors were found/)
    assert.equal(await restic(scratch.path('repository'), 'dump', 'latest', '/program'), 'step;valve\n1;V1\n')
  })

  it('has declarations that every example of the document agrees with', async () => {
    const sources = examples.map((code, i): [string, string] => [`example-${i}.ts`, code])
    assert.ok(sources.length >= 3)
    assert.equal(await complaints(scratch, Object.fromEntries(sources)), '')
  })

  it('has declarations that refuse what the engine would not take', async () => {
    const wrong = [
      `import { openStorage, openRepository } from 'blackstart/engine'`,
      `const repository = await openRepository(await openStorage('/x', {}), 'secret', {}, AbortSignal.timeout(1))`,
      `await repository.lock('write', AbortSignal.timeout(1))`,
      'const key: unknown = repository.key',
    ]
    const told = await complaints(scratch, { 'wrong.ts': wrong.join('\n') })
    assert.match(told, /wrong\.ts\(3,23\): error TS2345: .*'"write"'.*'LockMode'/)
    assert.match(told, /wrong\.ts\(4,33\): error TS2551: Property 'key'/)
    assert.equal(told.trim().split('\n').length, 2, told)
  })

  it('exports what its document names, and nothing else', async () => {
    const print = `console.log(Object.keys(await import('blackstart/engine')).sort().join(' '))`
    const [, table = ''] = /## What there is\n([\s\S]*?)\n## /.exec(document) ?? []
    const named = [...table.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)
    assert.equal(await runProgram(scratch, 'names.js', print), `${named.sort().join(' ')}\n`)
    const inner = `await import('blackstart/engine/repository.js').catch(error => console.log(error.code))`
    assert.equal(await runProgram(scratch, 'inner.js', inner), 'ERR_PACKAGE_PATH_NOT_EXPORTED\n')
  })

  it('says of itself what the program says, and starts nothing', async () => {
    const { dependencies: _, description, engines, exports: __, ...rest } = packageJson
    const { name, version, license, type } = program
    assert.deepEqual(rest, { name, version, license, type })
    assert.deepEqual([typeof description, engines], ['string', { node: '>=26' }])
  })

  it('asks for every package that it lists, in the program’s own version, and for no other', async () => {
    await writeFile(scratch.path('watch.js'), watch)
    const asked = (await runProgram(scratch, 'use-all.js', useAll, '--import', './watch.js')).trim().split(' ')
    const versions: Readonly<Record<string, string>> = program.dependencies
    assert.deepEqual(packageJson.dependencies, Object.fromEntries(asked.map(name => [name, versions[name]])))
  })

  it('brings its documents, whose links lead to what it brings', async () => {
    for (const name of ['README.md', 'docs/format.md', 'docs/restore-without-blackstart.md']) {
      const text = await readFile(inPackage(scratch, name), 'utf8')
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link)
      for (const link of links) await stat(inPackage(scratch, path.dirname(name), link))
    }
  })

  it('is built whole: no source, no test, and no plant in it', async () => {
    const files = await readdir(inPackage(scratch), { recursive: true })
    assert.deepEqual(
      new Set(files.filter(file => !file.includes('/'))),
      new Set([
        ...['engine', 'storage', 'errors.js', 'errors.d.ts'],
        ...['package.json', 'README.md', 'LICENSE', 'docs'],
      ]),
    )
    const built = files.filter(file => /^(?:engine|storage)\//.test(file))
    assert.deepEqual(
      built.filter(file => path.extname(file) !== '' && !/\.(?:js|d\.ts|wasm)$/.test(file)),
      [],
    )
    assert.deepEqual(
      files.filter(file => /\.(?:test|slow)\.|fuzz|\/test-/.test(file)),
      [],
    )
  })
})
