import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { TreeNode } from '../../../engine/tree/tree-node.ts'
import { callbackItems } from './callback-items.ts'
import { splitTags } from './filter-options.ts'
import { parseGroupBy } from './group-by.ts'
import { parseMoment } from './moment.ts'
import { foundJson, goModeText, listedJson, nodeText } from './node-text.ts'
import { jsonText, plainText } from './plain-text.ts'

const time = '2026-11-24T03:35:20.794427062Z'
const node: TreeNode = {
  ...{ name: 'a', type: 'file', mode: 0o644, mtime: time, atime: time, ctime: time, uid: 0, gid: 0, content: [] },
}

it('reads times as restic does, by the clock of the machine where nothing else is said', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['2026-11-24', '2026-11-23T23:00:00Z'],
    ['2026-07-01 13:45', '2026-07-01T11:45:00Z'],
    ['2026-11-24 13:45:06', '2026-11-24T12:45:06Z'],
    ['24.11.2026', '2026-11-23T23:00:00Z'],
    ['24.11.2026 13:45:06 -0700', '2026-11-24T20:45:06Z'],
    ['2026-11-24T13:45:06.5Z', '2026-11-24T13:45:06.5Z'],
    ['2026-11-24 13:45:06 UTC', '2026-11-24T13:45:06Z'],
    ['2026-02-30', null],
    ['24/11/2026', null],
    ['2026-11-24 25:00', null],
    ['yesterday', null],
  ]
  for (const [text, expected] of cases) {
    assert.equal(parseMoment(text, 'Europe/Paris')?.toString() ?? null, expected, text)
  }
})

it('writes modes as Go does, for JSON, and as ls does, for people', () => {
  const cases: readonly (readonly [TreeNode['type'], number, string, string])[] = [
    ['file', 0o644, '-rw-r--r--', '-rw-r--r--'],
    ['dir', 2 ** 31 + 0o755, 'drwxr-xr-x', 'drwxr-xr-x'],
    ['dir', 2 ** 31 + 2 ** 20 + 0o777, 'dtrwxrwxrwx', 'drwxrwxrwt'],
    ['file', 2 ** 23 + 2 ** 22 + 0o750, 'ugrwxr-x---', '-rwsr-s---'],
    ['file', 2 ** 23 + 0o644, 'urw-r--r--', '-rwSr--r--'],
    ['symlink', 2 ** 27 + 0o777, 'Lrwxrwxrwx', 'lrwxrwxrwx'],
    ['chardev', 2 ** 26 + 2 ** 21 + 0o600, 'Dcrw-------', 'crw-------'],
    ['fifo', 2 ** 25 + 0o644, 'prw-r--r--', 'prw-r--r--'],
  ]
  for (const [type, mode, go, listed] of cases) {
    assert.equal(goModeText(mode), go)
    assert.ok(nodeText('/a', { ...node, type, mode }, { long: true }).startsWith(`${listed}  `), listed)
  }
})

it('lets no name act on a terminal, nor make JSON that other programs refuse', () => {
  assert.equal(plainText('a\u001b[31m\n\t\u0085b\udcff漢\u202e'), 'a\\x1b[31m\\n\\t\\xc2\\x85b\\xff漢\\xe2\\x80\\xae')
  assert.equal(jsonText('a\udcffb'), 'a\ufffdb')
  const odd = { ...node, name: 'x\udcff', inode: 2n ** 63n, linktarget: 'y\udcfe' }
  const text = JSON.stringify([listedJson('/x\udcff', odd), foundJson('/x\udcff', odd)])
  assert.ok(!/\\ud[c-f]/.test(text))
  assert.equal(JSON.parse(text)[0].inode, 2 ** 63)
})

it('reads groups and tags', () => {
  assert.deepEqual(parseGroupBy('host,path,tags'), ['host', 'paths', 'tags'])
  assert.deepEqual(parseGroupBy(''), [])
  assert.throws(() => parseGroupBy('colour'), /host, paths and tags/)
  assert.deepEqual(splitTags('a, b'), ['a', 'b'])
})

it('gives on what a function tells, then its result, and lets it wait', async () => {
  const ahead: number[] = []
  const items = callbackItems<number, string>(async tell => {
    for (const number of [1, 2, 3]) {
      ahead.push(number)
      await tell(number)
    }
    return 'done'
  })
  assert.equal((await items.next()).value, 1)
  assert.deepEqual(ahead, [1])
  assert.deepEqual(await Array.fromAsync(items), [2, 3, 'done'])
  const failing = callbackItems<number, string>(async tell => {
    await tell(1)
    throw new Error('no')
  })
  assert.equal((await failing.next()).value, 1)
  await assert.rejects(failing.next(), /^Error: no$/)
})
