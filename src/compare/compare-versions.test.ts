import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { compareVersions } from './compare-versions.ts'
import type { Change, Comparison, Side } from './comparison.ts'
import { lineEdits } from './line-edits.ts'
import { renderComparison } from './render-diff.ts'

const corpus = path.resolve(import.meta.dirname, '..', '..', '..', 'shared', 'corpus')
const skip = existsSync(corpus) ? false : 'the corpus ../shared/corpus is missing'

interface Odd {
  readonly mode?: number
  readonly chunk?: number
}

function file(name: string, content: string | Uint8Array, odd: Odd = {}): Side {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const step = odd.chunk ?? 65_536
  return {
    path: name,
    type: 'file',
    bytes: bytes.length,
    identity: createHash('sha256').update(bytes).digest('hex'),
    mode: odd.mode ?? null,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step)
    },
  }
}

async function* noContent(): AsyncGenerator<Uint8Array> {
  yield* []
}
const folder = (name: string): Side => ({
  path: name,
  type: 'folder',
  bytes: 0,
  identity: '',
  mode: null,
  chunks: noContent,
})
const link = (name: string, target: string): Side => ({ ...folder(name), type: 'link', target })

const compare = (from: readonly Side[], to: readonly Side[], format: string | null = null): Promise<Comparison> =>
  compareVersions(from, to, { format, context: 3 }, AbortSignal.timeout(60_000))

async function change(
  name: string,
  before: string | Uint8Array,
  after: string | Uint8Array,
  format: string | null = null,
): Promise<Change> {
  const { changes } = await compare([file(name, before)], [file(name, after)], format)
  assert.equal(changes.length, 1)
  return changes[0]!
}

const shownLines = (one: Change): string[] =>
  (one.hunks ?? []).flatMap(hunk =>
    hunk.lines.filter(line => line.kind !== 'same').map(line => (line.kind === 'added' ? '+' : '-') + line.text),
  )

/** corpus/EXPECTED.md; every step that is not named is a change of the text. */
const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'twincat/TcUnit_FB_TcUnitRunner_history': { '022': 'volatile', '026': 'volatile', '033': 'volatile' },
  'twincat/kfe-vac_PRG_SXR_VAC_history': { '012': 'volatile', '015': 'layout' },
  'twincat/kfe-vac_GVL_SXR_VAC_history': { '012': 'layout' },
  'twincat/TcUnit_plcproj_history': {},
  'rockwell/L5Sharp_Test.L5X_history_A': {},
  'codesys_plcopen/HomeAutomation_PLCopen.xml_history': {},
  'schneider/PACFramework_drvfn.xdb_history': {},
  'robots/UR_admittance_script_history': {},
}

describe('the histories of the corpus, step by step', { skip }, () => {
  for (const [history, special] of Object.entries(table)) {
    test(history, async () => {
      const names = readdirSync(path.join(corpus, history)).sort()
      for (const [at, name] of names.entries()) {
        const before = names[at - 1]
        if (before === undefined) continue
        const one = `item${path.extname(name)}`
        const read = (which: string): Side => file(one, readFileSync(path.join(corpus, history, which)))
        const comparison = await compare([read(before)], [read(name)])
        const kind = special[name.slice(0, 3)] ?? 'text'
        assert.deepEqual([name, comparison.changes.map(one => one.kind)], [name, [kind]])
        assert.equal(comparison.equal, false)
        assert.equal(comparison.equivalent, kind === 'volatile', name)
        if (kind === 'text') assert.ok(shownLines(comparison.changes[0]!).length > 0, name)
        assert.ok(renderComparison(comparison, { colour: true, width: 120 }).length > 0)
      }
    })
  }

  test('L5Sharp: what happened to rungs, modules, data types and instructions is said by name', async () => {
    const history = path.join(corpus, 'rockwell', 'L5Sharp_Test.L5X_history_A')
    const names = readdirSync(history).sort()
    const facts = async (to: string): Promise<string[]> => {
      const at = names.findIndex(name => name.startsWith(to))
      const read = (name: string): Uint8Array => readFileSync(path.join(history, name))
      return [...((await change('Test.L5X', read(names[at - 1]!), read(names[at]!))).facts ?? [])]
    }
    const rungs = (list: readonly string[]): string[] => list.filter(fact => / Rung \d+$/.test(fact))
    const eighth = await facts('008')
    assert.deepEqual(rungs(eighth), [])
    assert.ok(eighth.includes('changed: AddOnInstructionDefinition aoi_Test'))
    assert.ok(eighth.includes('added: Tag StringArray'))
    assert.equal(rungs(await facts('009')).length, 8)
    const tenth = await facts('010')
    assert.deepEqual(rungs(tenth), [])
    assert.ok(tenth.includes('changed: Module TestCard'))
    assert.deepEqual(rungs(await facts('012')), ['changed: Program MainProgram › Routine Main › Rung 9'])
    assert.equal(rungs(await facts('013')).length, 1)
  })

  test('a file compared with itself, with a byte more, and with another file of its kind', async () => {
    const names = globSync('**/*', { cwd: corpus }).filter(name => statSync(path.join(corpus, name)).isFile())
    for (const name of names.filter((_, at) => at % 40 === 0)) {
      const bytes = readFileSync(path.join(corpus, name))
      if (bytes.length > 600_000) continue
      const same = await compare([file(name, bytes)], [file(name, bytes)])
      assert.deepEqual([same.equal, same.equivalent, same.changes], [true, true, []])
      const longer = await compare([file(name, bytes)], [file(name, Buffer.concat([bytes, Buffer.from('x')]))])
      assert.equal(longer.equivalent, false, name)
    }
  })
})

