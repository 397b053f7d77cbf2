/** What people and other systems can be told of. */
export const noticeKinds = [
  'change',
  'unexpected-change',
  'drift',
  'failure',
  'recovered',
  'stale',
  'verdict',
  'integrity',
  'restore',
  'break-glass',
  'site-invalid',
  'person',
  'node',
] as const
export type NoticeKind = (typeof noticeKinds)[number]

/** The classes of criticality, as `policy` names them. */
export const noticeClasses = ['very high', 'high', 'medium', 'low'] as const
export type NoticeClass = (typeof noticeClasses)[number]

/** A way to tell somebody. */
export interface NotifyChannel {
  readonly id: string
  /** The channel's kind: `email`, `syslog`, `webhook` … */
  readonly via: string
  /** As the channel's schema returned them. */
  readonly options: unknown
}

/** A weekly time by the clock of the site. */
export interface DigestTime {
  /** 1 Monday to 7 Sunday, ascending. */
  readonly days: readonly number[]
  /** Since midnight, 0 to 1439. */
  readonly minute: number
}

/** What of everything that happens goes to which channels. An empty list stands for all of them. */
export interface NotifyRule {
  readonly events: readonly NoticeKind[]
  /** With these, only what happens in one of them. */
  readonly zones: readonly string[]
  readonly classes: readonly NoticeClass[]
  readonly to: readonly string[]
  readonly when: 'at-once' | { readonly digest: readonly DigestTime[] }
}

export interface Notify {
  readonly channels: readonly NotifyChannel[]
  readonly rules: readonly NotifyRule[]
  /** How old what could not be delivered may become. */
  readonly keep: Temporal.Duration
  /** The channels to which every line of the journal goes. */
  readonly journal: readonly string[]
}
