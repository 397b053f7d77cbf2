// The plant as data: what `site.yaml` says once it was checked. Durations hold hours, minutes and seconds only, so that they can
// be added to an instant, compared and totalled without a calendar. What the file leaves out is null, or an empty list.

import type { Notify } from './notify.ts'

/** Purdue levels of IEC 62443 zones; 3.5 is the industrial DMZ. */
export const levels = [0, 1, 2, 3, 3.5, 4, 5] as const
export type Level = (typeof levels)[number]

export const assetKinds = [
  'plc',
  'safety-plc',
  'rtu',
  'dcs',
  'cnc',
  'robot',
  'drive',
  'io',
  'hmi',
  'scada',
  'historian',
  'mes',
  'engineering-station',
  'workstation',
  'server',
  'vm',
  'hypervisor',
  'database',
  'storage',
  'switch',
  'router',
  'firewall',
  'access-point',
  'gateway',
  'sensor',
  'instrument',
  'camera',
  'meter',
  'ups',
  'other',
] as const
export type AssetKind = (typeof assetKinds)[number]

export const itemKinds = [
  'program',
  'project',
  'configuration',
  'parameters',
  'recipes',
  'database',
  'image',
  'firmware',
  'secrets',
  'certificates',
  'licences',
  'data',
  'logs',
  'documents',
  'other',
] as const
export type ItemKind = (typeof itemKinds)[number]

export const media = ['disk', 'tape', 'optical', 'removable', 'cloud'] as const
export type Medium = (typeof media)[number]

/** What may be lost at once: one device, the site node, everything that one credential domain opens, the premises. */
export const scenarioKinds = ['device', 'node', 'domain', 'site'] as const
export type ScenarioKind = (typeof scenarioKinds)[number]

/** `configuration`: only changes can be lost; `history`: every moment counts. */
export const dataKinds = ['configuration', 'history'] as const
export type DataKind = (typeof dataKinds)[number]

/** What makes it easier to attack an asset, besides the conduits that lead to it. */
export const exposures = [
  'internet',
  'remote-access',
  'removable-media',
  'open-writes',
  'shared-credentials',
  'obsolete',
  'known-exploited',
] as const
export type Exposure = (typeof exposures)[number]

/** How a folder of another machine is mounted. */
export const shares = ['smb', 'nfs'] as const
export type Share = (typeof shares)[number]

/** A weekly time by the clock of the site. */
export interface Window {
  /** The days on which it begins, 1 Monday to 7 Sunday, ascending. */
  readonly days: readonly number[]
  /** Minutes since midnight, 0 to 1439. */
  readonly from: number
  /** Minutes since midnight, 0 to 1440, not inside any more; below `from` where the window goes on after midnight. */
  readonly to: number
}

/** How gently a device, or all devices of a zone together, are read. */
export interface PaceLimit {
  /** Bytes per second. */
  readonly bandwidth: number | null
  /** Between two requests. */
  readonly pause: Temporal.Duration | null
}

export interface Zone {
  readonly id: string
  readonly name: string | null
  readonly level: Level
  /** Networks (`10.1.3.0/24`), addresses and host names of its machines, as they are written; may say nothing of most. */
  readonly networks: readonly string[]
  readonly pace: PaceLimit
  /** Writing to a device of it needs a second person. */
  readonly twoPeople: boolean
}

/** Something in zone `from` may open connections to zone `to` by the protocols `allow`. */
export interface Conduit {
  readonly from: string
  readonly to: string
  readonly allow: readonly string[]
  /** Why it is listed although the flow rules deny it by default; null where it is not. */
  readonly exception: string | null
  /** A diode: nothing comes back, no acknowledgement either. */
  readonly oneWay: boolean
  readonly note: string | null
}

/**
 * What people do in every recovery, whatever is restored, in that order. `isolate`: taking apart what is infected · `keys`,
 * `media`: fetching them from where they are kept · `reissue`: new certificates and keys where the old ones cannot be copied.
 */
export const recoverySteps = [
  'detect',
  'decide',
  'isolate',
  'keys',
  'media',
  'reconfigure',
  'reissue',
  'validate',
] as const
export type RecoveryStep = (typeof recoverySteps)[number]

/** Null where it is not stated. */
export type RecoverySteps = Readonly<Record<RecoveryStep, Temporal.Duration | null>>