describe('kinds of change', () => {
  test('white space is layout where it means nothing, and text where it does', async () => {
    const kinds = async (name: string, before: string, after: string): Promise<string> =>
      (await change(name, before, after)).kind
    assert.equal(await kinds('a.txt', 'a\nb\n', 'a\r\nb\r\n'), 'layout')
    assert.equal(await kinds('a.txt', 'a\nb\n', 'a  \n\nb'), 'layout')
    assert.equal(await kinds('a.txt', 'a b\n', 'a  b\n'), 'text')
    assert.equal(await kinds('a.yaml', 'a:\n  b: 1\n', 'a:\nb: 1\n'), 'text')
    assert.equal(await kinds('sw.cfg', 'interface 1\n shutdown\n', 'interface 1\nshutdown\n'), 'text')
    assert.equal(await kinds('a.xml', '<a>\n<b/>\n</a>', '<a>\n  <b/>\n</a>'), 'layout')
    assert.equal(await kinds('a.xml', '<a b="1 2"/>', '<a b="1  2"/>'), 'text')
    assert.equal(await kinds('a.st', 'x   := 1; (* a  b *)', 'x := 1; (* a b *)'), 'layout')
    assert.equal(await kinds('a.st', "x := 'a  b';", "x := 'a b';"), 'text')
    assert.equal(await kinds('a.st', "// don't\nx := 'a  b';", "// don't\nx := 'a b';"), 'text')
    assert.equal(await kinds('a.st', 'x := y;', 'x := yz;'), 'text')
    assert.equal(await kinds('a.st', 'x := NOT y;', 'x := NOTy;'), 'text')
    assert.equal(await kinds('a.st', "{attribute 'l' := 'a\tb'}", "{attribute 'l' := 'a b'}"), 'text')
  })

  test('positions in drawings are layout, other numbers are not', async () => {
    const body = (x: number, id: number): string =>
      `<project xmlns="http://www.plcopen.org/xml/tc6_0200"><types><block localId="${id}">\n<position x="${x}" y="2"/>\n</block></types></project>`
    assert.equal((await change('a.xml', body(1, 1), body(300, 1))).kind, 'layout')
    assert.equal((await change('a.xml', body(1, 1), body(1, 2))).kind, 'text')
  })

  test('a re-encrypted secret is equivalent, and it is said that nobody can tell', async () => {
    const config = (secret: string, name: string): string =>
      `#config-version=FG\nconfig system admin\nedit "${name}"\nset password ENC ${secret}\nend\n`
    const only = await change('c.conf', config('AAAsecretAAA', 'a'), config('BBBsecretBBB', 'a'), 'fortios')
    assert.equal(only.kind, 'volatile')
    assert.match(only.what, /re-encrypted or changed, nobody can tell/)
    const both = await change('c.conf', config('AAAsecretAAA', 'a'), config('BBBsecretBBB', 'b'), 'fortios')
    assert.equal(both.kind, 'text')
    assert.deepEqual(shownLines(both), ['-edit "a"', '+edit "b"'])
    assert.deepEqual(both.volatile, ['encrypted secret'])
  })

  test('files, folders, links, permissions, types, moves', async () => {
    const comparison = await compare(
      [
        folder('a'),
        file('a/gone', 'gone'),
        file('mode', 'm', { mode: 0o644 }),
        link('l', 'x'),
        file('old', 'moved bytes'),
        file('t', 't'),
        folder('empty'),
      ],
      [
        folder('b'),
        file('b/new', 'new'),
        file('mode', 'm', { mode: 0o755 }),
        link('l', 'y'),
        file('now', 'moved bytes'),
        folder('t'),
      ],
    )
    const seen = comparison.changes.map(one => `${one.kind} ${one.path}: ${one.what}`)
    assert.deepEqual(seen, [
      'removed a/gone: file of 4 bytes is gone',
      'added b/new: new file of 3 bytes',
      'removed empty: folder is gone',
      'link l: pointed to x, points to y',
      'mode mode: permissions were 644, are 755',
      'moved now: was old, the content is the same',
      'type t: was a file, is a folder',
    ])
    assert.equal(comparison.summary, '3 files changed, 1 added, 2 removed, 1 moved: a/gone, b/new, empty and 4 more')
    assert.deepEqual([comparison.equal, comparison.equivalent], [false, false])
  })

  test('a change of encoding is told apart from a change of the text', async () => {
    const word = 'Füllstand Ähre\n'
    const narrow = Buffer.from(word, 'latin1')
    assert.match(
      (await change('a.txt', narrow, Buffer.from(word))).what,
      /^only the encoding differs: .*windows-1252, is UTF-8$/,
    )
    assert.match((await change('a.txt', word, `\ufeff${word}`)).what, /byte order mark$/)
    const wide = Buffer.from(`\ufeff${word}more\n`, 'utf16le')
    assert.deepEqual(shownLines(await change('a.txt', word, wide)), ['+more'])
  })

  test('8-bit code pages are readable, western and Cyrillic', async () => {
    const western = Buffer.from('; Türsteuerung Höhe\n', 'latin1')
    assert.deepEqual(shownLines(await change('a.txt', western, Buffer.concat([western, western]))), [
      '+; Türsteuerung Höhe',
    ])
    const cyrillic = Buffer.from([0xea, 0xed, 0xee, 0xef, 0xea, 0xe0, 0x0a])
    assert.deepEqual(shownLines(await change('a.txt', cyrillic, Buffer.concat([cyrillic, cyrillic]))), ['+кнопка'])
  })
})

