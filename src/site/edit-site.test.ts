import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse } from 'yaml'
import { type SiteEdit, setSiteValues } from './edit-site.ts'
import { commentedSite } from './example.ts'

const examples = path.resolve(import.meta.dirname, '..', '..', 'examples')
const texts = new Map([
  ['commented', commentedSite({ name: 'Test', timezone: 'UTC' })],
  ...['bottling', 'logistics', 'water'].map((name): [string, string] => [
    name,
    readFileSync(path.join(examples, name, 'site.yaml'), 'utf8'),
  ]),
])

interface Written {
  readonly processes: readonly Readonly<Record<string, unknown>>[]
}

/** Lines of the one text that are not in the other, in order: those that an edit touched. */
function touched(from: string, to: string): { readonly before: string[]; readonly after: string[] } {
  const [before, after] = [from.split('\n'), to.split('\n')]
  while (before.length > 0 && before[0] === after[0]) {
    before.shift()
    after.shift()
  }
  while (before.length > 0 && before.at(-1) === after.at(-1)) {
    before.pop()
    after.pop()
  }
  return { before, after }
}

for (const [name, text] of texts) {
  test(`${name}: a value is set in its line, and no other line changes`, () => {
    const { processes } = parse(text) as Written
    for (const [position, process] of processes.entries()) {
      for (const key of ['mtd', 'rto', 'name', 'notes']) {
        const result = setSiteValues(text, [{ path: ['processes', position, key], value: '13h' }])
        const { before, after } = touched(text, result)
        assert.equal(after.length, 1)
        assert.equal(before.length, key in process ? 1 : 0, `${key} of ${process.id}`)
        assert.match(after[0] ?? '', new RegExp(`\\b${key}: 13h`))
        if (before.length === 1) assert.equal(comment(after[0]), comment(before[0]))
      }
    }
  })

  test(`${name}: steps that are missing are made on one line, those that are there change in theirs`, () => {
    const { processes } = parse(text) as Written
    for (const [position, { recovery }] of processes.entries()) {
      const edits = ['detect', 'validate'].map(step => ({
        path: ['processes', position, 'recovery', step],
        value: '7m',
      }))
      const result = setSiteValues(text, edits)
      const { before, after } = touched(text, result)
      if (recovery === undefined)
        assert.deepEqual([before, after], [[], ['    recovery: { detect: 7m, validate: 7m }']])
      else assert.equal(after.length, before.length)
      assert.deepEqual((parse(result) as Written).processes[position]?.recovery, {
        ...(recovery as object),
        detect: '7m',
        validate: '7m',
      })
    }
  })

  test(`${name}: what is set as it was leaves every byte`, () => {
    const { processes } = parse(text) as Written
    const edits = processes.flatMap(({ mtd, needs }, position): SiteEdit[] => [
      ...(mtd === undefined ? [] : [{ path: ['processes', position, 'mtd'], value: mtd as string }]),
      { path: ['processes', position, 'needs', 0], value: (needs as string[])[0] ?? '' },
    ])
    assert.equal(setSiteValues(text, edits), text)
  })

  test(`${name}: whatever is set, lines outside the process stay, in any order of the edits`, () => {
    const { processes } = parse(text) as Written
    const keys = [
      'mtd',
      'rto',
      'mtdl',
      'recovery.detect',
      'recovery.reissue',
      'afterLoss.fixed',
      'afterLoss.perLostHour',
    ]
    const plan = fc.record({
      position: fc.nat(processes.length - 1),
      keys: fc.uniqueArray(fc.constantFrom(...keys), { minLength: 1 }),
      value: fc.constantFrom('90m', '4h', 'PT1H30M'),
    })
    fc.assert(
      fc.property(plan, ({ position, keys, value }) => {
        const edits = keys.map(key => ({ path: ['processes', position, ...key.split('.')], value }))
        const result = setSiteValues(text, edits)
        const others = (all: string) => (parse(all) as Written).processes.toSpliced(position, 1)
        assert.deepEqual(others(result), others(text))
        assert.equal(commentsOf(result), commentsOf(text))
        assert.deepEqual(parse(setSiteValues(text, edits.toReversed())), parse(result))
        assert.equal(setSiteValues(result, edits), result)
      }),
      { numRuns: 20 },
    )
  })
}

function comment(line: string | undefined): string {
  return / #.*$/.exec(line ?? '')?.[0] ?? ''
}

