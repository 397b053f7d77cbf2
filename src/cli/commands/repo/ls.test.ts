import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmod, link, mkdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { restic } from '../../../../lab/peers/restic.ts'
import { runBlackstart } from '../../../../lab/run-blackstart.ts'
import { type Scratch, scratchFolder } from '../../../engine/test-repository.ts'

/** One folder of every kind of entry that there is, and names that JSON and Go write in their own ways. */
async function makeSource(scratch: Scratch): Promise<void> {
  const at = (...names: string[]) => scratch.path('source', ...names)
  await mkdir(at('plc', 'deep', 'deeper'), { recursive: true })
  await mkdir(at('empty'))
  await mkdir(at('plc', 'last'))
  await writeFile(at('plc', 'MAIN.st'), 'IF bStart THEN\n')
  await link(at('plc', 'MAIN.st'), at('plc', 'again.st'))
  await symlink('MAIN.st', at('plc', 'linked.st'))
  await writeFile(at('plc', 'deep', 'full block'), Buffer.alloc(512))
  await writeFile(at('plc', 'deep', 'one more'), Buffer.alloc(513))
  await writeFile(at('plc', 'special'), '')
  await chmod(at('plc', 'special'), 0o6751)
  await chmod(at('empty'), 0o1777)
  await writeFile(at('old'), '')
  await utimes(at('old'), -1000, -1000)
  for (const name of ['a "quoted" <&>\u2028\\\u0007\n', 'größe']) await writeFile(at(name), 'x')
  await writeFile(Buffer.concat([Buffer.from(at('no text ')), Buffer.of(0xff, 0xfe)]), 'x')
  execFileSync('mkfifo', [at('fifo')])
}

describe('repo ls --ncdu', () => {
  let scratch: Scratch
  let stock: (...words: string[]) => string
  const list = (...words: string[]) =>
    runBlackstart(['repo', 'ls', ...words, '-r', scratch.path('repository'), '-p', scratch.path('password')])
  before(async () => {
    scratch = await scratchFolder()
    await makeSource(scratch)
    await writeFile(scratch.path('password'), 'secret\n')
    stock = restic(scratch.path('repository'), scratch.path('password'))
    stock('init')
    stock('backup', '--tag', '<first>', scratch.path('source'))
  })
  after(() => scratch[Symbol.asyncDispose]())

  it('writes to the byte what restic writes, of snapshots, of folders in them, and of what lies on the way there', async () => {
    const source = scratch.path('source')
    const listed: readonly (readonly [string, ...string[]])[] = [
      ...([['latest'], ['latest', '/'], ['latest', '--recursive', source]] as const),
      ...([['latest', `${source}/plc`], [`latest:${source}/plc`], [`latest:${source}/plc`, '/deep']] as const),
      ...([['latest', `${source}/plc/deep`, `${source}/empty`, `${source}/plc/MAIN.st`]] as const),
      ...([
        ['latest', '--recursive', `${source}/plc/deep`, '/nothing'],
        ['latest', `${source}/fifo/below`],
      ] as const),
    ]
    for (const words of listed) {
      const { out, err, code } = await list(...words, '--ncdu')
      const missing = words.find(word => word === '/nothing' || word.endsWith('/below'))
      assert.equal(code, missing === undefined ? 0 : 1, err)
      assert.match(err, missing === undefined ? /^$/ : new RegExp(`has no ${missing}\\.\\n$`))
      assert.equal(out, stock('ls', ...words, '--ncdu', '--quiet'), words.join(' '))
      assert.doesNotThrow(() => JSON.parse(out))
    }
  })

  it('has one form and one order', async () => {
    for (const word of ['--json', '--reverse', '--sort=size']) {
      const { code, out, err } = await list('latest', '--ncdu', word)
      assert.equal(code, 2)
      assert.match(out + err, /Give --ncdu or --\w+, not both/)
    }
  })
})
