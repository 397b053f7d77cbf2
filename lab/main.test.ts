import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { test } from 'node:test'

const node = path.resolve(import.meta.dirname, '..', 'bin', 'node')

async function run(program: string, ...words: readonly string[]) {
  const child = spawn(node, [path.join(import.meta.dirname, program), ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, said }
}

test('both programs of the example say how they are used, when asked and when they are used otherwise', async () => {
  for (const [program, usage] of [
    ['main.ts', /^npm run lab -- tamper/m],
    ['start.ts', /^npm start -- /m],
  ] as const) {
    for (const word of ['--help', '-h']) {
      const asked = await run(program, word)
      assert.equal(asked.code, 0, asked.said)
      assert.match(asked.said, usage)
    }
    const wrong = await run(program, '--frobnicate')
    assert.equal(wrong.code, 2, wrong.said)
    assert.match(wrong.said, usage)
    assert.match(wrong.said, /--frobnicate/)
  }
  const nothing = await run('main.ts', 'dance')
  assert.equal(nothing.code, 2, nothing.said)
  assert.match(nothing.said, /tamper plc\|switch\|hmi\|robot/)
})
