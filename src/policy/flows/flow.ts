import type { Level } from '../../site/site.ts'
import type { NeededConnection, ObservedConnection, PortRange } from '../facts.ts'

/**
 * `trigger`: what devices and other systems tell the node · `pages`: people who look at it · `notification`, `journal`,
 * `sign-in`: what the node sends to other systems, and asks directories.
 */
export type FlowPurpose = 'capture' | 'restore' | 'replication' | 'conduit' | ServicePurpose
export type ServicePurpose = 'trigger' | 'pages' | 'notification' | 'journal' | 'sign-in'

/**
 * `listed-exception`: denied by default, and listed with a reason · `closed-by-default`: nothing lists it, or it is a
 * restore, which is opened for a time · `denied`: whatever the site file lists.
 */
export type FlowJudgement = 'allowed' | 'listed-exception' | 'closed-by-default' | 'denied'

export interface FlowEnd {
  readonly zone: string
  readonly level: Level
  /** An asset, a place, `node`, a channel, a directory; the zone itself where the site file does not say more. */
  readonly what: string
}

/** A flow of which nobody knows the other end's zone, so that it cannot be judged. */
export interface UnplacedFlow {
  readonly purpose: ServicePurpose
  /** The channel, the directory, the trigger. */
  readonly name: string
  /** Null where the site file names none. */
  readonly host: string | null
  readonly protocol: string
  readonly transport: 'tcp' | 'udp'
  readonly ports: PortRange
  /** What to write into the site file. */
  readonly remedy: string
}

/** Something that may open connections to something else. */
export interface Flow {
  /** The same for the same flow, whatever else the site file holds. */
  readonly id: string
  /** `hosts`: addresses and networks, where it is not the node; empty where the site file does not say them. */
  readonly initiator: FlowEnd & { readonly hosts: readonly string[] }
  /** `host`: name or address; null where the site file does not say it. */
  readonly target: FlowEnd & { readonly host: string | null }
  /** The word that conduits allow; `unknown` where the site file does not say it. */
  readonly protocol: string
  readonly transport: 'tcp' | 'udp' | null
  readonly ports: PortRange | null
  /** Null for a conduit: that is not part of the site file. */
  readonly part: NeededConnection['part'] | null
  readonly purpose: FlowPurpose
  /** What is done to a device or a place; null for all other flows. */
  readonly impact: 'reads' | 'writes' | null
  /** The items that need it, in the order of the file. */
  readonly items: readonly string[]
  readonly judgement: FlowJudgement
  /** The row of the flow rules that decides, in words. */
  readonly rule: string
  /** Which of the site's conduits lists it, from 0; null where none does, or none is needed. */
  readonly conduit: number | null
  /** When a capture was last seen to open it; null where none was. */
  readonly seen: Temporal.Instant | null
  /** The way round, or what opens it; null where there is nothing to do. */
  readonly remedy: string | null
}

export interface JudgedFlows {
  /** What the configuration needs, then what the conduits allow. */
  readonly flows: readonly Flow[]
  /** Items whose device has no address in the site file, so that nobody knows what they need. */
  readonly unknown: readonly string[]
  /** What goes to, or comes from, a machine of which the site file does not say the zone. */
  readonly unplaced: readonly UnplacedFlow[]
  /** What captures opened although nothing needs it. */
  readonly unexpected: readonly ObservedConnection[]
}
