import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { openSession } from './session.ts'

const never = new AbortController().signal

test('a device gets one session at a time; another device is not held up', async t => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'session-'))
  t.after(() => rm(folder, { recursive: true }))
  const first = await openSession({ folder, device: '10.0.0.1:21', wait: 0 }, never)
  await assert.rejects(openSession({ folder, device: '10.0.0.1:21', wait: 60 }, never), {
    code: 'device-busy',
    retry: true,
  })
  await using _other = await openSession({ folder, device: '10.0.0.2:21', wait: 0 }, never)
  await first[Symbol.asyncDispose]()
  await using _again = await openSession({ folder, device: '10.0.0.1:21', wait: 0 }, never)
})

test('a session held by another process keeps us out, and ends with that process however it ends', async t => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'session-'))
  t.after(() => rm(folder, { recursive: true }))
  const script = `
    const { openSession } = await import(${JSON.stringify(path.join(import.meta.dirname, 'session.ts'))})
    await openSession({ folder: ${JSON.stringify(folder)}, device: 'plc', wait: 0 }, new AbortController().signal)
    process.stdout.write('held')
    setTimeout(() => undefined, 60_000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  await assert.rejects(openSession({ folder, device: 'plc', wait: 100 }, never), { code: 'device-busy' })
  child.kill('SIGKILL')
  await once(child, 'exit')
  await using _mine = await openSession({ folder, device: 'plc', wait: 1_000 }, never)
})

test('a session takes no room: there is one where not a byte can be written', async t => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'session-'))
  t.after(() => rm(folder, { recursive: true }))
  const script = `
    const { openSession } = await import(${JSON.stringify(path.join(import.meta.dirname, 'session.ts'))})
    await openSession({ folder: ${JSON.stringify(folder)}, device: 'plc', wait: 0 }, new AbortController().signal)
    process.stdout.write('held')
    setTimeout(() => undefined, 60_000)`
  const limited = ['-c', 'ulimit -f 0; exec "$0" --input-type=module -e "$1"', process.execPath, script]
  const child = spawn('sh', limited, { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const bounded = { signal: AbortSignal.timeout(20_000) }
  assert.equal(String((await once(child.stdout, 'data', bounded))[0]), 'held')
  await assert.rejects(openSession({ folder, device: 'plc', wait: 100 }, never), { code: 'device-busy' })
})
