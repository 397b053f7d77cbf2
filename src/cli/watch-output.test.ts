import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { runBlackstart } from '../../lab/run-blackstart.ts'

const program = path.resolve(import.meta.dirname, '../../bin/blackstart')
const skip = process.platform === 'linux' ? false : 'needs /dev/full'
const folder = mkdtempSync(path.join(os.tmpdir(), 'blackstart-full-'))
const at = (name: string) => path.join(folder, name)
const place = ['-r', at('repository'), '-p', at('password')]

/** With a full disk behind standard output, and what it says behind standard error. */
function onFull(words: readonly string[]): { readonly code: number | null; readonly err: string } {
  const full = openSync('/dev/full', 'w')
  const { status, stderr } = spawnSync(program, words, { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' })
  closeSync(full)
  return { code: status, err: stderr }
}

describe('a full disk behind standard output', { skip }, () => {
  before(async () => {
    writeFileSync(at('password'), 'secret\n')
    writeFileSync(at('file'), 'x'.repeat(200_000))
    for (const words of [['init'], ['backup', at('file')]]) {
      assert.equal((await runBlackstart(['repo', ...words, ...place])).code, 0)
    }
  })
  after(() => rmSync(folder, { recursive: true }))

  it('is a sentence and a failure, whichever way a command writes', () => {
    const commands = [
      ['ls', 'latest'],
      ['ls', 'latest', '--json'],
      ['dump', 'latest', at('file')],
      ['cat', 'config'],
    ]
    for (const words of [['--version'], ...commands.map(words => ['repo', ...words, ...place])]) {
      const { code, err } = onFull(words)
      assert.equal(code, 1, words.join(' '))
      assert.match(err, /Standard output: the disk is full \(ENOSPC.*\)\. What was written there is not whole\.\n$/)
      assert.ok(!/ {4}at |Unexpected/.test(err), err)
    }
    assert.deepEqual(readdirSync(path.join(at('repository'), 'locks')), [])
  })
})