export interface Process {
  readonly id: string
  readonly name: string | null
  readonly data: DataKind
  /** Maximum tolerable data loss, by the kind of the data; one duration in the file stands for both. */
  readonly mtdl: Readonly<Record<DataKind, Temporal.Duration | null>>
  /** Maximum tolerable downtime. */
  readonly mtd: Temporal.Duration | null
  /** The target inside the MTD. */
  readonly rto: Temporal.Duration | null
  /** Asset ids, `asset/item`, process ids; ids of assets and processes never collide. */
  readonly needs: readonly string[]
  /** Work after a loss: fixed, and for each hour of data that was lost. */
  readonly afterLoss: { readonly fixed: Temporal.Duration | null; readonly perLostHour: Temporal.Duration | null }
  readonly recovery: RecoverySteps
  /** The scenarios that it must come back from; all of them unless the file says otherwise. */
  readonly scope: readonly ScenarioKind[]
  readonly downtimeCost: { readonly perHour: number; readonly currency: string } | null
  readonly notes: string | null
}

export interface TimeoutLimits {
  /** Until a connection, with its login, stands. */
  readonly connect: Temporal.Duration | null
  /** Without a byte. */
  readonly idle: Temporal.Duration | null
  /** For a whole capture. */
  readonly total: Temporal.Duration | null
}

/** What takes the place of broken hardware. */
export interface Spare {
  readonly onSite: boolean
  /** Until a new one is there, where none is on site. */
  readonly leadTime: Temporal.Duration | null
  /** Mounting and wiring it. */
  readonly replace: Temporal.Duration | null
}

export interface Asset {
  readonly id: string
  readonly name: string | null
  readonly kind: AssetKind
  readonly vendor: string | null
  readonly model: string | null
  readonly serial: string | null
  readonly firmware: string | null
  readonly zone: string
  /** Host name or IP address. */
  readonly address: string | null
  /** The credential domain whose accounts open it; null where it has accounts of its own. */
  readonly domain: string | null
  /** Where it runs on the machine of the site node, and is lost with it. */
  readonly machine: 'node' | null
  /** When it went into service, and the years that it is made for. */
  readonly life: { readonly since: Temporal.PlainDate; readonly years: number } | null
  readonly exposure: readonly Exposure[]
  readonly spare: Spare | null
  readonly notes: string | null
  /** Ids of the assets that must work before this one can. */
  readonly needs: readonly string[]
  readonly pace: PaceLimit
  readonly timeouts: TimeoutLimits
  /** Further attempts after a capture failed; null leaves it to the program. */
  readonly retries: number | null
  /** When captures may not run. */
  readonly quiet: readonly Window[]
  readonly items: readonly Item[]
}

export interface Item {
  readonly id: string
  readonly kind: ItemKind
  /** The connector's kind. */
  readonly via: string
  /** As the connector's schema returned them. */
  readonly options: unknown
  /** Glob patterns of paths that are left out. */
  readonly exclude: readonly string[]
  /** Null leaves it to the item's kind: databases, data and logs are history. */
  readonly data: DataKind | null
  /** Typed in by hand: it wins over the interval that follows from the MTDL. */
  readonly every: Temporal.Duration | null
  /** How often it is looked between captures whether it has changed; null: derived from the interval. */
  readonly fingerprint: Temporal.Duration | 'never' | null
  /** When captures of it may not run, besides its asset's `quiet`. */
  readonly quiet: readonly Window[]
  /** When engineers may change it. */
  readonly change: readonly Window[]
  /** Instead of the site's keep rules. */
  readonly keep: KeepRules | null
  readonly notes: string | null
}

/**
 * Which versions stay: of each of the newest hours, days … that many back from now, the first and the last; the newest
 * `last` ones; and every one that is younger than `floor`.
 */
export interface KeepRules {
  readonly last: number
  readonly hourly: number
  readonly daily: number
  readonly weekly: number
  readonly monthly: number
  readonly yearly: number
  /** Null leaves it to the class of the asset. */
  readonly floor: Temporal.Duration | null
}

