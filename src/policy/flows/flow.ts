import type { Level } from '../../site/site.ts'
import type { NeededConnection, ObservedConnection, PortRange } from '../facts.ts'

export type FlowPurpose = 'capture' | 'restore' | 'replication' | 'conduit'

/**
 * `listed-exception`: denied by default, and listed with a reason · `closed-by-default`: nothing lists it, or it is a
 * restore, which is opened for a time · `denied`: whatever the site file lists.
 */
export type FlowJudgement = 'allowed' | 'listed-exception' | 'closed-by-default' | 'denied'

export interface FlowEnd {
  readonly zone: string
  readonly level: Level
  /** An asset, a place, `node`; the zone itself where the site file does not say more. */
  readonly what: string
}

/** Something that may open connections to something else. */
export interface Flow {
  /** The same for the same flow, whatever else the site file holds. */
  readonly id: string
  readonly initiator: FlowEnd
  /** `host`: name or address; null where the site file does not say it. */
  readonly target: FlowEnd & { readonly host: string | null }
  /** The word that conduits allow; `unknown` where the site file does not say it. */
  readonly protocol: string
  readonly transport: 'tcp' | 'udp' | null
  readonly ports: PortRange | null
  /** Null for a conduit: that is not part of the site file. */
  readonly part: NeededConnection['part'] | null
  readonly purpose: FlowPurpose
  /** Null for a conduit: that is not part of the site file. */
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
  /** What captures opened although nothing needs it. */
  readonly unexpected: readonly ObservedConnection[]
}
