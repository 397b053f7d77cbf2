/** Letters and digits that cannot be mistaken for one another when read out over a telephone. */
const alphabet = '23456789abcdefghjkmnpqrstvwxyz'

const pattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.(\d{3})Z-[a-z0-9]{4}$/

/**
 * An id for a version made at `now`, e.g. `20261123T043418.123Z-k3f9`: it sorts by age. It is later than `last` (the
 * item's newest version id, or null) even where the clock was set back. `random` are 4 bytes.
 */
export function nextVersionId(now: Date, last: string | null, random: Uint8Array): string {
  const before = last === null ? null : versionTime(last)
  const time = before === null || before < now ? now : new Date(before.getTime() + 1)
  const stamp = time.toISOString().replaceAll('-', '').replaceAll(':', '')
  const tail = Array.from(random.subarray(0, 4), byte => alphabet[byte % alphabet.length]).join('')
  return `${stamp}-${tail}`
}

/** The time in a version id; null where the text is none. */
export function versionTime(id: string): Date | null {
  const match = pattern.exec(id)
  if (match === null) return null
  const [, year, month, day, hour, minute, second, milli] = match
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milli}Z`)
  return Number.isNaN(time.getTime()) ? null : time
}
