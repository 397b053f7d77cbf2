import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { it } from 'node:test'
import { promisify } from 'node:util'
import { localBackend } from '../storage/local/local-backend.ts'
import { maxChunk, minChunk } from './chunker/chunk-buffer.ts'
import { Chunker } from './chunker/chunker.ts'
import { modulo, polynomialDegree } from './chunker/polynomial.ts'
import { mostKeyFile } from './crypto/key-file.ts'
import { staleAfter } from './lock/lock-file.ts'
import { packTarget } from './pack/pack-builder.ts'
import { openRepository } from './repository.ts'
import { restore } from './restore.ts'
import { encodeSnapshot } from './snapshot/snapshot.ts'
import { pieces, pseudoRandom, type Scratch, scratchFolder, stockRestic } from './test-repository.ts'
import { goMode } from './tree/file-mode.ts'
import { always, fields } from './tree/node-fields.ts'

/** The document is tested as it stands: its example is run, its tables are held against the code. */
const document = readFileSync(path.resolve(import.meta.dirname, '../../docs/format.md'), 'utf8')
const signal = AbortSignal.timeout(100_000)
const password = 'bottles and barrels'
const run = promisify(execFile)

interface Step {
  readonly commands: string
  /** Empty where the document shows no output. */
  readonly output: string
}

const steps: readonly Step[] = [...document.matchAll(/```sh\n([\s\S]*?)```\n(?:```text\n([\s\S]*?)```\n)?/g)].map(
  ([, commands = '', output = '']) => ({ commands, output }),
)

/** What each step prints, run one after the other in one shell. */
async function outputsOf(some: readonly Step[], folder: string): Promise<string[]> {
  const mark = '=== end of a step ==='
  const script = some.map(({ commands }) => `${commands}\nprintf '\\n%s\\n' '${mark}'`).join('\n')
  const { stdout, stderr } = await run('bash', ['--norc', '-euo', 'pipefail', '-c', script], { cwd: folder, signal })
  assert.equal(stderr, '')
  return stdout.split(`\n${mark}\n`).slice(0, -1)
}

async function exampleRepository(scratch: Scratch): Promise<string> {
  await outputsOf(steps.slice(0, 1), scratch.folder)
  return scratch.path('example')
}

/** The names in the first column of the table below a heading, and whether they are marked. */
function tableBelow(heading: string): { names: string[]; marked: string[] } {
  const section = document.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const cells = [...section.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = '']) => cell)
  const all = cells.flatMap(cell => [...cell.matchAll(/`(\w+)`( ✱)?/g)])
  return {
    names: all.map(([, name = '']) => name),
    marked: all.filter(([, , mark]) => mark !== undefined).map(([, name = '']) => name),
  }
}

it('shows what its commands print, from the password to the bytes of a file', async () => {
  await using scratch = await scratchFolder()
  const outputs = await outputsOf(steps, scratch.folder)
  assert.ok(steps.length > 12)
  for (const [i, { commands, output }] of steps.entries()) {
    assert.equal(outputs[i]?.trimEnd(), output.trimEnd(), commands)
  }
  const recipe = await readFile(scratch.path('recipe.csv'), 'utf8')
  assert.match(recipe, /^step;valve;litres;seconds\n(\d+;V\d+;0\.75;12\n){24}$/)
})

it('has an example that the engine restores, to the same bytes as the commands', async () => {
  await using scratch = await scratchFolder()
  await outputsOf(steps, scratch.folder)
  const repository = await openRepository(localBackend(scratch.path('example')), password, {}, signal)
  const [snapshot] = await repository.snapshots(signal)
  assert.ok(snapshot)
  await restore(repository, snapshot, { target: scratch.path('out'), path: '/plc-filler/program' }, signal)
  const recipe = await readFile(scratch.path('out', 'recipe.csv'))
  assert.ok(recipe.equals(await readFile(scratch.path('recipe.csv'))))
  assert.ok(document.includes(await readFile(scratch.path('out', 'note <1>.txt'), 'utf8')))
})

