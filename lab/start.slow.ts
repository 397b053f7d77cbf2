import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { freeNeighbours } from './plant/free-ports.ts'

const node = path.resolve(import.meta.dirname, '..', 'bin', 'node')

/** A program of lab/ that runs, and what it has said so far. */
function runProgram(program: string, words: readonly string[]): { child: ChildProcess; said: () => string } {
  const child = spawn(node, [path.join(import.meta.dirname, program), ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (text += part.toString()))
  return { child, said: () => text }
}

/** Waits until it has said so, a minute at most. */
async function heard({ child, said }: ReturnType<typeof runProgram>, what: RegExp): Promise<void> {
  const limit = AbortSignal.timeout(60_000)
  while (!what.test(said())) {
    assert.equal(child.exitCode, null, said())
    await new Promise(done => setTimeout(done, 100))
    assert.ok(!limit.aborted, `never said ${what}:\n${said()}`)
  }
}

test('npm start goes on until Ctrl-C, notices a tampering, and continues its history at the next start', async () => {
  const site = await mkdtemp(path.join(os.tmpdir(), 'blackstart-start-'))
  const started: ChildProcess[] = []
  const run = (program: string, words: readonly string[]) => {
    const running = runProgram(program, words)
    started.push(running.child)
    return running
  }
  try {
    const port = String(await freeNeighbours(4))
    const first = run('start.ts', ['--site', site, '--port', port, '--page', '0'])
    await heard(first, /filler PLC, FTP/)
    await heard(first, /captures every device[\s\S]*Its page: http[\s\S]*switch-cell\/configuration {2}new version/)
    assert.match(first.said(), /npm run lab -- tamper plc --site \S*blackstart-start-/)
    const help = run('start.ts', ['--help'])
    assert.deepEqual([await once(help.child, 'close'), /--port FIRST/.test(help.said())], [[0, null], true])
    const tampered = run('main.ts', ['--site', site, 'tamper', 'switch'])
    assert.deepEqual(await once(tampered.child, 'close'), [0, null], tampered.said())
    assert.match(tampered.said(), /diff switch-cell\/configuration/)
    await heard(first, /(?:switch-cell\/configuration {2}new version[\s\S]*){2}/)
    const ports = ['--port', port]
    const beside = run('start.ts', ['--site', site, ...ports, '--page', '0'])
    assert.deepEqual(await once(beside.child, 'close'), [1, null], beside.said())
    assert.match(beside.said(), new RegExp(`runs already: its devices on the ports from ${port} on[\\s\\S]*Ctrl-C`))
    first.child.kill('SIGINT')
    assert.deepEqual(await once(first.child, 'close'), [0, null], first.said())

    const other = run('start.ts', ['--site', site, '--port', '30211', '--page', '0'])
    assert.deepEqual(await once(other.child, 'close'), [1, null], other.said())
    assert.match(other.said(), new RegExp(`ports from ${port} on[\\s\\S]*Go on with it: npm start`))

    const second = run('start.ts', ['--site', site, '--port', port, '--page', '0'])
    await heard(second, /Its page: http/)
    assert.doesNotMatch(second.said(), /FAILED|First start/)
    second.child.kill('SIGINT')
    assert.deepEqual(await once(second.child, 'close'), [0, null], second.said())
  } finally {
    for (const child of started) child.kill('SIGINT') // those that a failure has left
    await rm(site, { recursive: true, force: true, maxRetries: 50, retryDelay: 200 })
  }
})
