import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { connectors } from '../../src/capture/all.ts'
import { emailOptions } from '../../src/node/notify/email/email-options.ts'
import { syslogOptions } from '../../src/node/notify/syslog/syslog-options.ts'
import { webhookOptions } from '../../src/node/notify/webhook/webhook-options.ts'
import { parseSite } from '../../src/site/parse-site.ts'
import {
  allowedTemplates,
  frenchAllowed,
  frenchProblem,
  problemPhrases,
  problemTemplates,
} from './french-of-problems.ts'
import { englishIn, isKnownProblem } from './problems-of-source.ts'
import { literalsOf, readSource, sourcesIn } from './sentences-of-source.ts'

const kinds = new Map(connectors.map(one => [one.kind, one.options]))
const channelKinds = new Map([
  ['email', { options: emailOptions, takesJournal: false }],
  ['syslog', { options: syslogOptions, takesJournal: true }],
  ['webhook', { options: webhookOptions, takesJournal: false }],
])

/** Of the example that `init` writes, and what the commands say of their edits. */
const notProblems = 'src/site/{dependency-order,edit-site,example,notify}.ts'

/** What is no key and no code. */
const isPhrase = /[a-z]{2,}\S* .*[a-z]{2}|\{\} [a-z]{2,}|^an? [a-z]{2,}| [a-z]{4,}$/su

// those of the options of connectors and channels: french-of-failures.test.ts
test('every problem of site.yaml, and what is allowed in its place, has its French', () => {
  const found = sourcesIn('src/site/**/*.ts')
    .filter(file => !path.posix.matchesGlob(file, notProblems))
    .flatMap(file => literalsOf(readSource(file)).map(({ text }) => ({ file, text })))
    .filter(({ text }) => isPhrase.test(text))
  assert.ok(found.length > 200, String(found.length))
  const lacking = found.filter(({ text }) => !isKnownProblem(text)).map(({ file, text }) => `${file}: ${text}`)
  assert.deepEqual(lacking, [])
})

test('the French of a problem has as many gaps as the English, and every list that it names is there', () => {
  const all = [...problemTemplates, ...allowedTemplates, ...Object.values(problemPhrases).flat()]
  const gapsOf = (text: string) => text.match(/\{[a-z]*\}/gu)?.length ?? 0
  assert.deepEqual(
    all.filter(([english, french]) => gapsOf(english) !== gapsOf(french)),
    [],
  )
  const named = new Set(all.flatMap(([english]) => [...english.matchAll(/\{([a-z]+)\}/gu)].map(([, list]) => list)))
  assert.deepEqual([...named].toSorted(), Object.keys(problemPhrases).toSorted())
})

test('a problem is said in French with its values as they were written', () => {
  for (const [english, french] of [
    ['unknown key "kindd"', 'clé inconnue « kindd »'],
    ['"true or false" is not allowed', '« true or false » n’est pas permis'],
    ['"-5m" is negative', '« -5m » est négatif'],
    ['mtd 1h is longer than rto 30m', 'mtd 1h est plus long que rto 30m'],
    ['"cell-b" is not a zone of this site', '« cell-b » n’est pas une zone de ce site'],
    [
      'the id "plc" is taken by assets[0].id in line 7',
      'l’identifiant « plc » est déjà pris par assets[0].id, ligne 7',
    ],
    [
      'mtd 1h is shorter than the steps under recovery and afterLoss.fixed, which take 2h whatever is restored',
      'mtd 1h est plus court que les étapes sous recovery et afterLoss.fixed, qui prennent 2h quoi qu’on restaure',
    ],
    ['Missing closing "quote at line 3', 'Missing closing "quote at line 3'],
  ] as const)
    assert.equal(frenchProblem(english), french)
  for (const [english, french] of [
    ['did you mean "kind"?', 'vouliez-vous dire « kind » ?'],
    ['did you mean *pace?', 'vouliez-vous dire *pace ?'],
    ['did you mean "plc"? allowed: plc, hmi or server', 'vouliez-vous dire « plc » ? Permis : plc, hmi ou server'],
    ['smb or nfs', 'smb ou nfs'],
    [
      'a list such as [remote-access], of remote-access or obsolete',
      'une liste telle que [remote-access], parmi remote-access ou obsolete',
    ],
    ['at least 1 characters', 'au moins 1 caractère'],
    ['at least 3h, or shorter steps', 'au moins 3h, ou des étapes plus courtes'],
    ['the id of an asset, an item or a process', 'l’identifiant d’un équipement, d’un élément ou d’un procédé'],
    ['a mapping such as { zone: operations }', 'un bloc de clés tel que { zone: operations }'],
  ] as const)
    assert.equal(frenchAllowed(english), french)
})

test('of files that are wrong in many ways, no English is left', () => {
  const problems = wrong.flatMap(text => parseSite(Buffer.from(text, 'utf8'), kinds, channelKinds).problems)
  assert.ok(problems.length > 60, String(problems.length))
  const left = problems.flatMap(({ message, allowed }) => {
    const said = [frenchProblem(message), allowed === null ? '' : frenchAllowed(allowed)]
    const same = said[0] === message || (said[1] === allowed && / /u.test(allowed) && !allowed.startsWith('transport:'))
    return same || said.some(words => englishIn(words) !== null) ? [[message, allowed, ...said]] : []
  })
  assert.deepEqual(left, [])
})

