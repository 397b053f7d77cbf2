import { z } from 'zod'
import { durationAllowed, milliseconds, parseDuration, whyNoDuration } from './duration.ts'
import { notifySchema } from './notify-schema.ts'
import { alternatives, quote } from './problem.ts'
import { parseRate, rateAllowed } from './rate.ts'
import { assetKinds, dataKinds, exposures, itemKinds, levels, media, scenarioKinds, scores, shares } from './site.ts'
import { createSuggest } from './suggest.ts'
import { fingerprintSchema, triggerSchema } from './trigger-schema.ts'
import { parseWindow, windowAllowed } from './window.ts'
import { readZoneNetwork } from './zone-network.ts'

// The message of each schema here says what is allowed; issue-problem.ts words what is wrong.

/** A refusal with its own words for what is wrong. */
function refuse(context: z.RefinementCtx, message: string, allowed: string): never {
  context.addIssue({ code: 'custom', message, params: { allowed } })
  return z.NEVER
}

const optional = <Schema extends z.ZodType>(schema: Schema) => schema.optional().transform(value => value ?? null)
const list = <Schema extends z.ZodType>(schema: Schema, allowed: string) => z.array(schema, allowed).default([])

const idForm = /^[a-z0-9][a-z0-9._-]{0,62}$/
const idAllowed =
  'an id of up to 63 small letters, digits, dots, hyphens and underscores that begins with a letter or a digit'
const id = z.string(idAllowed).regex(idForm, idAllowed)
const assetId = id.refine(text => text !== 'node', {
  error: '"node" is the id of the site node itself',
  params: { allowed: 'any other id' },
})

const lineAllowed = 'text on one line, of up to 200 characters'
const line = z.string(lineAllowed).regex(/^(?=.*\S)[^\p{Cc}\p{Zl}\p{Zp}]{1,200}$/u, lineAllowed)
const notesAllowed = 'text of up to 10,000 characters'
const notes = z.string(notesAllowed).regex(/^(?:[^\p{Cc}]|[\t\n\r]){0,10000}$/u, notesAllowed)

const addressAllowed = 'a host name or an IP address, without protocol or port'
const address = z.string(addressAllowed).refine(isAddress, {
  error: issue => `${quote(String(issue.input))} is not an address`,
  params: { allowed: addressAllowed },
})

function isAddress(text: string): boolean {
  if (/^[\d.]+$/.test(text)) return /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(text)
  if (/^[\da-fA-F:.]+(?:%\w{1,32})?$/.test(text) && text.includes(':'))
    return URL.canParse(`http://[${text.split('%')[0]}]/`)
  return /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(text) && !text.includes('..')
}

/** A duration of at most that many days. */
function duration(days: number) {
  const allowed = `${durationAllowed}, at most ${days}d`
  return z.string(allowed).transform((text, context) => {
    const parsed = parseDuration(text)
    if (parsed === null) return refuse(context, `${quote(text)} ${whyNoDuration(text)}`, allowed)
    if (milliseconds(parsed) > days * 86_400_000) return refuse(context, `${quote(text)} is too long`, allowed)
    return parsed
  })
}

const rate = z
  .string(rateAllowed)
  .transform((text, context) => parseRate(text) ?? refuse(context, `${quote(text)} is not a rate`, rateAllowed))
const window = z
  .string(windowAllowed)
  .transform((text, context) => parseWindow(text) ?? refuse(context, `${quote(text)} is not a window`, windowAllowed))
const windows = list(window, `a list of windows, each ${windowAllowed}`)
const references = (what: string) => list(z.string(what), `a list such as [plc-filler], of ${what}`)

const timezoneAllowed = 'an IANA time zone such as Europe/Paris or UTC'
const timezone = z.string(timezoneAllowed).transform((text, context) => {
  if (isTimezone(text)) return text
  const near = createSuggest()(text, Intl.supportedValuesOf('timeZone'))
  return refuse(
    context,
    `${quote(text)} is not a time zone`,
    near === null ? timezoneAllowed : `did you mean ${quote(near)}?`,
  )
})

