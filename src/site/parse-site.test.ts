import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { parseSite } from './parse-site.ts'

const user = z.union([z.string(), z.strictObject({ secret: z.string() })])
const ftp = z.strictObject({
  path: z.string().default('/'),
  port: z.int().min(1).max(65_535).default(21),
  tls: z.enum(['none', 'explicit']).default('none'),
  user: user.optional(),
})
const connectors = new Map<string, z.ZodType>([
  ['files', z.strictObject({ path: z.string() })],
  ['ftp', ftp],
])

const good = `site: { name: Saint-Aubin bottling, timezone: Europe/Paris }
zones:
  - { id: cell-a, name: Filling, level: 1 }
  - { id: operations, name: Site operations, level: 3 }
conduits:
  - { from: operations, to: cell-a, allow: [ftp] }
node: { zone: operations }
processes:
  - { id: filling, name: Filling, data: configuration, mtdl: 1h, mtd: 4h, rto: 2h, needs: [plc-filler] }
assets:
  - id: plc-filler
    name: Filler PLC
    kind: plc
    zone: cell-a
    items:
      - { id: program, kind: program, via: files, options: { path: ./plc }, every: 15m }
places:
  - { id: local, via: local, options: { path: ./data/repository }, medium: disk, location: plant, domain: node }
`

const parse = (text: string) => parseSite(new TextEncoder().encode(text), connectors)

/** `line:column path: message | allowed` of every problem. */
function problemsOf(input: string | Uint8Array): string[] {
  const { site, problems } = typeof input === 'string' ? parse(input) : parseSite(input, connectors)
  assert.equal(
    site === null,
    problems.some(problem => problem.severity === 'error'),
  )
  return problems.map(
    ({ line, column, path, message, allowed }) => `${line}:${column} ${path}: ${message} | ${allowed}`,
  )
}

/** The good site with a part replaced. */
function changed(from: string, to: string): string {
  assert.ok(good.includes(from), from)
  return good.replace(from, () => to)
}

test('the smallest site of the design is read, and what it leaves out is null or empty', () => {
  const { site, problems } = parse(good)
  assert.deepEqual(problems, [])
  assert.equal(site?.name, 'Saint-Aubin bottling')
  assert.equal(site?.processes[0]?.mtdl.configuration?.total('hour'), 1)
  const asset = site?.assets[0]
  assert.deepEqual([asset?.address, asset?.needs, asset?.pace], [null, [], { bandwidth: null, pause: null }])
  assert.deepEqual(asset?.items[0]?.options, { path: './plc' })
  assert.deepEqual(site?.places[0]?.online, true)
})

test('options come back as the schema of the connector returns them', () => {
  const { site } = parse(changed('via: files, options: { path: ./plc }', 'via: ftp'))
  assert.deepEqual(site?.assets[0]?.items[0]?.options, { path: '/', port: 21, tls: 'none' })
})

test('text stays as it was written, zeros and all', () => {
  const { site } = parse(
    changed(
      '    kind: plc\n',
      '    kind: plc\n    serial: 0012345\n    firmware: 2.10\n    model: 1e3\n    notes: true\n',
    ),
  )
  const asset = site?.assets[0]
  assert.deepEqual([asset?.serial, asset?.firmware, asset?.model, asset?.notes], ['0012345', '2.10', '1e3', 'true'])
})

test('a BOM, CR LF, comments, anchors and a document marker are accepted', () => {
  const anchored = changed('- { from: operations', '- { from: &ops operations').replace(
    'zone: operations }',
    'zone: *ops }',
  )
  for (const text of [`\uFEFF${good}`, good.replaceAll('\n', '\r\n'), `---\n# plant\n${good}...\n`, anchored]) {
    assert.deepEqual(problemsOf(text), [])
  }
})

const durations = (days: number) =>
  `a duration such as 90s, 15m, 4h, 7d or 2w, or ISO 8601 without months and years, such as PT1H30M, at most ${days}d`
const idAllowed =
  'an id of up to 63 small letters, digits, dots, hyphens and underscores that begins with a letter or a digit'

