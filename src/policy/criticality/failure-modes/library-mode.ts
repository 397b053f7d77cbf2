import type { ItemKind } from '../../../site/site.ts'

/** A way in which assets of a kind fail, to start a register from. Severities are the plant's own decision. */
export interface LibraryMode {
  /** Unique within a kind of asset. */
  readonly id: string
  readonly name: string
  readonly happens: string
  readonly noticed: string
  /** The kinds of items that bring the asset back. */
  readonly bringsBack: readonly ItemKind[]
  /** What to think of when its severity is decided. */
  readonly severityHint: string
}
