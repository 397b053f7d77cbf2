import { isIP, SocketAddress } from 'node:net'
import type { Site } from '../../site/site.ts'
import type { Flow, JudgedFlows } from './flow.ts'
import { restoreRule } from './flow-ground.ts'
import { portsText } from './needed-flows.ts'
import { pagesPort } from './service-flows.ts'

/**
 * A ruleset for `nft -f`, for the firewall that stands between the zones (nftables 1.0.6 or newer). It judges the node's
 * own traffic only, so that loading it stops nothing else; what the rules deny is told in comments, never accepted, but for
 * what shares host and port with something that they allow: that is told, too.
 */
export function flowsNftables(site: Site, { flows, unknown, unplaced }: JudgedFlows): string {
  const wanted = flows.filter(({ purpose }) => purpose !== 'conduit')
  const needed = wanted.filter(flow => !isTold(flow))
  const told = wanted.filter(flow => isTold(flow) && isOpen(flow))
  const open = needed.filter(flow => isOpen(flow) && flow.purpose !== 'restore')
  const reachable = open.filter(flow => addressOf(flow) !== null)
  const restores = needed.filter(({ rule }) => rule === restoreRule)
  const closed = wanted.filter(flow => isDenied(flow) || isUnlisted(flow))
  const families = ([4, 6] as const).filter(
    family =>
      family === 4 ||
      [...reachable, ...restores].some(flow => addressOf(flow)?.family === family) ||
      told.some(({ initiator: { hosts } }) => hosts.some(host => familyOf(host) === family)),
  )
  return `${[
    ...opening(site),
    ...comments('Not opened: name or port is not in site.yaml as an address. Add an element to a set below by hand.', [
      ...open.filter(flow => addressOf(flow) === null).map(described),
      ...unknown.map(item => `${item}: the site file does not say where its device is`),
      ...told.filter(({ initiator: { hosts } }) => !hosts.some(host => familyOf(host) !== null)).map(described),
    ]),
    ...comments(
      'Not opened, and not judged: nobody knows in which zone the other end stands.',
      unplaced.map(
        one => `${one.purpose}/${one.name}, ${one.protocol}, ${one.transport} ${portsText(one.ports)}: ${one.remedy}`,
      ),
    ),
    ...comments('Not opened: no conduit lists it.', needed.filter(isUnlisted).map(withRemedy)),
    ...comments('VIOLATIONS, never opened here: the flow rules deny them.', flows.filter(isDenied).map(withRemedy)),
    ...comments(
      'Not opened, but no firewall tells them from what is opened on the same port:',
      closed.filter(flow => flow.part !== 'data' && reachable.some(one => sharesPort(one, flow))).map(described),
    ),
    ...comments(
      'Conduits of site.yaml, for the rules between zones, whose networks it does not know:',
      flows.filter(flow => flow.purpose === 'conduit' && isOpen(flow)).map(described),
    ),
    ...comments(
      'Restores are closed. Open one for its time, and let it close by itself; where its capture uses the same port, a\n# firewall cannot tell them apart: there the account on the device is what keeps the node from writing.',
      restores.flatMap(openingOf),
    ),
    ...families.map(defineNode),
    'table inet blackstart',
    'delete table inet blackstart',
    'table inet blackstart {',
    ...families.flatMap(family => sets(family, { open: reachable, told, closed })),
    ...chain(families),
    '}',
  ].join('\n')}\n`
}

type Family = 4 | 6

function isOpen({ judgement }: Flow): boolean {
  return judgement === 'allowed' || judgement === 'listed-exception'
}

function isDenied({ judgement }: Flow): boolean {
  return judgement === 'denied'
}

/** Whether it is others who open it, to the node. */
function isTold({ purpose }: Flow): boolean {
  return purpose === 'trigger' || purpose === 'pages'
}

function isUnlisted({ purpose, judgement }: Flow): boolean {
  return purpose !== 'restore' && judgement === 'closed-by-default'
}

interface Address {
  readonly family: Family
  readonly host: string
  readonly transport: 'tcp' | 'udp'
  readonly ports: { readonly from: number; readonly to: number }
}