/** A way in which an asset fails; `mode` names one of the library, or one of the plant's own. */
export interface FailureMode {
  readonly asset: string
  readonly mode: string
  readonly name: string | null
  /** 1 none to 5 people or environment harmed, or the site stops beyond its MTD. */
  readonly severity: {
    readonly safety: Score
    readonly environment: Score
    readonly production: Score
    readonly quality: Score
  }
  /** When it happened. */
  readonly failed: readonly Temporal.PlainDate[]
  readonly notes: string | null
}

export const scores = [1, 2, 3, 4, 5] as const
export type Score = (typeof scores)[number]

/** Where copies live. */
export interface Place {
  readonly id: string
  readonly via: 'local'
  readonly options: { readonly path: string }
  readonly medium: Medium
  /** Where it stands: `plant`, `headquarters`, `bank safe` … */
  readonly location: string
  /** The credential domain: whoever holds its credentials can reach every place in it. */
  readonly domain: string
  /** The zone in which it stands; null: the node's. */
  readonly zone: string | null
  /** The machine that holds it: places of one machine are lost together. `node` is the site node; null: a machine, or a medium, of its own. */
  readonly machine: string | null
  /** How the folder is mounted, where it lies in another zone. */
  readonly share: Share | null
  readonly online: boolean
  /** Outside the premises, so that it survives the loss of the site. */
  readonly offsite: boolean
  /** How long after it was written a copy cannot be deleted by anyone. */
  readonly locked: Temporal.Duration | null
  /** Until a new version is verified there: for a disk that is attached every week, a week. Null: not stated. */
  readonly lag: Temporal.Duration | null
}

interface TriggerBase {
  readonly id: string
  /** `asset/item`. For `syslog` and `snmp`: which items of the sender; empty: all of them. */
  readonly items: readonly string[]
  readonly notes: string | null
}

/** A folder whose files tell that an item has changed. */
export interface FolderTrigger extends TriggerBase {
  readonly via: 'folder'
  /** `pattern`: of the files that count · `scan`: between two looks, for where the system does not tell of changes. */
  readonly options: { readonly path: string; readonly pattern: string; readonly scan: Temporal.Duration | null }
}

/** Where a trigger listens; `everyInterface` is true where `listen` means all of them. */
export interface ListenOptions {
  readonly listen: string
  readonly port: number
  readonly everyInterface: boolean
}

export interface SyslogTrigger extends TriggerBase {
  readonly via: 'syslog'
  /** `relays`: the assets whose messages are those of the asset that the message names. */
  readonly options: ListenOptions & { readonly transport: 'udp' | 'tcp'; readonly relays: readonly string[] }
  /** Texts, in which `*` stands for anything; empty: what known devices send after a change. */
  readonly match: readonly string[]
}

export interface SnmpTrigger extends TriggerBase {
  readonly via: 'snmp'
  /** `version` null: both. */
  readonly options: ListenOptions & {
    readonly version: '1' | '2c' | null
    readonly community: { readonly secret: string }
  }
  /** Of the notifications that count, with what lies below them; empty: what known devices send after a change. */
  readonly oids: readonly string[]
}

/** `POST /api/hooks/ID` with a token. */
export interface HookTrigger extends TriggerBase {
  readonly via: 'hook'
  /** `secret`: the name of the one that is the token · `from`: the zone in which its caller stands; null: not stated. */
  readonly options: { readonly secret: string; readonly from: string | null }
}

/** Something that tells, from outside the schedule, that items have changed. */
export type Trigger = FolderTrigger | SyslogTrigger | SnmpTrigger | HookTrigger

export interface Site {
  readonly name: string
  /** IANA name. */
  readonly timezone: string
  readonly zones: readonly Zone[]
  readonly conduits: readonly Conduit[]
  /** The site node itself. */
  readonly node: {
    readonly zone: string
    readonly domain: string
    /** How many devices are read at once. */
    readonly readers: number
    /** Host names and addresses by which its pages are reached, besides those of its machine. */
    readonly names: readonly string[]
    /** The zones whose people open its pages. */
    readonly pages: readonly string[]
  }
  readonly processes: readonly Process[]
  readonly assets: readonly Asset[]
  /** The register of failure modes. */
  readonly failureModes: readonly FailureMode[]
  /** What makes items due at once. */
  readonly triggers: readonly Trigger[]
  /** At least one; the first is the repository that the node captures into. */
  readonly places: readonly Place[]
  readonly keep: KeepRules
  /** Who is told of what. */
  readonly notify: Notify
}