function commentsOf(text: string): string {
  return [...text.matchAll(/(?:^|\s)#.*$/gm)].map(([found]) => found.trim()).join('\n')
}

const cases: readonly (readonly [string, string, SiteEdit['path'], SiteEdit['value'], string])[] = [
  ['a plain text, its comment beside it', 'a:   4h   # so\n', ['a'], '6h', 'a:   6h   # so\n'],
  ['a text in double quotes', 'a: "4h" # so\n', ['a'], '6h', 'a: "6h" # so\n'],
  ['a text in single quotes', "a: '4h'\n", ['a'], "o'clock", "a: 'o''clock'\n"],
  ['a text that must be quoted', 'a: x\n', ['a'], 'b: #c', 'a: "b: #c"\n'],
  ['a text that would be read as a number', 'a: x\n', ['a'], '0042', 'a: "0042"\n'],
  ['a number and a truth value', '{ a: 1 }\n', ['b'], true, '{ a: 1, b: true }\n'],
  ['a key without value', 'a:   # unknown yet\nb: 1\n', ['a'], '6h', 'a: 6h   # unknown yet\nb: 1\n'],
  ['an empty mapping', 'a: {}\n', ['a', 'b'], 1, 'a: { b: 1 }\n'],
  ['a mapping on one line', 'a: { b: 1 } # so\n', ['a', 'c'], 2, 'a: { b: 1, c: 2 } # so\n'],
  ['a mapping with a last comma', 'a: { b: 1, }\n', ['a', 'c'], 2, 'a: { b: 1, c: 2, }\n'],
  [
    'a mapping in brackets on several lines',
    'a: {\n  b: 1, # so\n  }\n',
    ['a', 'c'],
    2,
    'a: {\n  b: 1, # so\n  c: 2,\n  }\n',
  ],
  ['one without its last comma', 'a: {\n  b: 1 # so\n  }\n', ['a', 'c'], 2, 'a: {\n  b: 1, # so\n  c: 2\n  }\n'],
  [
    'a mapping in lines',
    'a:\n  b: 1 # so\n\n# next\nc: 1\n',
    ['a', 'd'],
    2,
    'a:\n  b: 1 # so\n  d: 2\n\n# next\nc: 1\n',
  ],
  ['a mapping in a list', '- a: 1\n- a: 2\n', [0, 'b'], 3, '- a: 1\n  b: 3\n- a: 2\n'],
  [
    'after a text of several lines',
    'a:\n  b: |\n    x\n    y\nc: 1\n',
    ['a', 'd'],
    2,
    'a:\n  b: |\n    x\n    y\n  d: 2\nc: 1\n',
  ],
  ['a text of several lines', 'a: |\n  x\n  y\nc: 1\n', ['a'], 'z', 'a: z\nc: 1\n'],
  ['a mapping in lines becomes a value', 'a: # so\n  b: 1\n  c: 2\nd: 1\n', ['a'], '1h', 'a: 1h # so\nd: 1\n'],
  ['a value becomes a mapping', 'a: 1h # so\n', ['a'], { b: '1d', c: '5m' }, 'a: { b: 1d, c: 5m } # so\n'],
  ['a mapping in brackets becomes a value', '{ a: { b: 1 }, c: 1 }\n', ['a'], '1h', '{ a: 1h, c: 1 }\n'],
  ['an entry of a list', 'a: [b, c] # so\n', ['a', 1], 'd', 'a: [b, d] # so\n'],
  ['a list', 'a: 1\n', ['b'], ['x', 'y, z'], 'a: 1\nb: [x, "y, z"]\n'],
  ['lines that end with CR LF', 'a:\r\n  b: 1\r\nc: 2\r\n', ['a', 'd'], 3, 'a:\r\n  b: 1\r\n  d: 3\r\nc: 2\r\n'],
  ['a text without a last line end', 'a: 1', ['b'], 2, 'a: 1\nb: 2'],
  ['a text with a BOM', '\uFEFFa: 1\n', ['a'], 2, '\uFEFFa: 2\n'],
  [
    'a new key goes where the schema has it',
    'node: { domain: n }\n',
    ['node', 'zone'],
    'z',
    'node: { zone: z, domain: n }\n',
  ],
]

for (const [name, text, at, value, expected] of cases) {
  test(`set: ${name}`, () => assert.equal(setSiteValues(text, [{ path: at, value }]), expected))
}

test('what an anchor repeats elsewhere is not changed, and a path through a value is refused', () => {
  const shared = 'a: &x 1h\nb: *x\nc: &y { d: 1 }\ne: *y\nf: 1h\n'
  for (const at of [['a'], ['b'], ['c', 'd'], ['e', 'd'], ['f', 'g']]) {
    assert.throws(() => setSiteValues(shared, [{ path: at, value: '2h' }]), { code: 'refused' })
  }
  assert.throws(() => setSiteValues('a: [1]\n', [{ path: ['a', 3], value: 1 }]), { code: 'not-found' })
})
