/** Which zones somebody may look into. */
export type Sight = (zone: string) => boolean

/** Into all of them: what concerns no one zone is for those who have this one. */
export const everywhere: Sight = () => true

const sights = new Map<string, Sight>()
/** Each is as much as a plant has groups of people; who changes rights all day does not fill the memory. */
const mostSights = 500

/** Into these zones; the same for the same zones, so that what is made for it is made once. */
export function sightInto(zones: readonly string[]): Sight {
  const seen = new Set(zones)
  const key = JSON.stringify([...seen].sort())
  const known = sights.get(key)
  if (known !== undefined) return known
  if (sights.size >= mostSights) sights.clear()
  const made: Sight = zone => seen.has(zone)
  sights.set(key, made)
  return made
}

/** `make`, asked once for what it is made of and who sees it, as long as both are held. */
export function oncePerSight<Of extends object, Made>(
  make: (of: Of, sees: Sight) => Made,
): (of: Of, sees: Sight) => Made {
  const made = new WeakMap<Of, WeakMap<Sight, { readonly value: Made }>>()
  return (of, sees) => {
    const ofThis = made.get(of) ?? new WeakMap<Sight, { readonly value: Made }>()
    made.set(of, ofThis)
    const known = ofThis.get(sees) ?? { value: make(of, sees) }
    ofThis.set(sees, known)
    return known.value
  }
}
