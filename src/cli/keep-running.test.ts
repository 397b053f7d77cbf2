import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { it } from 'node:test'

function ran(waiting: string): { readonly out: string; readonly code: number | null } {
  const program = `
    import { keepRunning } from ${JSON.stringify(path.join(import.meta.dirname, 'keep-running.ts'))}
    {
      using _running = keepRunning(300, () => { console.log('gave up'); process.exit(1) })
      await ${waiting}
      console.log('came')
    }`
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-'], {
    input: program,
    encoding: 'utf8',
    timeout: 20_000,
  })
  return { out: stdout, code: status }
}

it('waits for what does not keep the process running, and ends with it', () => {
  assert.deepEqual(ran('new Promise(done => setTimeout(done, 100).unref())'), { out: 'came\n', code: 0 })
  assert.deepEqual(ran('new Promise(done => setTimeout(done, 900))'), { out: 'came\n', code: 0 })
})

it('gives up what never comes', () => {
  assert.deepEqual(ran('new Promise(() => undefined)'), { out: 'gave up\n', code: 1 })
})
