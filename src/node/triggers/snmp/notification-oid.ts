import type { Pdu } from 'net-snmp'

const snmpTrapOid = '1.3.6.1.6.3.1.1.4.1.0'
const standardTraps = '1.3.6.1.6.3.1.1.5'
const enterpriseSpecific = 6

/** Which notification it is; of version 1 as RFC 3584, 3.1, translates it. Null where it does not say. */
export function notificationOid({ enterprise, generic, specific, varbinds }: Pdu): string | null {
  if (enterprise !== undefined && generic !== undefined) {
    if (generic >= 0 && generic < enterpriseSpecific) return `${standardTraps}.${generic + 1}`
    return generic === enterpriseSpecific && specific !== undefined ? `${enterprise}.0.${specific}` : null
  }
  const value = varbinds?.find(({ oid }) => oid === snmpTrapOid)?.value
  return typeof value === 'string' && /^\d+(?:\.\d+)*$/.test(value) ? value : null
}

/** Whether the notification is one of these, or lies below one of them. */
export function isWanted(oid: string, wanted: Iterable<string>): boolean {
  for (const one of wanted) if (oid === one || oid.startsWith(`${one}.`)) return true
  return false
}