/** What nftables can match; null where the site file names no IP address or no port. */
function addressOf({ target: { host }, transport, ports }: Flow): Address | null {
  if (host === null || transport === null || ports === null) return null
  const family = isIP(host)
  // nftables knows no zone of an address (fe80::1%eth0)
  if ((family !== 4 && family !== 6) || host.includes('%')) return null
  return { family, host: family === 6 ? oneSpelling(host) : host, transport, ports }
}

/** Of an address or a network; null for what nftables cannot match. */
function familyOf(host: string): Family | null {
  const family = isIP(host.split('/')[0] ?? '')
  return host.includes('%') || family === 0 ? null : family === 4 ? 4 : 6
}

function oneSpelling(address: string): string {
  return new SocketAddress({ address, family: 'ipv6' }).address
}

function opening(site: Site): string[] {
  return [
    '#!/usr/sbin/nft -f',
    `# Flows of the site node of ${plain(site.name)}, made by: blackstart flows --format nftables`,
    '# Check it with nft -c -f FILE, load it with nft -f FILE; loading it again replaces it, with all that was added by hand.',
    '# Set the address of the node below: site.yaml does not hold it, and 192.0.2.1 (or 2001:db8::1) is nobody.',
    '# It judges what comes from and goes to the node. Between all other machines it decides nothing: whether those are',
    '# dropped by default is for the rest of your ruleset.',
    '# The data connections of FTP go to ports from 1024 on of the device, which chooses them. For ftp, not for ftps, a',
    '# conntrack helper (ct helper) opens each only when it is announced: if your firewall has it, take those elements out.',
  ]
}

function comments(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `# ${title}`, ...lines.map(line => `#   ${plain(line)}`)]
}

/** On one line, whatever a site file holds. */
function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
}

function described({ id, purpose, initiator, target, protocol, transport, ports, judgement, rule }: Flow): string {
  if (purpose === 'conduit') return `${initiator.zone} to ${target.zone}, ${protocol}: ${judgement} (${rule})`
  const where = ports === null ? protocol : `${protocol}, ${transport ?? ''} ${portsText(ports)}`
  const whole = initiator.hosts.length === 0 ? '' : ` (${initiator.hosts.join(', ')})`
  const to = `${target.what}${target.host === null ? '' : ` (${target.host})`} in ${target.zone}`
  return `${id}: ${initiator.what}${whole} in ${initiator.zone} to ${to}, ${where}: ${judgement} (${rule})`
}

function withRemedy(flow: Flow): string {
  return flow.remedy === null ? described(flow) : `${described(flow)}. ${flow.remedy}`
}

function openingOf(flow: Flow): string[] {
  const address = addressOf(flow)
  if (address === null) return [`${flow.id}: ${flow.target.host ?? 'no address'} is no IP address`]
  const { family, host, transport, ports } = address
  const element = `{ ${host} . ${transport} . ${portsText(ports)} timeout 2h }`
  return [`nft add element inet blackstart restore_${family} '${element}'  # ${flow.id}`]
}

function defineNode(family: Family): string {
  return `\ndefine blackstart_node_${family} = { ${family === 4 ? '192.0.2.1' : '2001:db8::1'} }`
}

/** Whether both are the same to a firewall; a range that FTP chooses data ports from holds those of other services. */
function sharesPort(one: Flow, other: Flow): boolean {
  const [a, b] = [addressOf(one), addressOf(other)]
  if (a === null || b === null || one.part === 'data' || a.transport !== b.transport) return false
  return a.host === b.host && a.ports.from <= b.ports.to && b.ports.from <= a.ports.to
}

interface Sorted {
  readonly open: readonly Flow[]
  readonly told: readonly Flow[]
  readonly closed: readonly Flow[]
}

function sets(family: Family, { open, told, closed }: Sorted): string[] {
  const elements = merged(open.flatMap(flow => withoutClosed(flow, closed).flatMap(one => elementOf(one, family))))
  const body = elements.map(elementText)
  const senders = told.filter(({ purpose }) => purpose === 'trigger').flatMap(flow => sendersOf(flow, family))
  const people = told.filter(({ purpose }) => purpose === 'pages').flatMap(({ initiator: { hosts } }) => hosts)
  const networks = [...new Set(people.filter(host => familyOf(host) === family))]
  const type = `type ipv${family}_addr . inet_proto . inet_service`
  return [
    '  # what captures, replication, channels and directories need',
    `  set needed_${family} {`,
    `    ${type}`,
    '    flags interval',
    ...elementsText(body),
    '  }',
    '  # restores, opened for a time',
    `  set restore_${family} {`,
    `    ${type}`,
    '    flags interval, timeout',
    '  }',
    '  # what tells the node of changes',
    `  set told_${family} {`,
    `    ${type}`,
    '    flags interval',
    ...elementsText(merged(senders).map(elementText)),
    '  }',
    '  # machines of people in the plant, who open the pages of the node',
    `  set people_${family} {`,
    `    type ipv${family}_addr`,
    '    flags interval',
    '    auto-merge',
    ...elementsText(networks.map(host => `      ${host},`)),
    '  }',
    '',
  ]
}

