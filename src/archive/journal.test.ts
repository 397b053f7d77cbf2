import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Journal, openJournal } from './journal.ts'
import type { JournalEvent } from './journal-event.ts'

const never = new AbortController().signal
const approved = (version: string): JournalEvent => ({ type: 'approved', item: 'plc/program', version, note: null })

async function newJournal(t: TestContext): Promise<{ journal: Journal; file: string }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'journal-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = path.join(folder, 'journal.jsonl')
  const journal = openJournal({
    file,
    actor: 'jo@node',
    locks: path.join(folder, 'run'),
    now: () => new Date('2026-11-23T05:00:00Z'),
  })
  return { journal, file }
}

const versionsOf = async (journal: Journal): Promise<string[]> =>
  (await Array.fromAsync(journal.lines(null))).map(({ line }) =>
    'version' in line.event ? (line.event.version ?? '') : '',
  )

test('lines come back in order, numbered, with who and when, and can be read from where one had got to', async t => {
  const { journal } = await newJournal(t)
  const [first] = await journal.append([approved('1')], never)
  await journal.append([approved('2'), approved('3')], never)
  assert.deepEqual(await versionsOf(journal), ['1', '2', '3'])
  assert.ok(first)
  const rest = await Array.fromAsync(journal.lines(first.end))
  assert.deepEqual(
    rest.map(({ line }) => [line.seq, line.actor]),
    [
      [2, 'jo@node'],
      [3, 'jo@node'],
    ],
  )
})

test('a changed, dropped, swapped or inserted line breaks the chain, and the line is named', async t => {
  const { journal, file } = await newJournal(t)
  await journal.append([approved('1'), approved('2'), approved('3')], never)
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  const [a, b, c] = lines as [string, string, string]
  for (const tampered of [
    [a, b.replace('"2"', '"9"'), c],
    [a, c],
    [b, a, c],
    [a, b, b, c],
    [a, 'not json', c],
  ]) {
    await writeFile(file, `${tampered.join('\n')}\n`)
    await assert.rejects(Array.fromAsync(journal.lines(null)), { code: 'integrity', message: /damaged or tampered/ })
  }
})

test('an end that was cut off shows against where the journal had got to', async t => {
  const { journal, file } = await newJournal(t)
  const added = await journal.append([approved('1'), approved('2')], never)
  const end = added.at(-1)
  assert.ok(end)
  const [first] = (await readFile(file, 'utf8')).split('\n')
  await writeFile(file, `${first}\n`)
  await assert.rejects(Array.fromAsync(journal.lines(end.end)), {
    code: 'integrity',
    message: /line 2 is missing/,
  })
})

test('a line that a power cut left unfinished is put aside and the chain goes on', async t => {
  const { journal, file } = await newJournal(t)
  await journal.append([approved('1')], never)
  await appendFile(file, '{"seq":2,"time":"2026-')
  assert.deepEqual(await versionsOf(journal), ['1'])
  await journal.append([approved('2')], never)
  assert.deepEqual(await versionsOf(journal), ['1', '2'])
  assert.equal(await readFile(`${file}.torn`, 'utf8'), '{"seq":2,"time":"2026-')
})

test('two writers at once make one unbroken chain', async t => {
  const { journal } = await newJournal(t)
  await Promise.all(Array.from({ length: 8 }, (_, index) => journal.append([approved(String(index))], never)))
  assert.equal((await versionsOf(journal)).length, 8)
})
