export const connectors = ['ftp', 'sftp', 'ssh-cli', 'files'] as const

/** What a person says of a device in the form. */
export interface Described {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly zone: string
  /** Of the zone, where it is new. */
  readonly level: number
  readonly address: string
  readonly connector: (typeof connectors)[number]
  readonly user: string
  readonly path: string
  /** Of `ssh-cli`. */
  readonly model: string
}

/** A scalar of YAML that no text can leave, and that stays text: JSON is YAML. */
function text(value: string): string {
  const plain = /^[a-z][a-z0-9_-]*$/u.test(value) && !/^(?:null|true|false|yes|no|on|off|y|n)$/u.test(value)
  return plain ? value : JSON.stringify(value)
}

const itemId = ({ connector }: Described) => (connector === 'ssh-cli' ? 'configuration' : 'program')

/** `asset/item` of what is captured of it. */
export const describedItem = (device: Described): string => `${device.id}/${itemId(device)}`

/** The device as an entry of `assets`. */
export function deviceYaml(device: Described): string {
  const { id, name, kind, zone, address, connector } = device
  const program = itemId(device)
  return [
    `  - id: ${text(id)}`,
    `    name: ${text(name)}`,
    `    kind: ${text(kind)}`,
    `    zone: ${text(zone)}`,
    ...(connector === 'files' ? [] : [`    address: ${text(address)}`]),
    '    items:',
    `      - id: ${program}`,
    `        kind: ${program}`,
    `        via: ${connector}`,
    `        options: ${options(device)}`,
  ].join('\n')
}

function options({ id, connector, user, path, model }: Described): string {
  if (connector === 'files') return `{ path: ${text(path)} }`
  const login = `user: ${text(user)}, secret: ${text(id)}`
  return connector === 'ssh-cli' ? `{ ${login}, model: ${text(model)} }` : `{ ${login}, path: ${text(path)} }`
}

/** The site's text with the device in it; everything else of it stays as it is. */
export function withDevice(site: string, device: Described, newZone: boolean): string {
  const zone = `  - { id: ${text(device.zone)}, level: ${device.level} }`
  const zoned = newZone ? added(site, 'zones', zone) : site
  return added(zoned, 'assets', deviceYaml(device))
}

/** Adds an entry at the end of a top-level list; the list itself where there is none. */
function added(site: string, list: string, entry: string): string {
  const lines = site.replace(/\n*$/u, '').split('\n')
  const start = lines.findIndex(line => new RegExp(`^${list}:\\s*(?:\\[\\s*\\])?\\s*(?:#.*)?$`, 'u').test(line))
  if (start === -1) return `${lines.join('\n')}\n\n${list}:\n${entry}\n`
  const head = (lines[start] ?? '').replace(/:\s*\[\s*\]/u, ':')
  let end = start + 1
  for (let at = start + 1; at < lines.length && /^(?:\s|#|-|$)/u.test(lines[at] ?? ''); at += 1) {
    // comments and blank lines before the next key belong to that key
    if (/^(?:\s+\S|-)/u.test(lines[at] ?? '')) end = at + 1
  }
  return `${[...lines.slice(0, start), head, ...lines.slice(start + 1, end), entry, ...lines.slice(end)].join('\n')}\n`
}