function isTimezone(name: string): boolean {
  try {
    return !/^[+-]/.test(name) && Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

const yesOrNo = 'true or false'

const noPace = { bandwidth: null, pause: null }
const paceAllowed = 'a mapping such as { bandwidth: 200 kB/s, pause: 2s }'
const pace = z.strictObject({ bandwidth: optional(rate), pause: optional(duration(1)) }, paceAllowed)

const networkAllowed = 'a network such as 10.1.3.0/24, an IP address, or a host name'
const network = z.string(networkAllowed).refine(text => readZoneNetwork(text) !== null, {
  error: issue => `${quote(String(issue.input))} is neither a network nor a host`,
  params: { allowed: networkAllowed },
})

const zone = z.strictObject(
  {
    id,
    name: optional(line),
    level: z.literal(levels, `a Purdue level: ${alternatives(levels)}`),
    networks: list(network, `a list such as [10.1.3.0/24], each ${networkAllowed}`),
    pace: pace.default(noPace),
    twoPeople: z.boolean(yesOrNo).default(false),
  },
  'a zone such as { id: cell-a, level: 1 }',
)

const readersAllowed = 'a whole number from 1 to 64'
const node = z.strictObject(
  {
    zone: z.string('the id of a zone'),
    domain: line.default('node'),
    readers: z.int(readersAllowed).min(1, readersAllowed).max(64, readersAllowed).default(4),
    names: list(line, 'a list of host names and IP addresses'),
    pages: list(z.string('the id of a zone'), 'a list of ids of zones'),
  },
  'a mapping such as { zone: operations }',
)

const conduit = z.strictObject(
  {
    from: z.string('the id of a zone'),
    to: z.string('the id of a zone'),
    allow: z
      .array(line, 'a list of protocols such as [ftp, ssh]')
      .min(1, 'a list of at least one protocol such as [ftp]'),
    exception: optional(line),
    oneWay: z.boolean(yesOrNo).default(false),
    note: optional(notes),
  },
  'a conduit such as { from: operations, to: cell-a, allow: [ftp] }',
)

const afterLossAllowed = 'a mapping such as { fixed: 30m, perLostHour: 10m }'
const costAllowed = 'a mapping such as { perHour: 12000, currency: EUR }'
const currencyAllowed = 'a currency of three capital letters such as EUR'
const amountAllowed = 'an amount of money of 0 or more, without its currency'

const mtdlAllowed = 'a duration such as 1h, or a mapping such as { configuration: 1d, history: 5m }'
const mtdlKinds = z.strictObject(
  { configuration: optional(duration(3660)), history: optional(duration(3660)) },
  mtdlAllowed,
)
/** One duration stands for both kinds of data. */
const mtdl = z
  .unknown()
  .optional()
  .transform((value, context) => {
    if (value === undefined) return { configuration: null, history: null }
    if (typeof value !== 'string') return nested(mtdlKinds, value, context)
    const both = nested(duration(3660), value, context)
    return { configuration: both, history: both }
  })

/** What `schema` makes of a part of the value; its complaints become those of the whole. */
function nested<Schema extends z.ZodType>(schema: Schema, value: unknown, context: z.RefinementCtx): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  for (const issue of result.error.issues) {
    if (issue.code === 'unrecognized_keys') refuse(context, `unknown key ${quote(issue.keys[0] ?? '')}`, mtdlAllowed)
    else context.addIssue({ ...issue } as Parameters<typeof context.addIssue>[0])
  }
  return z.NEVER
}

const recoveryAllowed =
  'a mapping such as { detect: 15m, decide: 30m, isolate: 10m, keys: 10m, media: 20m, reconfigure: 30m, reissue: 15m, validate: 30m }'
const step = optional(duration(366))
const recovery = z.strictObject(
  {
    detect: step,
    decide: step,
    isolate: step,
    keys: step,
    media: step,
    reconfigure: step,
    reissue: step,
    validate: step,
  },
  recoveryAllowed,
)
const scopeAllowed = `a list of at least one of ${alternatives(scenarioKinds)}`
const noRecovery = {
  ...{ detect: null, decide: null, isolate: null, keys: null },
  ...{ media: null, reconfigure: null, reissue: null, validate: null },
}

const process = z.strictObject(
  {
    id,
    name: optional(line),
    data: z.enum(
      dataKinds,
      `${alternatives(dataKinds)} (configuration: only changes can be lost; history: every moment counts)`,
    ),
    mtdl,
    mtd: optional(duration(3660)),
    rto: optional(duration(3660)),
    needs: references('ids of assets, items (asset/item) and processes'),
    afterLoss: z
      .strictObject({ fixed: optional(duration(366)), perLostHour: optional(duration(366)) }, afterLossAllowed)
      .default({ fixed: null, perLostHour: null }),
    recovery: recovery.default(noRecovery),
    scope: z
      .array(z.enum(scenarioKinds, alternatives(scenarioKinds)), scopeAllowed)
      .min(1, scopeAllowed)
      .default([...scenarioKinds]),
    downtimeCost: optional(
      z.strictObject(
        {
          perHour: z.number(amountAllowed).min(0, amountAllowed),
          currency: z.string(currencyAllowed).regex(/^[A-Z]{3}$/, currencyAllowed),
        },
        costAllowed,
      ),
    ),
    notes: optional(notes),
  },
  'a process such as { id: filling, data: configuration, needs: [plc-filler] }',
)

const dateAllowed = 'a date such as 2016-05-30 or 2016-05'
const date = z.string(dateAllowed).transform((text, context) => {
  const full = /^\d{4}-\d\d$/.test(text) ? `${text}-01` : text
  try {
    if (/^\d{4}-\d\d-\d\d$/.test(full)) return Temporal.PlainDate.from(full, { overflow: 'reject' })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  return refuse(context, `${quote(text)} is not a date`, dateAllowed)
})

const count = (allowed: string) => z.int(allowed).min(0, allowed).max(10_000, allowed)
const countAllowed = 'a whole number of 0 or more'
const keepAllowed =
  'a mapping such as { last: 3, hourly: 24, daily: 30, weekly: 12, monthly: 24, yearly: 10, floor: 90d }'
const keep = z.strictObject(
  {
    last: count(countAllowed).default(3),
    hourly: count(countAllowed).default(24),
    daily: count(countAllowed).default(30),
    weekly: count(countAllowed).default(12),
    monthly: count(countAllowed).default(24),
    yearly: count(countAllowed).default(10),
    floor: optional(duration(3660)),
  },
  keepAllowed,
)
const defaultKeep = { last: 3, hourly: 24, daily: 30, weekly: 12, monthly: 24, yearly: 10, floor: null }

const patternAllowed = 'a glob pattern such as "**/*.bak", relative to the item'
const pattern = z.string(patternAllowed).regex(/^(?!\/)[^\p{Cc}]{1,1000}$/u, patternAllowed)

const item = z.strictObject(
  {
    id,
    kind: z.enum(itemKinds, alternatives(itemKinds)),
    via: z.string('the kind of a connector'),
    options: z.record(z.string(), z.unknown(), 'a mapping of the options of the connector').default({}),
    exclude: list(pattern, 'a list of glob patterns such as ["**/*.bak"]'),
    data: optional(z.enum(dataKinds, alternatives(dataKinds))),
    every: optional(duration(366)),
    fingerprint: optional(fingerprintSchema({ duration })),
    quiet: windows,
    change: windows,
    keep: optional(keep),
    notes: optional(notes),
  },
  'an item such as { id: program, kind: program, via: files, options: { path: ./plc } }',
)

const timeoutsAllowed = 'a mapping such as { connect: 10s, idle: 60s, total: 1h }'
const timeouts = z.strictObject(
  { connect: optional(duration(1)), idle: optional(duration(1)), total: optional(duration(30)) },
  timeoutsAllowed,
)
const retriesAllowed = 'a whole number from 0 to 10'

const yearsAllowed = 'a number of years, from 1 to 100'
const life = z.strictObject(
  { since: date, years: z.number(yearsAllowed).min(1, yearsAllowed).max(100, yearsAllowed) },
  'a mapping such as { since: 2016-05, years: 15 }',
)
const exposureAllowed = `a list such as [remote-access, obsolete], of ${alternatives(exposures)}`
const spare = z.strictObject(
  { onSite: z.boolean(yesOrNo), leadTime: optional(duration(3660)), replace: optional(duration(366)) },
  'a mapping such as { onSite: true, replace: 30m } or { onSite: false, leadTime: 6w, replace: 2h }',
)

const asset = z.strictObject(
  {
    id: assetId,
    name: optional(line),
    kind: z.enum(assetKinds, alternatives(assetKinds)),
    vendor: optional(line),
    model: optional(line),
    serial: optional(line),
    firmware: optional(line),
    zone: z.string('the id of a zone'),
    address: optional(address),
    domain: optional(line),
    machine: optional(z.literal('node', 'node, where it runs on the machine of the site node')),
    life: optional(life),
    exposure: list(z.enum(exposures, alternatives(exposures)), exposureAllowed),
    spare: optional(spare),
    notes: optional(notes),
    needs: references('ids of assets'),
    pace: pace.default(noPace),
    timeouts: timeouts.default({ connect: null, idle: null, total: null }),
    retries: optional(z.int(retriesAllowed).min(0, retriesAllowed).max(10, retriesAllowed)),
    quiet: windows,
    items: list(item, 'a list of items'),
  },
  'an asset such as { id: plc-filler, kind: plc, zone: cell-a }',
)

const pathAllowed = 'a folder; relative to the site folder'

const score = z.literal(scores, 'a whole number from 1 (none) to 5')
const severityAllowed =
  'a mapping of scores from 1 to 5, such as { safety: 1, environment: 1, production: 4, quality: 2 }'
const severity = z
  .strictObject(
    {
      safety: score.optional(),
      environment: score.optional(),
      production: score.optional(),
      quality: score.optional(),
    },
    severityAllowed,
  )
  .refine(given => Object.keys(given).length > 0, {
    error: 'no severity is given',
    params: { allowed: severityAllowed },
  })
  .transform(({ safety = 1, environment = 1, production = 1, quality = 1 }) => ({
    ...{ safety, environment, production, quality },
  }))

const failureMode = z.strictObject(
  {
    asset: z.string('the id of an asset'),
    mode: id,
    name: optional(line),
    severity,
    failed: list(date, `a list of dates, each ${dateAllowed}`),
    notes: optional(notes),
  },
  'a failure mode such as { asset: plc-filler, mode: battery-lost, severity: { production: 4 } }',
)

const place = z.strictObject(
  {
    id,
    via: z.literal('local', 'local'),
    options: z.strictObject(
      { path: z.string(pathAllowed).regex(/^[^\p{Cc}]{1,4096}$/u, pathAllowed) },
      'a mapping such as { path: ./data/repository }',
    ),
    medium: z.enum(media, alternatives(media)),
    location: line,
    domain: line,
    zone: optional(z.string('the id of a zone')),
    machine: optional(line),
    share: optional(z.enum(shares, alternatives(shares))),
    online: z.boolean(yesOrNo).default(true),
    offsite: z.boolean(yesOrNo).default(false),
    locked: optional(duration(3660)),
    lag: optional(duration(366)),
  },
  'a place such as { id: local, via: local, options: { path: ./data/repository }, medium: disk, location: plant, domain: node }',
)

/** The whole of `site.yaml`, but for what concerns several entries at once and for the options of connectors. */
export const siteSchema = z.strictObject(
  {
    site: z.strictObject({ name: line, timezone }, 'a mapping such as { name: Bottling, timezone: Europe/Paris }'),
    zones: z.array(zone, 'a list of zones').min(1, 'a list of at least one zone'),
    conduits: list(conduit, 'a list of conduits'),
    node,
    processes: list(process, 'a list of processes'),
    assets: list(asset, 'a list of assets'),
    failureModes: list(failureMode, 'a list of failure modes'),
    triggers: list(triggerSchema({ id, notes, duration }), 'a list of triggers'),
    places: z.array(place, 'a list of places').min(1, 'a list of at least one place'),
    keep: keep.default(defaultKeep),
    notify: notifySchema({ id, duration }),
  },
  'a mapping with site, zones, conduits, node, processes, assets, failureModes, triggers, places, keep and notify',
)

/** Keys whose values are numbers or truth values; every other scalar outside `options` is text as it was written (`serial: 0042`). */
export const typedKeys: ReadonlySet<string> = new Set([
  ...['level', 'retries', 'perHour', 'online', 'offsite', 'oneWay', 'onSite', 'years'],
  ...['twoPeople', 'readers'],
  ...['safety', 'environment', 'production', 'quality'],
  ...['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'],
])
