/** How critical an asset is: REQUIREMENTS.md, criticality. The gravest first. */
export const classes = ['very high', 'high', 'medium', 'low'] as const
export type Class = (typeof classes)[number]

/** What a class asks for. */
export interface ClassDuties {
  readonly rule: '3-2-1' | '3-2-1-1-0'
  /** The longest time between two verifications that read every byte. */
  readonly verifyEvery: Temporal.Duration
  /** The longest time between two restores that were tried. */
  readonly drillEvery: Temporal.Duration
  /** Whether every item is drilled, or one of each asset is enough. */
  readonly drillSampled: boolean
  /** Whether a spare is to lie on site. */
  readonly spare: boolean
  /** How far back every version stays, where the keep rules do not say; ours, no standard names a figure. */
  readonly floor: Temporal.Duration
}

const days = (count: number) => Temporal.Duration.from({ hours: count * 24 })

const duties: Readonly<Record<Class, ClassDuties>> = {
  'very high': {
    ...{ rule: '3-2-1-1-0', verifyEvery: days(7), drillEvery: days(92), drillSampled: false },
    ...{ spare: true, floor: days(366) },
  },
  high: {
    ...{ rule: '3-2-1-1-0', verifyEvery: days(7), drillEvery: days(183), drillSampled: false },
    ...{ spare: false, floor: days(183) },
  },
  medium: {
    ...{ rule: '3-2-1', verifyEvery: days(31), drillEvery: days(366), drillSampled: false },
    ...{ spare: false, floor: days(92) },
  },
  low: {
    ...{ rule: '3-2-1', verifyEvery: days(31), drillEvery: days(366), drillSampled: true },
    ...{ spare: false, floor: days(31) },
  },
}

/** An asset without failure modes in the register has no class: it is treated as medium until somebody says better. */
export function dutiesOf(of: Class | null): ClassDuties {
  return duties[of ?? 'medium']
}
