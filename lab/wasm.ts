// Compiles the AssemblyScript sources to the WebAssembly files that lie beside them: `bin/node lab/wasm.ts`.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import asc from 'assemblyscript/asc'

const chunker = path.resolve(import.meta.dirname, '../src/engine/chunker')
const sources = path.join(chunker, 'assembly')
/** The compiled file that the engine loads. */
export const rabinWasm = path.join(chunker, 'rabin.wasm')

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

/** The bytes of `rabinWasm`, the same on every machine. Throws what the compiler says of the source. */
export async function compileRabin(): Promise<Uint8Array> {
  let compiled: Uint8Array | null = null
  const { error, stderr } = await asc.main(['rabin.ts', '--outFile', 'rabin.wasm', ...flags], {
    readFile: name => readFile(path.join(sources, name), 'utf8').catch(() => null),
    writeFile: (_, contents) => {
      compiled = Buffer.from(contents)
    },
    listFiles: () => [],
  })
  if (error !== null) throw new Error(`rabin.ts does not compile:\n${stderr.toString()}`, { cause: error })
  if (compiled === null) throw new Error('the compiler wrote nothing')
  return compiled
}

if (import.meta.main) await writeFile(rabinWasm, await compileRabin())