function elementsText(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['    elements = {', ...lines, '    }']
}

function elementText({ host, transport, from, to, ids }: Element): string {
  const comment = ids
    .join(' ')
    .replaceAll(/[^ -~]|"/g, '?')
    .slice(0, longestComment)
  return `      ${host} . ${transport} . ${portsText({ from, to })} comment "${comment}",`
}

/** Who may open it; of a hook, none: the site file does not hold its caller's address. */
function sendersOf({ id, initiator, transport, ports }: Flow, family: Family): Element[] {
  if (transport === null || ports === null) return []
  const hosts = initiator.hosts.filter(host => familyOf(host) === family)
  return [...new Set(hosts.map(host => (family === 6 ? oneSpelling(host) : host)))].map(host => ({
    ...{ host, transport, ...ports, ids: [id] },
  }))
}

/** Bytes; nftables takes 128 with the zero that ends it. */
const longestComment = 120

interface Element {
  readonly host: string
  readonly transport: string
  readonly from: number
  readonly to: number
  readonly ids: readonly string[]
}

/** A range of data ports without those on which its host offers what is not to be opened. */
function withoutClosed(flow: Flow, closed: readonly Flow[]): Flow[] {
  const own = addressOf(flow)
  if (own === null || flow.part !== 'data') return [flow]
  let left = [own.ports]
  for (const other of closed) {
    const cut = addressOf(other)
    if (cut === null || other.part === 'data' || cut.transport !== own.transport || cut.host !== own.host) continue
    left = left.flatMap(({ from, to }) =>
      [
        { from, to: Math.min(to, cut.ports.from - 1) },
        { from: Math.max(from, cut.ports.to + 1), to },
      ].filter(ports => ports.from <= ports.to),
    )
  }
  return left.map(ports => ({ ...flow, ports }))
}

function elementOf(flow: Flow, family: Family): Element[] {
  const address = addressOf(flow)
  if (address === null || address.family !== family) return []
  return [{ host: address.host, transport: address.transport, ...address.ports, ids: [flow.id] }]
}

/** Ranges of one host that overlap are one: a set takes no two of them. */
function merged(elements: readonly Element[]): Element[] {
  const byHost = Map.groupBy(elements, ({ host, transport }) => `${transport} ${host}`)
  return [...byHost.values()].flatMap(own => {
    const whole: Element[] = []
    for (const one of own.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
      const last = whole.at(-1)
      if (last === undefined || one.from > last.to) whole.push(one)
      else whole[whole.length - 1] = { ...last, to: Math.max(last.to, one.to), ids: [...last.ids, ...one.ids] }
    }
    return whole
  })
}

function chain(families: readonly Family[]): string[] {
  const rules = families.flatMap(family => {
    const ip = family === 4 ? 'ip' : 'ip6'
    const node = `$blackstart_node_${family}`
    return [
      `    ${ip} saddr ${node} ${ip} daddr . meta l4proto . th dport @needed_${family} ct state new accept`,
      `    ${ip} saddr ${node} ${ip} daddr . meta l4proto . th dport @restore_${family} ct state new counter accept`,
      `    ${ip} saddr ${node} counter drop comment "the node opens nothing else"`,
      `    ${ip} daddr ${node} ${ip} saddr . meta l4proto . th dport @told_${family} ct state new accept`,
      `    ${ip} saddr @people_${family} ${ip} daddr ${node} tcp dport ${pagesPort} ct state new accept`,
      `    ${ip} daddr ${node} counter drop comment "nobody else opens anything to the node"`,
    ]
  })
  return [
    '  chain forward {',
    '    type filter hook forward priority filter; policy accept;',
    '    ct state established,related accept',
    ...rules,
    '  }',
  ]
}
