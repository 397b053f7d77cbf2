import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { makeSandbox, removeLeftSandboxes } from './sandbox.ts'

/** In a process that is killed with what it has restored. */
async function killedDrill(parent: string): Promise<string> {
  const module = JSON.stringify(new URL('./sandbox.ts', import.meta.url).href)
  const source = `
    const { makeSandbox } = await import(${module})
    const { folder } = await makeSandbox(${JSON.stringify(parent)}, 0, false)
    process.stdout.write(folder)
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [folder]: Buffer[] = await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  return String(folder)
}

test('what a drill that was killed has restored is removed by the next, and nothing else is', async () => {
  const parent = await mkdtemp(path.join(os.tmpdir(), 'blackstart-sandboxes-'))
  await using _parent = { [Symbol.asyncDispose]: () => rm(parent, { recursive: true }) }
  await writeFile(path.join(await killedDrill(parent), 'content', 'main.st'), 'x := 1;\n')
  const kept = await makeSandbox(parent, 0, true)
  await using going = await makeSandbox(parent, 0, false)
  const others = ['blackstart-drill-999999999', 'blackstart-drill-notes']
  for (const name of others) await mkdir(path.join(parent, name))
  assert.deepEqual(
    (await readdir(parent)).sort(),
    [...others, path.basename(kept.folder), path.basename(going.folder)].sort(),
  )
  await killedDrill(parent)
  await removeLeftSandboxes(parent)
  assert.equal((await readdir(parent)).length, 4)
  await removeLeftSandboxes(path.join(parent, 'missing'))
})
