import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { it } from 'node:test'
import { compile, wasmFiles } from '../../lab/wasm.ts'

for (const file of wasmFiles) {
  it(`${path.basename(file)} is built from the source beside it: the same bytes, each of them`, async () => {
    assert.ok((await readFile(file)).equals(await compile(file)), 'run: bin/node lab/wasm.ts')
  })
}
