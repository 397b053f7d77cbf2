// Compiles the AssemblyScript sources to the WebAssembly files that lie beside their folders: `bin/node lab/wasm.ts`.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import asc from 'assemblyscript/asc'

const engine = path.resolve(import.meta.dirname, '../src/engine')
/** The compiled files that the engine loads; each is made of `assembly/` beside it. */
export const wasmFiles: readonly string[] = ['chunker/rabin.wasm', 'crypto/romix.wasm'].map(file =>
  path.join(engine, file),
)

const flags = [
  '-O3',
  '--noAssert',
  '--runtime',
  'stub',
  '--importMemory',
  '--noExportMemory',
  '--enable',
  'relaxed-simd',
]

/** The bytes of one of `wasmFiles`, the same on every machine. Throws what the compiler says of the source. */
export async function compile(file: string): Promise<Uint8Array> {
  const sources = path.join(path.dirname(file), 'assembly')
  const source = `${path.basename(file, '.wasm')}.ts`
  let compiled: Uint8Array | null = null
  const { error, stderr } = await asc.main([source, '--outFile', path.basename(file), ...flags], {
    readFile: name => readFile(path.join(sources, name), 'utf8').catch(() => null),
    writeFile: (_, contents) => {
      compiled = Buffer.from(contents)
    },
    listFiles: () => [],
  })
  if (error !== null) throw new Error(`${source} does not compile:\n${stderr.toString()}`, { cause: error })
  if (compiled === null) throw new Error('the compiler wrote nothing')
  return compiled
}

if (import.meta.main) for (const file of wasmFiles) await writeFile(file, await compile(file))
