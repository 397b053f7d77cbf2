/** Entries of `system.posix_acl_access` and `…_default`: tag, permissions, id, little-endian, behind the version. */
const entryBytes = 8
const version = 2
const kinds: Readonly<Record<number, { readonly name: string; readonly named: boolean }>> = {
  1: { name: 'user', named: false },
  2: { name: 'user', named: true },
  4: { name: 'group', named: false },
  8: { name: 'group', named: true },
  16: { name: 'mask', named: false },
  32: { name: 'other', named: false },
}

/** The text of an access control list as tar carries it, ids as numbers; null where the bytes are not one of Linux. */
export function aclText(bytes: Buffer): string | null {
  if (bytes.byteLength % entryBytes !== 4 || bytes.readUInt32LE(0) !== version) return null
  const lines: string[] = []
  for (let at = 4; at < bytes.byteLength; at += entryBytes) {
    const kind = kinds[bytes.readUInt16LE(at)]
    if (kind === undefined) return null
    const id = kind.named ? bytes.readUInt32LE(at + 4) : ''
    lines.push(`${kind.name}:${id}:${permissionsText(bytes.readUInt16LE(at + 2))}\n`)
  }
  return lines.join('')
}

function permissionsText(bits: number): string {
  return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${bits & 1 ? 'x' : '-'}`
}
