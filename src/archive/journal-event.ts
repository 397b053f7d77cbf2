import { z } from 'zod'

const captured = z.object({
  type: z.literal('captured'),
  item: z.string(),
  /** When the reading began; ISO 8601, UTC. */
  at: z.string(),
  outcome: z.enum(['version', 'equivalent']),
  version: z.string(),
  snapshot: z.string(),
  /** The snapshot's tree; absent from lines of before it was recorded. */
  tree: z.string().optional(),
  content: z.string(),
  normaliser: z.string(),
  raw: z.string(),
  bytes: z.number(),
  files: z.number(),
  format: z.string().nullable(),
  /** From the beginning of the reading until the repository held it; in lines of before, and with `found`, until it was read. */
  milliseconds: z.number(),
  /** The capture ended before it could tell; the version was found in the repository afterwards. */
  found: z.boolean().optional(),
  /** Whether every byte of it was read back from the repository; false: what it shares with earlier versions is damaged. Absent: not known. */
  readBack: z.boolean().optional(),
  /** Whether the change may have been made inside a change window; absent where the item has none, and for a first version. */
  expected: z.boolean().optional(),
  /** The device was read back after this program had written to it: nobody else made the change. Absent: not. */
  own: z.literal(true).optional(),
})
/** All confirmations of one commit: there are many, and a line for each would make the journal grow without need. */
const confirmed = z.object({
  type: z.literal('confirmed'),
  /** When the first of the readings began; ISO 8601, UTC. */
  at: z.string(),
  /** Of each item: the version, the milliseconds after `at` when its reading began, the milliseconds as in `captured`. */
  items: z.record(z.string(), z.tuple([z.string(), z.number(), z.number()])),
})
const failed = z.object({
  type: z.literal('failed'),
  item: z.string(),
  at: z.string(),
  code: z.string(),
  message: z.string(),
  milliseconds: z.number(),
})
const approved = z.object({
  type: z.literal('approved'),
  item: z.string(),
  version: z.string(),
  note: z.string().nullable(),
})
const held = z.object({ type: z.literal('held'), item: z.string(), version: z.string(), reason: z.string() })
const released = z.object({ type: z.literal('released'), item: z.string(), version: z.string(), reason: z.string() })
const trusted = z.object({
  type: z.literal('trusted'),
  asset: z.string(),
  device: z.string(),
  fingerprint: z.string(),
})
/** Every fingerprint of an asset is forgotten: the next one it shows is trusted. */
const forgotten = z.object({ type: z.literal('forgotten'), asset: z.string(), reason: z.string() })
const drilled = z.object({
  type: z.literal('drilled'),
  item: z.string(),
  version: z.string(),
  passed: z.boolean(),
  /** Phases in milliseconds, checks and their results. */
  details: z.record(z.string(), z.unknown()),
})
/**
 * The place was verified: it held, sound, the newest version of every item that was recorded at that moment, but for
 * those in `behind`.
 */
