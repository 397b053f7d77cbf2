// Builds the library `blackstart/engine` into dist/, as package.json publishes it: `npm run build:engine`.
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, rmSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const at = (...names: string[]): string => path.join(root, ...names)

rmSync(at('dist'), { recursive: true, force: true })
const compiler = [at('node_modules', 'typescript', 'bin', 'tsc'), '-p', at('tsconfig.engine.json')]
const { status } = spawnSync(process.execPath, compiler, { stdio: 'inherit' })
if (status !== 0) process.exit(1)
// what the compiler does not copy: it is found beside the module that loads it
for (const file of globSync('{engine,storage}/**/*.wasm', { cwd: at('src') })) cpSync(at('src', file), at('dist', file))
