import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import type { ChannelKinds } from './check-notify.ts'
import { commentedSite } from './example.ts'
import { parseSite } from './parse-site.ts'

const connectors = new Map([['files', z.strictObject({ path: z.string() })]])
const options = z.strictObject({ host: z.string(), port: z.int().default(25), secret: z.string().optional() })
const channels: ChannelKinds = new Map([
  ['email', { options, takesJournal: false }],
  ['syslog', { options, takesJournal: true }],
])

const base = commentedSite({ name: 'Test', timezone: 'Europe/Paris' })
const lines = base.split('\n').length - 1

/** The site with these lines at its end. */
function parse(notify: string) {
  return parseSite(new TextEncoder().encode(`${base}${notify}`), connectors, channels)
}

/** `line:column path: message | allowed`; lines count from the first of `notify`. */
function problemsOf(notify: string): string[] {
  return parse(notify).problems.map(
    ({ line, column, path, message, allowed }) => `${line - lines}:${column} ${path}: ${message} | ${allowed}`,
  )
}

const good = `notify:
  channels:
    - { id: mail, via: email, options: { host: 10.1.3.25 } }
    - { id: siem, via: syslog, options: { host: 10.1.3.9, port: 6514 } }
  rules:
    - { events: [drift, failure], zones: [cell-a], classes: [very high, high], to: [mail], when: at-once }
    - { events: [change], to: [mail], when: { digest: mon-fri 06:00 } }
    - { to: [siem], when: { digest: [daily 06:00, daily 14:30] } }
  keep: 3d
  journal: [siem]
`

test('channels, rules, the age limit and the way of the journal are read', () => {
  const { site, problems } = parse(good)
  assert.deepEqual(problems, [])
  const notify = site?.notify
  assert.deepEqual(notify?.channels[0], { id: 'mail', via: 'email', options: { host: '10.1.3.25', port: 25 } })
  assert.deepEqual(notify?.rules, [
    { events: ['drift', 'failure'], zones: ['cell-a'], classes: ['very high', 'high'], to: ['mail'], when: 'at-once' },
    {
      ...{ events: ['change'], zones: [], classes: [], to: ['mail'] },
      when: { digest: [{ days: [1, 2, 3, 4, 5], minute: 360 }] },
    },
    {
      ...{ events: [], zones: [], classes: [], to: ['siem'] },
      when: { digest: [360, 870].map(minute => ({ days: [1, 2, 3, 4, 5, 6, 7], minute })) },
    },
  ])
  assert.deepEqual([notify?.keep.total('day'), notify?.journal], [3, ['siem']])
})

test('a site that names nobody tells nobody', () => {
  const notify = parse('').site?.notify
  assert.deepEqual([notify?.channels, notify?.rules, notify?.journal, notify?.keep.total('day')], [[], [], [], 7])
})

test('what the commented site shows of it is valid', () => {
  const shown = base.slice(base.indexOf('# notify:')).replace(/^# ?/gm, '')
  const { site, problems } = parseSite(
    new TextEncoder().encode(`${base}${shown}`),
    connectors,
    new Map(
      ['email', 'syslog'].map(kind => [kind, { options: z.record(z.string(), z.unknown()), takesJournal: true }]),
    ),
  )
  assert.deepEqual(problems, [])
  assert.deepEqual([site?.notify.channels.length, site?.notify.rules.length], [2, 2])
})

const mistakes: readonly (readonly [what: string, from: string, to: string, ...problems: string[]])[] = [
  [
    'an unknown kind',
    'via: email',
    'via: emial',
    '3:24 notify.channels[0].via: there is no kind of channel "emial" | did you mean "email"?',
  ],
  [
    'an option of another type',
    'port: 6514',
    'port: high',
    '4:65 notify.channels[1].options.port: "high" is not allowed | a number',
  ],
  [
    'an option that is missing',
    '{ host: 10.1.3.25 }',
    '{ port: 25 }',
    '3:40 notify.channels[0].options.host: "host" is missing | text',
  ],
  [
    'an option that does not exist',
    'host: 10.1.3.25',
    'hots: 10.1.3.25, host: x',
    '3:42 notify.channels[0].options.hots: unknown key "hots" | did you mean "host"?',
  ],
  [
    'an id that is taken',
    'id: siem',
    'id: mail',
    '4:13 notify.channels[1].id: the id "mail" is taken by notify.channels[0] in line 3 | an id that is not used yet',
    '8:14 notify.rules[2].to[0]: "siem" is not a channel of this site | the id of a channel',
    '10:13 notify.journal[0]: "siem" is not a channel of this site | the id of a channel',
  ],
  [
    'an unknown event',
    '[drift,',
    '[drfit,',
    '6:18 notify.rules[0].events[0]: "drfit" is not allowed | did you mean "drift"?',
  ],
  [
    'an unknown zone',
    '[cell-a]',
    '[cell-b]',
    '6:43 notify.rules[0].zones[0]: "cell-b" is not a zone of this site | did you mean "cell-a"?',
  ],
  [
    'an unknown class',
    '[very high, high]',
    '[A]',
    '6:62 notify.rules[0].classes[0]: "A" is not allowed | very high, high, medium or low',
  ],
  [
    'an unknown channel',
    'to: [siem]',
    'to: [sime]',
    '8:14 notify.rules[2].to[0]: "sime" is not a channel of this site | did you mean "siem"?',
  ],
  [
    'a time that is none',
    'mon-fri 06:00',
    'mon-fri 25:00',
    '7:55 notify.rules[1].when.digest: "mon-fri 25:00" is not a time for digests | days and a time such as daily 06:00 or mon-fri 14:00, or a list of them',
  ],
  [
    'a way to send that is none',
    'when: at-once',
    'when: later',
    '6:98 notify.rules[0].when: "later" is not allowed | at-once, or a mapping such as { digest: daily 06:00 }',
  ],
  [
    'a journal through mail',
    'journal: [siem]',
    'journal: [mail]',
    '10:13 notify.journal[0]: the journal cannot go through "mail", whose kind is email | a channel of the kind syslog',
  ],
  [
    'an age limit without unit',
    'keep: 3d',
    'keep: 3',
    '9:9 notify.keep: "3" has no unit | a duration such as 90s, 15m, 4h, 7d or 2w, or ISO 8601 without months and years, such as PT1H30M, at most 366d',
  ],
]

for (const [what, from, to, ...problems] of mistakes) {
  test(`${what} is told with its line and what is allowed`, () => {
    assert.ok(good.includes(from))
    assert.deepEqual(
      problemsOf(good.replace(from, to)).map(problem => problem.replace(`in line ${lines + 3}`, 'in line 3')),
      problems,
    )
  })
}