const mistakes: readonly [what: string, from: string, to: string, ...problems: string[]][] = [
  [
    'an unknown key',
    'name: Filler PLC',
    'nmae: Filler PLC',
    '12:5 assets[0].nmae: unknown key "nmae" | did you mean "name"?',
  ],
  [
    'a key without likeness',
    'node: { zone: operations }',
    'node: { zone: operations, x: 1 }',
    '7:27 node.x: unknown key "x" | zone, domain, readers, names or pages',
  ],
  [
    'a wrong type',
    'level: 1 }',
    'level: one }',
    '3:41 zones[0].level: "one" is not allowed | a Purdue level: 0, 1, 2, 3, 3.5, 4 or 5',
  ],
  [
    'a level that does not exist',
    'level: 1 }',
    'level: 2.5 }',
    '3:41 zones[0].level: 2.5 is not allowed | a Purdue level: 0, 1, 2, 3, 3.5, 4 or 5',
  ],
  [
    'text instead of a list',
    '[ftp]',
    'ftp',
    '6:44 conduits[0].allow: "ftp" is not allowed | a list of protocols such as [ftp, ssh]',
  ],
  [
    'a missing key',
    'kind: plc\n',
    'vendor: x\n',
    '11:5 assets[0].kind: "kind" is missing | plc, safety-plc, rtu, dcs, cnc, robot, drive, io, hmi, scada, historian, mes, engineering-station, workstation, server, vm, hypervisor, database, storage, switch, router, firewall, access-point, gateway, sensor, instrument, camera, meter, ups or other',
  ],
  [
    'a key without a value',
    'name: Filler PLC',
    'name:',
    '12:5 assets[0].name: nothing is given | text on one line, of up to 200 characters',
  ],
  [
    'a word in the wrong case',
    'kind: plc\n',
    'kind: PLC\n',
    '13:11 assets[0].kind: "PLC" is not allowed | did you mean "plc"?',
  ],
  ['a bad id', 'id: filling', 'id: Filling line', `9:11 processes[0].id: "Filling line" is not allowed | ${idAllowed}`],
  [
    'the reserved id',
    'id: plc-filler',
    'id: node',
    '9:92 processes[0].needs[0]: "plc-filler" is not an asset, an item or a process of this site | the id of an asset, an item or a process',
    '11:9 assets[0].id: "node" is the id of the site node itself | any other id',
  ],
  [
    'an id used twice',
    'id: operations',
    'id: cell-a',
    '4:11 zones[1].id: the id "cell-a" is taken by zones[0] in line 3 | an id that is not used yet',
    '6:13 conduits[0].from: "operations" is not a zone of this site | the id of a zone',
    '7:15 node.zone: "operations" is not a zone of this site | the id of a zone',
  ],
  [
    'an asset with the id of a process',
    'id: filling',
    'id: plc-filler',
    '11:9 assets[0].id: the id "plc-filler" is taken by processes[0] in line 9 | an id that is not used yet',
    '9:95 processes[0].needs[0]: "plc-filler" needs itself | needs that end somewhere',
  ],
  [
    'a YAML key given twice',
    'name: Filler PLC',
    'id: other',
    '12:5 assets[0].id: "id" is given a second time | each key once',
  ],
  [
    'a reference to nothing',
    'to: cell-a',
    'to: cell-b',
    '6:29 conduits[0].to: "cell-b" is not a zone of this site | did you mean "cell-a"?',
  ],
  [
    'a need of an item that is not there',
    '[plc-filler]',
    '[plc-filler/progam]',
    '9:92 processes[0].needs[0]: "plc-filler/progam" is not an asset, an item or a process of this site | did you mean "plc-filler/program"?',
  ],
  [
    'a process that needs itself',
    '[plc-filler]',
    '[plc-filler, filling]',
    '9:104 processes[0].needs[1]: "filling" needs itself | needs that end somewhere',
  ],
  [
    'assets in a circle',
    '    kind: plc\n',
    '    kind: plc\n    needs: [b]\n    zone: cell-a\n  - id: b\n    needs: [plc-filler]\n    kind: plc\n',
    '17:13 assets[1].needs[0]: needs go in a circle: plc-filler → b → plc-filler | needs that end somewhere',
  ],
  [
    'months',
    'mtdl: 1h',
    'mtdl: P1M',
    `9:62 processes[0].mtdl: "P1M" counts months or years, which have no exact length | ${durations(3660)}`,
  ],
  [
    'a negative duration',
    'every: 15m',
    'every: -15m',
    `16:84 assets[0].items[0].every: "-15m" is negative | ${durations(366)}`,
  ],
  [
    'a duration of nothing',
    'every: 15m',
    'every: 0s',
    `16:84 assets[0].items[0].every: "0s" is zero | ${durations(366)}`,
  ],
  [
    'a number without unit',
    'every: 15m',
    'every: 15',
    `16:84 assets[0].items[0].every: "15" has no unit | ${durations(366)}`,
  ],
  [
    'an interval over a year',
    'every: 15m',
    'every: 400d',
    `16:84 assets[0].items[0].every: "400d" is too long | ${durations(366)}`,
  ],
  ['an RTO over the MTD', 'rto: 2h', 'rto: 5h', '9:80 processes[0].rto: rto 5h is longer than mtd 4h | at most 4h'],
  [
    'a timeout over the total',
    '    zone: cell-a\n',
    '    zone: cell-a\n    timeouts: { connect: 2m, total: 1m }\n',
    '15:26 assets[0].timeouts.connect: connect 2m is longer than total 1m | at most 1m',
  ],
  [
    'a time zone that does not exist',
    'Europe/Paris',
    'Europe/Pariss',
    '1:47 site.timezone: "Europe/Pariss" is not a time zone | did you mean "Europe/Paris"?',
  ],
  [
    'an unknown connector',
    'via: files',
    'via: fils',
    '16:44 assets[0].items[0].via: there is no connector "fils" | did you mean "files"?',
  ],
  [
    'an unknown option',
    '{ path: ./plc }',
    '{ pth: ./plc }',
    '16:60 assets[0].items[0].options.path: "path" is missing | text',
    '16:62 assets[0].items[0].options.pth: unknown key "pth" | did you mean "path"?',
  ],
  [
    'a bad option',
    'via: files, options: { path: ./plc }',
    'via: ftp, options: { port: 70000, tls: implicit }',
    '16:66 assets[0].items[0].options.port: 70000 is not allowed | at most 65535',
    '16:78 assets[0].items[0].options.tls: "implicit" is not allowed | did you mean "explicit"? allowed: none or explicit',
  ],
  [
    'an option inside a union',
    'via: files, options: { path: ./plc }',
    'via: ftp, options: { user: { secrt: a, secret: b } }',
    '16:68 assets[0].items[0].options.user.secrt: unknown key "secrt" | did you mean "secret"?',
  ],
  [
    'an address with a protocol',
    '    kind: plc\n',
    '    kind: plc\n    address: ftp://me:hunter2@10.0.0.1\n',
    '14:14 assets[0].address: "ftp://…@10.0.0.1" is not an address | a host name or an IP address, without protocol or port',
  ],
  [
    'keys of prototypes',
    'name: Filler PLC',
    '__proto__: { id: x }\n    toString: 1',
    '12:5 assets[0]: "__proto__" cannot be a key | keys that are plain words',
    '13:5 assets[0].toString: unknown key "toString" | id, name, kind, vendor, model, serial, firmware, zone, address, domain, machine, life, exposure, spare, notes, needs, pace, timeouts, retries, quiet or items',
  ],
  [
    'an alias of nothing',
    'zone: operations }',
    'zone: *ops }',
    '7:15 node.zone: there is no anchor "&ops" before this alias | an anchor that stands before it',
    '7:15 node.zone: nothing is given | the id of a zone',
  ],
  ['a tab', '    name: Filler PLC', '\tname: Filler PLC', '12:1 : a tab indents the line | spaces'],
  [
    'a tag',
    'name: Filler PLC',
    'name: !!js/function x',
    '12:11 : a YAML tag that has no meaning here | values without !tags',
  ],
  [
    'quiet windows without end',
    '    kind: plc\n',
    '    kind: plc\n    quiet: ["06:00-18:00", "18:00-06:00"]\n',
    '14:12 assets[0].quiet: the quiet windows cover the whole week: no capture will ever run by itself | some time in which captures may run',
  ],
]