describe('binary content', () => {
  test('sizes and changed ranges, whatever the chunks', async () => {
    const before = Buffer.alloc(300_000, 1)
    const after = Buffer.from(before)
    for (const at of [10, 12, 5000, 299_999]) after[at] = 0
    before[0] = after[0] = 0
    for (const chunk of [1, 7, 4096, 300_000]) {
      const from = file('x.bin', before, { chunk })
      const [one] = (await compare([from], [file('x.bin', after, { chunk: 1000 })])).changes
      assert.equal(one?.kind, 'binary')
      assert.deepEqual(one.binary?.ranges, [
        { offset: 10, length: 3 },
        { offset: 5000, length: 1 },
        { offset: 299_999, length: 1 },
      ])
    }
  })

  test('text that becomes binary, and a longer file', async () => {
    const one = await change('x', 'hello', Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]))
    assert.equal(one.kind, 'binary')
    assert.deepEqual(
      [one.binary?.bytesBefore, one.binary?.bytesAfter, one.binary?.ranges],
      [5, 8, [{ offset: 0, length: 8 }]],
    )
  })

  test('the ranges are bounded in number', async () => {
    const before = Buffer.alloc(100_000)
    const after = Buffer.from(before)
    for (let at = 0; at < after.length; at += 100) after[at] = 1
    const one = await change('x', before, after)
    assert.equal(one.binary!.ranges.length + one.binary!.more, 1000)
    assert.equal(one.binary!.ranges.length, 32)
  })

  test('a large text is compared in little memory, byte by byte', async () => {
    const block = Buffer.alloc(1024 * 1024, 'a')
    const bytes = 80 * block.length
    const large = (last: string): Side => ({
      ...file('large.txt', last),
      bytes,
      async *chunks() {
        for (let count = 1; count < 80; count += 1) yield block
        yield Buffer.alloc(block.length, last)
      },
    })
    const [one] = (await compare([large('a')], [large('b')])).changes
    assert.equal(one?.kind, 'binary')
    assert.deepEqual(one.binary?.ranges, [{ offset: 79 * block.length, length: block.length }])
  })
})