const verified = z.object({
  type: z.literal('verified'),
  place: z.string(),
  /** Every byte was read; else the structure only. */
  readData: z.boolean(),
  errors: z.number(),
  /** How many versions it held, sound. */
  versions: z.number(),
  /** Of an item: the newest version that it held, sound; null for none. */
  behind: z.record(z.string(), z.string().nullable()),
})
/** Somebody knows of a finding, and bears it for a time. */
const acknowledged = z.object({
  type: z.literal('acknowledged'),
  code: z.string(),
  subject: z.string(),
  /** How grave it was then. */
  severity: z.enum(['high', 'medium', 'low']),
  reason: z.string(),
  /** ISO 8601, UTC. */
  until: z.string(),
})
const acknowledgementEnded = z.object({
  type: z.literal('acknowledgement-ended'),
  code: z.string(),
  subject: z.string(),
  reason: z.string(),
})
/** Connections that captures opened, and that were not recorded within the day before. */
const connected = z.object({
  type: z.literal('connected'),
  connections: z.array(z.object({ item: z.string(), host: z.string(), port: z.number() })),
})
const restored = z.object({
  type: z.literal('restored'),
  item: z.string(),
  version: z.string(),
  to: z.enum(['folder', 'device']),
  target: z.string(),
  /** For a device: the version that the safety capture made or confirmed. */
  safety: z.string().nullable(),
  result: z.enum(['done', 'failed', 'mismatch']),
  /**
   * For a device: the version that reading it back made; null where that confirmed one, or nothing could be read. Absent from lines
   * of before it was recorded.
   */
  made: z.string().nullable().optional(),
  /** For a device: it was accepted that what it held before may be lost. Absent: not. */
  withoutSafety: z.boolean().optional(),
  /** For a device: why, as whoever wrote it said. Absent: nothing was said. */
  reason: z.string().optional(),
})
/** Exact bytes, secrets included, left the archive through the node. */
const downloaded = z.object({
  type: z.literal('downloaded'),
  item: z.string(),
  version: z.string(),
  /** Of a file, or of a folder; null for the whole item. */
  path: z.string().nullable(),
  as: z.enum(['file', 'zip']),
})
const secretChanged = z.object({ type: z.literal('secret'), action: z.enum(['set', 'removed']), name: z.string() })
/** The site file was changed through the node. */
const siteChanged = z.object({
  type: z.literal('site-changed'),
  /** SHA-256 of the file before and after. */
  before: z.string(),
  after: z.string(),
})
/** A run that had begun when the node stopped; nothing of a capture was kept, and of a write-back nobody knows how far it got. */
const interrupted = z.object({
  type: z.literal('interrupted'),
  item: z.string(),
  does: z.enum(['capture', 'write']),
  /** When it had begun; ISO 8601, UTC. */
  at: z.string(),
  /** Of a write-back: the version. */
  version: z.string().nullable(),
})
/** Somebody stopped a run before it had a result: nothing of a capture was kept, nothing was written to a device. */
const stopped = z.object({
  type: z.literal('stopped'),
  item: z.string(),
  does: z.enum(['capture', 'write']),
  run: z.string(),
  /** When it had begun; ISO 8601, UTC. Null where it still waited. */
  at: z.string().nullable(),
  /** Of a write-back: the version that was to be written. */
  version: z.string().nullable(),
})
/** Somebody stopped a verification or a drill: what it had found until then is in the lines before. */
const cutShort = z.object({
  type: z.literal('cut-short'),
  what: z.enum(['verification', 'drill']),
  /** When it had begun; ISO 8601, UTC. */
  begun: z.string(),
})
const administered = z.object({
  type: z.literal('administered'),
  action: z.enum(['initialised', 'catalog-rebuilt', 'key-added', 'authority-renewed']),
  detail: z.string(),
})

/** Accounts, tokens and sign-ins. Never holds a password, a token or a seed. */
const person = z.object({
  type: z.literal('person'),
  action: z.enum([
    'signed-in',
    'sign-in-refused',
    'locked-out',
    'unlocked',
    'signed-out',
    'sessions-ended',
    'proven',
    'created',
    'changed',
    'removed',
    'password-changed',
    'passkey-added',
    'passkey-removed',
    'code-added',
    'code-removed',
    'token-made',
    'token-removed',
    'directory-changed',
    'accounts-put-aside',
  ]),
  /** The account or token; empty where the name that was typed is none, for it may be a password in the wrong field. */
  name: z.string(),
  /** Who did it: the account itself, an administrator, or a user of this machine. */
  by: z.string(),
  /** The address it came from; null for a command on this machine. */
  from: z.string().nullable(),
  detail: z.string(),
  /** How often, where several were put together; absent for once. */
  times: z.number().optional(),
})
/** What waits for a second person, and what was done without one. */
const request = z.object({
  type: z.literal('request'),
  action: z.enum(['asked', 'approved', 'refused', 'withdrawn', 'used', 'broke-glass']),
  id: z.string(),
  kind: z.string(),
  item: z.string(),
  version: z.string(),
  by: z.string(),
  from: z.string().nullable(),
  reason: z.string(),
  /** It was asked, or done, on the terms that what the device held before may be lost. Absent: not. */
  withoutSafety: z.boolean().optional(),
  /** When it was done, where the journal could be told of it only later. Absent: when the line was written. */
  at: z.string().optional(),
})

/** What the journal records. Fields may be added, never renamed: lines are kept for as long as the site. */
export const journalEvent = z.discriminatedUnion('type', [
  captured,
  confirmed,
  failed,
  approved,
  held,
  released,
  trusted,
  forgotten,
  drilled,
  verified,
  acknowledged,
  acknowledgementEnded,
  connected,
  restored,
  downloaded,
  secretChanged,
  siteChanged,
  interrupted,
  stopped,
  cutShort,
  administered,
  person,
  request,
])

export type JournalEvent = z.infer<typeof journalEvent>

export const journalLine = z.object({
  seq: z.int().positive(),
  /** ISO 8601, UTC. */
  time: z.string(),
  /** Who: a user and a host, or the node itself. */
  actor: z.string(),
  event: journalEvent,
  /** SHA-256 of the line before, its end of line excluded; 64 zeros before the first. */
  prev: z.string().regex(/^[0-9a-f]{64}$/),
})

export type JournalLine = z.infer<typeof journalLine>
