import type { Medium, Place } from '../../site/site.ts'
import type { ClassDuties } from '../class.ts'
import { machineOf } from '../scenario.ts'

export type CopyRule = ClassDuties['rule']

/** One number of a rule. `errors` is met by at most what it needs, all others by at least. */
export interface CopyTerm {
  readonly term: 'copies' | 'media' | 'offsite' | 'offline-or-locked' | 'errors'
  readonly has: number
  readonly needs: number
}

/** What a place adds to the terms. */
export interface PlaceTraits {
  readonly id: string
  /** Places of one machine are lost together: one copy and one medium. */
  readonly machine: string
  readonly medium: Medium
  readonly offsite: boolean
  /** Offline or locked: whoever takes the credentials cannot delete it. */
  readonly shielded: boolean
}

export function traitsOf(place: Place): PlaceTraits {
  const { id, medium, offsite, online, locked } = place
  return { id, machine: machineOf(place), medium, offsite, shielded: !online || locked !== null }
}

/**
 * The terms of REQUIREMENTS.md (classes) for verified copies in these places. `read`: whether the device was ever read: what
 * it holds itself is then one of the three copies (ANSSI BP-100 R11: production and two backups), though no medium of the two.
 * `errors`: of the last verifications of the places.
 */
export function copyTerms(
  rule: CopyRule,
  places: readonly PlaceTraits[],
  read: boolean,
  errors: number,
): readonly CopyTerm[] {
  const machines = machinesOf(places)
  const terms: CopyTerm[] = [
    { term: 'copies', has: machines + (read ? 1 : 0), needs: 3 },
    // two machines that together have two media can be told apart by them
    { term: 'media', has: Math.min(machines, new Set(places.map(({ medium }) => medium)).size), needs: 2 },
    { term: 'offsite', has: machinesOf(places.filter(({ offsite }) => offsite)), needs: 1 },
  ]
  if (rule === '3-2-1') return terms
  const shielded = machinesOf(places.filter(place => place.shielded))
  return [...terms, { term: 'offline-or-locked', has: shielded, needs: 1 }, { term: 'errors', has: errors, needs: 0 }]
}

function machinesOf(places: readonly PlaceTraits[]): number {
  return new Set(places.map(({ machine }) => machine)).size
}

export function isMet({ term, has, needs }: CopyTerm): boolean {
  return term === 'errors' ? has <= needs : has >= needs
}

export function unmetOf(terms: readonly CopyTerm[]): readonly CopyTerm[] {
  return terms.filter(term => !isMet(term))
}