const wrong = [
  '',
  'a: 1\n---\nb: 2\n',
  '%YAML 1.2\n---\na: 1\n',
  'a: \u0007\n',
  'a: 1\rb: 2\n',
  `a: ${'['.repeat(200)}\n`,
  'site:\n\tname: x\n',
  'a: !odd x\nb: &one 1\nc: *two\nd: &in [*in]\nd: 2\n? [x]\n: 1\n__proto__: 1\n',
  `site: { name: '', timezone: Europe/Pariss, colour: red, password: hush }
zones:
  - { id: Cell A, level: 9, networks: [10.1.3.300/24], pace: { bandwidth: fast, pause: -5m }, twoPeople: maybe }
  - { id: office, level: 4, networks: [10.1.4.0/24] }
  - { id: office, level: 4, networks: [10.1.4.0/24] }
conduits:
  - { from: ofice, to: nowhere, allow: [] }
  - [from, to]
node: { zone: 5, readers: 100, names: plc, pages: [cell] }
processes:
  - { id: filling, data: config, mtdl: { configuration: 1x, other: 2 }, mtd: 1h, rto: 2h, needs: [filling, plc/none], recovery: { detect: 3h }, afterLoss: { fixed: 0s }, scope: [], downtimeCost: { perHour: -1, currency: euro } }
  - { id: mixing, data: history, mtdl: 5, mtd: 90, needs: [packing], recovery: [], afterLoss: x }
  - { id: packing, data: history, mtd: 1 year, rto: P200Y, needs: [mixing] }
assets:
  - { id: node, kind: plcc, zone: office, address: 'http://x', machine: pc, life: { since: 2016-13, years: 200 }, exposure: [modem], spare: { onSite: perhaps }, timeouts: { connect: 2h, idle: 3s, total: 1h }, retries: 20 }
  - id: plc
    kind: plc
    zone: office
    needs: [plc]
    retries: 1.5
    quiet: [daily 00:00-24:00, often]
    items:
      - { id: a, kind: program, via: ftps }
      - { id: b, kind: program, via: unlikely, exclude: [/x], keep: { last: -1, floor: x }, every: soon, fingerprint: often }
      - { id: c, kind: program, via: ftp, options: { path: [], port: 0, hidden: [a/b], user: '', tls: 5, list: mlst } }
      - { id: d, kind: program, via: sftp, options: { path: [a, a/b], user: '', hostKey: x, legacy: 1 } }
      - { id: e, kind: program, via: sftp, options: { path: ../x, port: 1.5 } }
      - { id: f, kind: program, via: ssh-cli, options: { user: x, model: custom, commands: { a/b: '' } } }
      - { id: g, kind: program, via: ssh-cli, options: { user: x, model: cisco, define: { prompt: '(' , facts: [{ command: x, patterns: { A1: x } }], captures: [{ command: x, file: a/b }] } } }
      - { id: h, kind: program, via: files, options: { path: '' } }
      - { id: i, kind: program, via: sqlite, options: [] }
failureModes:
  - { asset: plc, mode: worn, severity: {}, failed: [never] }
  - { asset: plc, mode: worn, severity: { safety: 9 } }
  - { asset: pump, mode: worn, severity: 3 }
triggers:
  - { id: a, via: folder, options: { path: '', pattern: /x, scan: 2d }, items: [] }
  - { id: b, via: syslog, options: { listen: 0.0.0.0, port: 0, transport: tls, relays: [pump] }, match: [''], items: [plc/z] }
  - { id: c, via: snmp, options: { listen: 10.1.3.2, everyInterface: true, version: 3, community: { secret: 'a b' } }, oids: [x] }
  - { id: d, via: hook, options: { secret: hook, from: nowhere }, items: [plc/a] }
  - { id: e, via: pigeon }
  - { id: f, via: snmp, options: { listen: here, community: x } }
places:
  - { id: local, via: smb, options: { path: '' }, medium: paper, location: '', domain: node, share: x, locked: 3d 4h, offsite: 2 }
  - 5
keep: { last: many }
notify:
  channels:
    - { id: mail, via: email, options: { host: 'x:1', from: x, to: [], user: x, security: none } }
    - { id: post, via: email, options: { host: 10.1.3.2, from: a@b.c, to: [a@b.c], secret: x, security: none } }
    - { id: log, via: syslog, options: { host: 10.1.3.2, transport: udp, ca: x, size: 5, facility: kern, format: x } }
    - { id: tls, via: syslog, options: { host: 10.1.3.2, certificate: x } }
    - { id: hook, via: webhook, options: { url: 'http://u:p@10.1.3.2/', secret: x } }
    - { id: web, via: webhook, options: { url: x, secret: 'a b', plain: 1 } }
    - { id: fax, via: fax }
  rules:
    - { events: [drifts], priority: [huge], classes: [huge], to: [], zones: [], when: later }
    - { events: [drift], to: [mial], when: { digest: noon } }
  keep: [x]
  journal: [hook, mail]
`,
]