for (const [what, from, to, ...problems] of mistakes) {
  test(`${what} is told with its place and what is allowed`, () => {
    assert.deepEqual(problemsOf(changed(from, to)).sort(), problems.toSorted())
  })
}

test('every mistake of a file is told at once, in the order of its lines', () => {
  let text = good
  const single = mistakes.filter(([what]) =>
    [
      'a wrong type',
      'text instead of a list',
      'a reference to nothing',
      'an RTO over the MTD',
      'an unknown key',
      'a word in the wrong case',
      'an unknown connector',
    ].includes(what),
  )
  for (const [, from, to] of single) text = text.replace(from, to)
  assert.deepEqual(
    problemsOf(text).map(problem => problem.split(': ')[0]),
    [
      '3:41 zones[0].level',
      '6:29 conduits[0].to',
      '6:44 conduits[0].allow',
      '9:80 processes[0].rto',
      '12:5 assets[0].nmae',
      '13:11 assets[0].kind',
      '16:44 assets[0].items[0].via',
    ],
  )
})

test('a credential is never repeated in a problem', () => {
  const text = changed('{ path: ./plc }', '{ path: ./plc, password: [hunter2], user: { secret: hunter2 } }')
  assert.ok(!problemsOf(text).join('\n').includes('hunter2'))
  const typed = parseSite(
    new TextEncoder().encode(changed('{ path: ./plc }', '{ password: hunter2 }')),
    new Map([['files', z.strictObject({ password: z.int() })]]),
  )
  assert.deepEqual(
    typed.problems.map(({ message }) => message),
    ['the value is not allowed'],
  )
})

