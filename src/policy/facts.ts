// What is known of a site at one moment. Everything that the policy says rests on these, and on the site file.

import type { Severity } from './finding.ts'

export interface Facts {
  readonly now: Temporal.Instant
  /** By `asset/item`; an item that is not in it was never captured. */
  readonly items: ReadonlyMap<string, ItemFacts>
  /** By place; a place that is not in it was never verified. */
  readonly places: ReadonlyMap<string, PlaceFacts>
  /** When the first version was captured; null where there is none. */
  readonly firstVersion: Temporal.Instant | null
  /** By process: the newest rehearsal of what people do. */
  readonly rehearsals: ReadonlyMap<string, RehearsalFacts>
  /** By `asset/item`: the connections that its connector opens as it is configured. */
  readonly connections: ReadonlyMap<string, readonly NeededConnection[]>
  /** Connections that captures really opened. */
  readonly observed: readonly ObservedConnection[]
  /** What the node opens besides: channels, the journal's export, directories. */
  readonly services: readonly ServiceConnection[]
  readonly acknowledgements: readonly Acknowledgement[]
  /** Whether the key that opens the repository lies on the same disk as it. */
  readonly keyBesideData: boolean
  readonly recoveryKitOnDisk: boolean
  /** When the site's own certificate authority ends; null where it has none. */
  readonly authorityEnds: Temporal.Instant | null
}

/** What is known of one item. */
export interface ItemFacts {
  readonly latest: { readonly version: string; readonly inRepository: boolean } | null
  /** When it was last read successfully. */
  readonly lastConfirmed: Temporal.Instant | null
  /** The newest capture, where it failed. */
  readonly failure: { readonly time: Temporal.Instant; readonly code: string; readonly message: string } | null
  readonly approved: string | null
  /** Whether the latest version differs from the approved one in more than volatile bytes. */
  readonly drifted: boolean
  /** The newest version was changed outside the change windows, and is not what somebody has approved. */
  readonly unexpected: boolean
  /** Where no version was ever approved: the oldest that is kept, if the latest differs from it in more than volatile bytes. */
  readonly changedFrom: string | null
  /** Newest first. */
  readonly drills: readonly DrillFacts[]
  /** How long the newest captures that succeeded took, in milliseconds; newest first. */
  readonly captureTimes: readonly number[]
  /** At most one for each place. */
  readonly copies: readonly CopyFacts[]
}

export interface DrillFacts {
  readonly time: Temporal.Instant
  readonly version: string
  readonly passed: boolean
  readonly milliseconds: number
}

/** What a place holds of an item. */
export interface CopyFacts {
  readonly place: string
  /** The newest version that is there, verified or not. */
  readonly newest: string
  /** The newest version that was read back there, whole and without an error; null where none was. Only this is a copy. */
  readonly verified: {
    readonly version: string
    /** When the device was last seen to hold exactly that. */
    readonly seen: Temporal.Instant
    /** When it was last read back. */
    readonly time: Temporal.Instant
  } | null
}

export interface PlaceFacts {
  /** When a verification last read every byte of it. */
  readonly readWhole: Temporal.Instant | null
  /**
   * What is wrong there: by the newest verification, or where that one read the structure only and found nothing wrong with
   * it, by the newest that read every byte. Null for nothing.
   */
  readonly damage: PlaceDamage | null
}

export interface PlaceDamage {
  /** When it was found. */
  readonly found: Temporal.Instant
  readonly errors: number
  /** Of which items the place did not hold the newest version whole. */
  readonly without: readonly string[]
}

export interface RehearsalFacts {
  readonly time: Temporal.Instant
  /** All steps of people together. */
  readonly milliseconds: number
}

/** Ports `from` to `to`, both included. */
export interface PortRange {
  readonly from: number
  readonly to: number
}

export interface NeededConnection {
  /** `ftp`, `sftp`, `ssh` …: the words that conduits allow. */
  readonly protocol: string
  readonly transport: 'tcp' | 'udp'
  readonly host: string
  readonly ports: PortRange
  /** `control`: the connection itself · `data`: what the protocol opens besides. */
  readonly part: 'control' | 'data'
}

/** A connection of the node that has to do with no item. */
export interface ServiceConnection {
  readonly purpose: 'notification' | 'journal' | 'sign-in'
  /** A channel's id, `ldap`, `oidc`. */
  readonly name: string
  readonly connection: NeededConnection
}

export interface ObservedConnection {
  readonly item: string
  readonly host: string
  readonly port: number
  readonly first: Temporal.Instant
  readonly last: Temporal.Instant
}

/** Somebody knows of a finding, and bears it until then. */
export interface Acknowledgement {
  readonly code: string
  readonly subject: string
  /** How grave it was then: a graver one is not borne. */
  readonly severity: Severity
  readonly reason: string
  readonly actor: string
  readonly time: Temporal.Instant
  readonly until: Temporal.Instant
}
