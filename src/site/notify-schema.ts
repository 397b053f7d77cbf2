import { z } from 'zod'
import { type DigestTime, noticeClasses, noticeKinds } from './notify.ts'
import { alternatives, quote } from './problem.ts'
import { parseWindow } from './window.ts'

/** What the schema of the whole site has for all its parts. */
interface Parts {
  readonly id: z.ZodType<string>
  readonly duration: (days: number) => z.ZodType<Temporal.Duration, unknown>
}

const digestAllowed = 'days and a time such as daily 06:00 or mon-fri 14:00, or a list of them'
const digestTime = z.string(digestAllowed).transform((text, context): DigestTime => {
  // the beginning of a window
  const window = parseWindow(`${text}-24:00`)
  if (window !== null) return { days: window.days, minute: window.from }
  context.addIssue({
    code: 'custom',
    message: `${quote(text)} is not a time for digests`,
    params: { allowed: digestAllowed },
  })
  return z.NEVER
})

const whenAllowed = 'at-once, or a mapping such as { digest: daily 06:00 }'
const when = z.union(
  [
    z.literal('at-once', whenAllowed),
    z.strictObject(
      {
        digest: z.union([
          digestTime.transform(time => [time]),
          z.array(digestTime, digestAllowed).min(1, digestAllowed),
        ]),
      },
      whenAllowed,
    ),
  ],
  whenAllowed,
)

const some = <Schema extends z.ZodType>(schema: Schema, allowed: string) =>
  z.array(schema, allowed).min(1, allowed).default([])

const eventsAllowed = `a list such as [drift, failure], of ${alternatives(noticeKinds)}`
const classesAllowed = `a list such as [very high, high], of ${alternatives(noticeClasses)}`
const toAllowed = 'a list of at least one id of a channel'
const rule = z.strictObject(
  {
    events: some(z.enum(noticeKinds, alternatives(noticeKinds)), eventsAllowed),
    zones: some(z.string('the id of a zone'), 'a list of at least one id of a zone'),
    classes: some(z.enum(noticeClasses, alternatives(noticeClasses)), classesAllowed),
    to: z.array(z.string('the id of a channel'), toAllowed).min(1, toAllowed),
    when: when.default('at-once'),
  },
  'a rule such as { events: [drift, failure], to: [mail], when: at-once }',
)

const week = Temporal.Duration.from({ hours: 7 * 24 })

/** `notify:` of the site file, but for the options of channels. */
export function notifySchema({ id, duration }: Parts) {
  const channel = z.strictObject(
    {
      id,
      via: z.string('the kind of a channel'),
      options: z.record(z.string(), z.unknown(), 'a mapping of the options of the channel').default({}),
    },
    'a channel such as { id: mail, via: email, options: { host: 10.1.3.25, from: blackstart@plant, to: [shift@plant] } }',
  )
  return z
    .strictObject(
      {
        channels: z.array(channel, 'a list of channels').default([]),
        rules: z.array(rule, 'a list of rules').default([]),
        keep: duration(366).default(week),
        journal: z.array(z.string('the id of a channel'), 'a list of ids of channels').default([]),
      },
      'a mapping with channels, rules, keep and journal',
    )
    .default({ channels: [], rules: [], keep: week, journal: [] })
}