const bytes = (...values: number[]) => Uint8Array.from(values)
const refusals: readonly [what: string, input: string | Uint8Array, problem: string | RegExp][] = [
  ['an empty file', '', '1:1 : the file is empty | the description of a site; blackstart init writes one'],
  [
    'a file of comments',
    '# nothing\n',
    '1:1 : the file is empty | the description of a site; blackstart init writes one',
  ],
  ['a list', '- a\n', /^1:1 : a list is not allowed \| a mapping with site, /],
  ['a word', 'site', /^1:1 : "site" is not allowed \| a mapping with site, /],
  ['a second document', `${good}---\nx: 1\n`, '19:1 : a second YAML document begins | one document'],
  ['a directive', `%YAML 1.1\n---\n${good}`, '1:1 : a YAML directive | no line that begins with %'],
  ['a binary file', bytes(0x7f, 0x45, 0x4c, 0x46, 1, 0, 0), '1:1 : the file is binary | a YAML text in UTF-8'],
  ['UTF-16', bytes(0xff, 0xfe, 0x73, 0), '1:1 : the file is UTF-16 | UTF-8: save it again with that encoding'],
  [
    'UTF-16 without BOM',
    bytes(...Buffer.from('site: x', 'utf16le')),
    '1:1 : the file is UTF-16 | UTF-8: save it again with that encoding',
  ],
  [
    'Latin-1',
    bytes(...Buffer.from('site:\n  name: Empaquet\xe9\n', 'latin1')),
    '2:17 : the file is not valid UTF-8 here | UTF-8: save it again with that encoding',
  ],
  ['a control character', 'site:\n  name: a\x1b[31m\n', '2:10 : the control character 0x1b is in the text | text'],
  [
    'lines of an old Macintosh',
    'site: 1\rzones: 2\r',
    '1:8 : a line ends with CR alone | lines that end with LF or CR LF',
  ],
  ['50 MB', new Uint8Array(50_000_000).fill(0x61), '1:1 : the file is too large (47.7 MiB) | at most 5 MiB'],
  ['deep flow nesting', '['.repeat(1_000_000), '1:41 : nested too deeply | at most 40 levels'],
  ['deep lists', '- '.repeat(1_000_000), '1:81 : nested too deeply | at most 40 levels'],
  [
    'deep mappings',
    Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''),
    '41:42 : nested too deeply | at most 40 levels',
  ],
  ['endless lists', '- a\n'.repeat(1_000_000), '300000:4 : the file holds too much | some ten thousand items'],
]

for (const [what, input, problem] of refusals) {
  test(`${what} is refused, clearly and quickly`, () => {
    const start = performance.now()
    const problems = problemsOf(input)
    assert.ok(performance.now() - start < 15_000)
    if (typeof problem === 'string') assert.deepEqual(problems, [problem])
    else assert.match(problems.join('\n'), problem)
  })
}

test('aliases that repeat aliases are refused before they are unfolded', () => {
  const levels = [...'bcdefghij'].map(
    (name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[index]}`).join(', ')}]`,
  )
  const problems = problemsOf(`a: &a [x, x, x, x, x, x, x, x, x]\n${levels.join('\n')}\n${good}`)
  assert.ok(
    problems.some(problem => problem.endsWith('aliases repeat too much | aliases that add at most 100000 values')),
  )
  assert.match(problemsOf('a: &a [*a]').join('\n'), /"\*a" stands inside what it repeats/)
})

test('more than a thousand problems are cut off and counted', () => {
  const problems = problemsOf(good + Array.from({ length: 1500 }, (_, index) => `x${index}: 1\n`).join(''))
  assert.equal(problems.length, 1001)
  assert.match(problems.at(-1) ?? '', /500 further problems from here on/)
})