for (const version of ['0.14', '0.18'] as const) {
  const restic = await stockRestic(version, { RESTIC_PASSWORD: password })
  const skip = typeof restic === 'string' && restic
  it(`has an example, and commands, that stock restic ${version} takes`, { skip }, async () => {
    if (typeof restic === 'string') return
    await using scratch = await scratchFolder()
    const folder = await exampleRepository(scratch)
    await mkdir(path.join(folder, 'locks'))
    assert.match(await restic(folder, 'check', '--read-data'), /no errors were found/)
    const commands = [...document.matchAll(/^restic -r REPOSITORY (.*)$/gm)].map(([, words = '']) => words.split(' '))
    assert.equal(commands.length, 2)
    for (const words of commands) {
      await restic(folder, ...words.map(word => (word === 'OUT' ? scratch.path('out') : word)))
    }
    const recipe = await readFile(scratch.path('out', 'plc-filler', 'program', 'recipe.csv'), 'utf8')
    assert.match(recipe, /^step;valve/)
  })
}

it('lists the fields of trees and snapshots in the order in which they are written', () => {
  const { names, marked } = tableBelow('Trees')
  assert.deepEqual(names, fields)
  assert.deepEqual(new Set(marked), always)
  const time = '2026-11-24T04:00:00Z'
  const every = {
    ...{ time, parent: 'p', tree: 't', paths: ['/'], hostname: 'h', username: 'u', uid: 1, gid: 1, excludes: ['e'] },
    ...{ tags: ['t'], original: 'o', programVersion: 'v', summary: { files_new: 1 } },
  }
  assert.deepEqual(tableBelow('Snapshots').names, Object.keys(JSON.parse(encodeSnapshot(every))))
})

it('states the sizes, bits and times that the code has', () => {
  const mebibyte = 1024 * 1024
  const stated = [
    `from its ${minChunk / 1024} KiB (${minChunk.toLocaleString('en')}th) byte on`,
    `${maxChunk / mebibyte} MiB (${maxChunk.toLocaleString('en')} bytes) at the latest`,
    `of degree ${polynomialDegree}`,
    `We close a pack from ${packTarget / mebibyte} MiB on`,
    `longer than ${mostKeyFile / 1024} KiB`,
    `stale after ${staleAfter / 60_000} minutes`,
  ]
  for (const words of stated) assert.ok(document.includes(words), words)
  const bits = { directory: goMode('dir', 0), FIFO: goMode('fifo', 0), socket: goMode('socket', 0) }
  const more = { 'set-uid': goMode('file', 0o4000), 'set-gid': goMode('file', 0o2000), sticky: goMode('file', 0o1000) }
  for (const [name, bit] of Object.entries({ ...bits, ...more, irregular: goMode('irregular', 0) })) {
    const power = [...String(Math.log2(bit))].map(digit => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')
    assert.ok(document.includes(`${name} 2${power}`), `${name} 2${power}`)
  }
})

it('says where chunks end', async () => {
  const polynomial = 0x2869fe04eb76afn
  const bytes = pseudoRandom(3, 12_000_000)
  const isEnd = (end: number): boolean => {
    const window = BigInt(`0x${bytes.subarray(end - 64, end).toString('hex')}`)
    return (modulo(window, polynomial) & (2n ** 20n - 1n)) === 0n
  }
  let start = 0
  const chunks: number[] = []
  for await (const { byteLength } of new Chunker(polynomial).chunks(pieces(bytes))) {
    chunks.push(byteLength)
    start += byteLength
    assert.ok(start === bytes.byteLength || byteLength === maxChunk || isEnd(start))
    for (let before = 1; before < 200 && byteLength - before >= minChunk; before += 1) assert.ok(!isEnd(start - before))
  }
  assert.ok(chunks.length > 4 && chunks.slice(0, -1).every(length => length >= minChunk && length <= maxChunk))
})
