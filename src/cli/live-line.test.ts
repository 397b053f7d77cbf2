import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { columnsOf, LiveLine } from './live-line.ts'

function terminalOf(columns: number) {
  const written: string[] = []
  return { columns, written, write: (text: string) => written.push(text) }
}

test('a line is drawn at most ten times a second, and its last text is drawn in the end', async () => {
  const terminal = terminalOf(80)
  let now = 0
  let asked = 0
  const line = new LiveLine(terminal, () => now)
  for (let file = 1; file <= 2000; file += 1) {
    now += 0.5
    line.set(() => {
      asked += 1
      return `${file} files`
    })
  }
  assert.deepEqual([terminal.written.length, asked], [10, 10])
  assert.deepEqual(terminal.written.slice(0, 2), ['1 files', '\r\x1b[2K201 files'])
  await sleep(150)
  assert.equal(terminal.written.at(-1), '\r\x1b[2K2000 files')
})

test('nothing is drawn after a line was taken away, and none is taken away that was not drawn', async () => {
  const terminal = terminalOf(80)
  const line = new LiveLine(terminal, () => performance.now())
  line.clear()
  line.set(() => 'one')
  line.set(() => 'two')
  line.clear()
  line.clear()
  await sleep(150)
  assert.deepEqual(terminal.written, ['one', '\r\x1b[2K'])
})

test('a line is cut to the terminal, of which one that reports no columns has 80', () => {
  for (const [columns, length] of [
    [20, 19],
    [0, 79],
  ] as const) {
    const terminal = terminalOf(columns)
    new LiveLine(terminal, () => 0).set(() => 'x'.repeat(200))
    assert.equal(terminal.written[0]?.length, length)
  }
  assert.deepEqual([columnsOf({}), columnsOf({ columns: 0 }), columnsOf({ columns: 33 })], [null, 80, 33])
})