test('no bytes make it throw', () => {
  const shred = fc.array(
    fc.constantFrom(
      ...(good.match(/\w+|[^\w]/g) ?? []),
      '&a ',
      '*a',
      '|',
      '>',
      '!!str ',
      '"',
      "'",
      '---\n',
      '\t',
      '? ',
      '[',
      ']',
    ),
    { maxLength: 60 },
  )
  const edited = fc
    .tuple(fc.nat(good.length), fc.nat(12), fc.string({ maxLength: 6 }))
    .map(([at, cut, text]) => good.slice(0, at) + text + good.slice(at + cut))
  const input = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .oneof(
        shred.map(parts => parts.join('')),
        edited,
      )
      .map(text => new TextEncoder().encode(text)),
  )
  fc.assert(
    fc.property(input, text => {
      const { site, problems } = parseSite(text, connectors)
      assert.ok(site !== null || problems.length > 0)
      for (const { line, column } of problems) assert.ok(line >= 1 && column >= 1)
    }),
    { numRuns: 1500 },
  )
})

test('any valid site is accepted and says what its file said', () => {
  const id = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/).filter(text => text !== 'node')
  const item = fc.record({
    id,
    kind: fc.constantFrom('program', 'image'),
    via: fc.constant('files'),
    options: fc.record({ path: fc.string() }),
    every: fc.constantFrom('90s', 'PT2H'),
  })
  const items = fc.uniqueArray(item, { selector: one => one.id, maxLength: 3 })
  const asset = fc.record({ id: id.map(text => `a-${text}`), kind: fc.constant('plc'), zone: fc.constant('z'), items })
  const assets = fc.uniqueArray(asset, { selector: one => one.id, maxLength: 5 })
  const place = {
    id: 'local',
    via: 'local',
    options: { path: './r' },
    medium: 'disk',
    location: 'plant',
    domain: 'node',
  }
  fc.assert(
    fc.property(assets, list => {
      const content = {
        site: { name: 'x', timezone: 'UTC' },
        zones: [{ id: 'z', level: 3.5 }],
        node: { zone: 'z' },
        places: [place],
        assets: list,
      }
      const { site, problems } = parse(JSON.stringify(content))
      assert.deepEqual(problems, [])
      const back = site?.assets.map(one => ({
        id: one.id,
        items: one.items.map(({ id: name, options }) => ({ name, options })),
      }))
      assert.deepEqual(
        JSON.stringify(back),
        JSON.stringify(
          list.map(one => ({ id: one.id, items: one.items.map(({ id: name, options }) => ({ name, options })) })),
        ),
      )
    }),
    { numRuns: 100 },
  )
})

test('the time for ten times the items is about ten times as long', t => {
  const plant = (assets: number) => {
    const asset = (index: number) =>
      `  - id: plc-${index}\n    kind: plc\n    zone: cell-a\n    items:\n${[1, 2, 3, 4, 5].map(item => `      - { id: item-${item}, kind: program, via: files, options: { path: ./plc }, every: 15m }\n`).join('')}`
    return good.replace(
      'places:',
      () => `${Array.from({ length: assets }, (_, index) => asset(index)).join('')}places:`,
    )
  }
  const seconds = (text: string) => {
    const start = performance.now()
    assert.deepEqual(problemsOf(text), [])
    return (performance.now() - start) / 1000
  }
  seconds(plant(100))
  const [small, large] = [seconds(plant(200)), seconds(plant(2000))]
  t.diagnostic(`1,000 items ${small.toFixed(2)} s, 10,000 items ${large.toFixed(2)} s`)
  assert.ok(large < 40 * small + 1)
})

test('a secret that is named and not set is a warning, where it is known which are set', () => {
  const item = (id: string, secret: string) =>
    `  - { id: ${id}, name: One, kind: plc, zone: cell-a, items: [{ id: p, kind: program, via: ftp, options: { user: { secret: ${secret} } } }] }`
  const text = `site: { name: Saint-Aubin, timezone: Europe/Paris }
zones: [{ id: cell-a, level: 1 }]
node: { zone: cell-a }
assets:
${item('plc-1', 'filler-login')}
${item('plc-2', 'filler-logn')}
${item('plc-3', 'robot')}
places: [{ id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }]
`
  const parsed = (secrets: ReadonlySet<string> | null) =>
    parseSite(new TextEncoder().encode(text), connectors, new Map(), secrets)
  const { site, problems } = parsed(new Set(['filler-login']))
  assert.notEqual(site, null, JSON.stringify(problems))
  assert.deepEqual(
    problems.map(({ line, path, message, allowed, severity }) => [line, path, message, allowed, severity]),
    [
      [
        6,
        'assets[1].items[0].options.user.secret',
        'the secret "filler-logn" is not set',
        'did you mean "filler-login"?',
        'warning',
      ],
      [
        7,
        'assets[2].items[0].options.user.secret',
        'the secret "robot" is not set',
        'a secret that is set: blackstart secrets set',
        'warning',
      ],
    ],
  )
  assert.deepEqual(parsed(null).problems, [])
})