describe('line by line', () => {
  test('the steps lead from one text to the other', () => {
    const line = fc.constantFrom('a', 'b', 'c', 'd', 'END_IF', '')
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), fc.array(line, { maxLength: 40 }), (from, to) => {
        const edits = lineEdits(from, to)
        assert.deepEqual(
          edits.filter(edit => edit.kind !== 'added').map(edit => from[edit.from]),
          from,
        )
        assert.deepEqual(
          edits.filter(edit => edit.kind !== 'removed').map(edit => to[edit.to]),
          to,
        )
      }),
      { numRuns: 2000 },
    )
  })

  test('long and very different texts too, and soon', () => {
    const lines = (count: number, salt: string): string[] =>
      Array.from({ length: count }, (_, at) =>
        at % 5 === 0 ? `common ${at}` : at % 3 === 0 ? 'END_IF' : `${salt} ${at}`,
      )
    const [from, to] = [lines(60_000, 'x'), lines(60_000, 'y')]
    const start = performance.now()
    const edits = lineEdits(from, to)
    assert.ok(performance.now() - start < 15_000)
    assert.deepEqual(
      edits.filter(edit => edit.kind !== 'added').map(edit => from[edit.from]),
      from,
    )
    assert.deepEqual(
      edits.filter(edit => edit.kind !== 'removed').map(edit => to[edit.to]),
      to,
    )
    assert.ok(edits.filter(edit => edit.kind === 'same').length >= 12_000)
  })

  test('texts with nothing in common are counted, not listed', async () => {
    const text = (salt: string): string => Array.from({ length: 15_000 }, (_, at) => `${salt}${at}`).join('\n')
    const one = await change('a.txt', text('a'), text('b'))
    assert.equal(one.what, 'too different to show line by line: 15000 lines removed, 15000 lines added')
    assert.equal(one.hunks, undefined)
  })

  test('a text too large for it is only told to differ, and its volatile bytes still are not counted', async () => {
    const large = (date: string, end: string): string =>
      `<RSLogix5000Content ExportDate="Mon Mar 07 14:48:26 ${date}">${'<a>b</a>\n'.repeat(1_500_000)}${end}</RSLogix5000Content>`
    assert.equal((await change('a.L5X', large('2022', ''), large('2023', ''))).kind, 'volatile')
    assert.match((await change('a.L5X', large('2022', ''), large('2022', 'x'))).what, /larger than 12 MiB/)
  })

  test('hunks carry line numbers, context and what encloses them', async () => {
    const config = (state: string): string =>
      `hostname sw1\ninterface Gi1\n description a\n mtu 1500\n speed 100\n ${state}\ninterface Gi2\n description b\n`
    const one = await change('c.cfg', config('shutdown'), config('no shutdown'))
    assert.equal(one.hunks?.length, 1)
    const [hunk] = one.hunks!
    assert.deepEqual(
      [hunk!.from, hunk!.fromLines, hunk!.to, hunk!.toLines, hunk!.heading],
      [3, 6, 3, 6, 'interface Gi1'],
    )
    assert.deepEqual(shownLines(one), ['- shutdown', '+ no shutdown'])
  })

  test('a long line is shown around its difference', async () => {
    const long = (middle: string): string => `${'x'.repeat(5000)}${middle}${'y'.repeat(5000)}`
    const [removed, added] = shownLines(await change('a.txt', long('old'), long('new')))
    assert.ok(removed!.includes('xoldy') && added!.includes('xnewy'))
    assert.ok(removed!.length < 410)
  })

  test('a comparison can be given up', async () => {
    const stop = new AbortController()
    stop.abort(new Error('enough'))
    await assert.rejects(
      compareVersions([file('a', 'a')], [file('a', 'b')], { format: null, context: 3 }, stop.signal),
      /enough/,
    )
  })
})

describe('for a terminal', () => {
  test('unified, with headings, volatile ones folded, and a summary', async () => {
    const pou = (version: string, step: number): string =>
      `<TcPlcObject ProductVersion="${version}">\n<POU Name="MAIN">\n<ST><![CDATA[n := n + ${step};]]></ST>\n</POU>\n</TcPlcObject>`
    const comparison = await compare(
      [file('MAIN.TcPOU', pou('3.1', 1)), file('GVL.TcPOU', pou('3.1', 1))],
      [file('MAIN.TcPOU', pou('3.2', 2)), file('GVL.TcPOU', pou('3.2', 1))],
    )
    assert.equal(
      renderComparison(comparison, { colour: false, width: 80 }),
      `· GVL.TcPOU: only volatile: ProductVersion

~ MAIN.TcPOU: 1 line removed, 1 line added
    changed: POU MAIN
@@ -1,5 +1,5 @@ POU MAIN
 <TcPlcObject ProductVersion="3.2">
 <POU Name="MAIN">
-<ST><![CDATA[n := n + 1;]]></ST>
+<ST><![CDATA[n := n + 2;]]></ST>
 </POU>
 </TcPlcObject>
  volatile only: ProductVersion

1 file changed: MAIN.TcPOU
`,
    )
  })

  test('what a file holds cannot steer the terminal', async () => {
    const comparison = await compare(
      [file('a\u001b[2J.txt', 'x\n')],
      [file('a\u001b[2J.txt', 'x\u001b]0;owned\u0007\u202e\n')],
    )
    const shown = renderComparison(comparison, { colour: false, width: 80 })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    assert.doesNotMatch(shown, /[\u0000-\u0009\u000b-\u001f\u202e]/)
  })
})
