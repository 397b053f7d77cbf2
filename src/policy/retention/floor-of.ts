import type { KeepRules } from '../../site/site.ts'
import { type Class, dutiesOf } from '../class.ts'

/** How far back every version stays: what the rules say, never less than the class asks. */
export function floorOf(rules: KeepRules, cls: Class | null): Temporal.Duration {
  const { floor } = dutiesOf(cls)
  return rules.floor !== null && Temporal.Duration.compare(rules.floor, floor) > 0 ? rules.floor : floor
}
