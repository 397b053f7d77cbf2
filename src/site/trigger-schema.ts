import { isIP } from 'node:net'
import { z } from 'zod'
import { quote } from './problem.ts'

/** What the schema of the site has for all its entries. */
interface Parts {
  readonly id: z.ZodType<string>
  readonly notes: z.ZodType<string>
  duration(days: number): z.ZodType<Temporal.Duration>
}

const listenAllowed = 'the IP address of one interface of this machine, such as 10.1.3.2'
const everyAllowed =
  'the IP address of one interface, or everyInterface: true beside it, where it really is to listen on all of them'
const listen = z.string(listenAllowed).refine(text => isIP(text) !== 0, {
  error: issue => `${quote(String(issue.input))} is not an IP address`,
  params: { allowed: listenAllowed },
})

const portAllowed = 'a whole number from 1 to 65535'
const port = z.int(portAllowed).min(1, portAllowed).max(65_535, portAllowed)

const secretAllowed = 'the name of a secret; blackstart secrets set NAME keeps it'
const secretName = z.string(secretAllowed).regex(/^[^\p{Cc}]{1,200}$/u, secretAllowed)

const matchAllowed =
  'a list such as ["%SYS-5-CONFIG_I", "*configuration*saved*"], of texts in which * stands for anything'
const wanted = z
  .string(matchAllowed)
  .regex(/^[^\p{Cc}]{1,200}$/u, matchAllowed)
  .regex(/[^*\s]/, matchAllowed)

const oidAllowed = 'an object identifier such as 1.3.6.1.4.1.9.9.43.2.0.1'
const oid = z.string(oidAllowed).regex(/^[0-2](?:\.\d{1,10}){1,60}$/, oidAllowed)

const patternAllowed = 'a glob pattern such as "**/*.zap*", relative to the folder'
const pattern = z.string(patternAllowed).regex(/^(?!\/)[^\p{Cc}]{1,1000}$/u, patternAllowed)
const pathAllowed = 'a folder; relative to the site folder'

/** Refuses to listen on every interface, unless that is said in so many words. */
function onOneInterface<Options extends { readonly listen: string; readonly everyInterface: boolean }>(
  options: Options,
  context: z.RefinementCtx,
): void {
  const every = isIP(options.listen) === 6 ? /^[0:]*$/.test(options.listen) : options.listen === '0.0.0.0'
  const message =
    every && !options.everyInterface
      ? `${quote(options.listen)} would listen on every interface`
      : !every && options.everyInterface
        ? `everyInterface is set, but ${quote(options.listen)} is one interface`
        : null
  if (message !== null)
    context.addIssue({ code: 'custom', path: ['listen'], message, params: { allowed: everyAllowed } })
}

const everyInterface = z.boolean('true or false').default(false)

const transports = ['udp', 'tcp'] as const
const syslogOptions = z
  .strictObject(
    {
      listen,
      port: port.default(514),
      transport: z.enum(transports, 'udp or tcp').default('udp'),
      everyInterface,
      relays: z.array(z.string('the id of an asset'), 'a list such as [log-server], of ids of assets').default([]),
    },
    'a mapping such as { listen: 10.1.3.2, port: 514, transport: udp }',
  )
  .superRefine(onOneInterface)

const versionAllowed = '1 or 2c; both, where it is left out'
const snmpOptions = z
  .strictObject(
    {
      listen,
      port: port.default(162),
      // options keep the type that YAML gives them: `1` is a number there
      version: z
        .literal([1, '1', '2c'], versionAllowed)
        .transform(value => (value === 1 ? '1' : value))
        .nullable()
        .default(null),
      everyInterface,
      community: z.strictObject({ secret: secretName }, 'a mapping such as { secret: traps }'),
    },
    'a mapping such as { listen: 10.1.3.2, port: 162, community: { secret: traps } }',
  )
  .superRefine(onOneInterface)

/** The schema of one entry of `triggers`. */
export function triggerSchema({ id, notes, duration }: Parts) {
  const itemsAllowed = 'a list such as [plc-filler/program], of ids of items (asset/item)'
  const items = z.array(z.string('the id of an item (asset/item)'), itemsAllowed)
  const common = { id, notes: notes.optional().transform(value => value ?? null) }
  const folderOptions = z.strictObject(
    {
      path: z.string(pathAllowed).regex(/^[^\p{Cc}]{1,4096}$/u, pathAllowed),
      pattern: pattern.default('**'),
      scan: duration(1)
        .optional()
        .transform(value => value ?? null),
    },
    'a mapping such as { path: /srv/engineering, pattern: "**/*.zap*" }',
  )
  return z.discriminatedUnion(
    'via',
    [
      z.strictObject({
        ...common,
        via: z.literal('folder'),
        options: folderOptions,
        items: items.min(1, itemsAllowed),
      }),
      z.strictObject({
        ...common,
        via: z.literal('syslog'),
        options: syslogOptions,
        match: z.array(wanted, matchAllowed).default([]),
        items: items.default([]),
      }),
      z.strictObject({
        ...common,
        via: z.literal('snmp'),
        options: snmpOptions,
        oids: z.array(oid, `a list of ${oidAllowed}`).default([]),
        items: items.default([]),
      }),
      z.strictObject({
        ...common,
        via: z.literal('hook'),
        options: z.strictObject(
          {
            secret: secretName,
            from: z
              .string('the id of a zone')
              .optional()
              .transform(value => value ?? null),
          },
          'a mapping such as { secret: hook, from: operations }',
        ),
        items: items.min(1, itemsAllowed),
      }),
    ],
    'folder, syslog, snmp or hook',
  )
}

const fingerprintAllowed = 'a duration such as 1m, or never'

/** How often an item's fingerprint is read between captures. */
export function fingerprintSchema({ duration }: Pick<Parts, 'duration'>) {
  const every = duration(1)
  return z.string(fingerprintAllowed).transform((text, context): Temporal.Duration | 'never' => {
    if (text === 'never') return text
    const parsed = every.safeParse(text)
    if (parsed.success) return parsed.data
    const message = `${quote(text)} is neither a duration nor never`
    context.addIssue({ code: 'custom', message, params: { allowed: fingerprintAllowed } })
    return z.NEVER
  })
}
