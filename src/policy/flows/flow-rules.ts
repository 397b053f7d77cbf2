// The table "Flows (initiator → target)" of REQUIREMENTS.md, row by row.
import { type Level, levels, type Zone } from '../../site/site.ts'
import type { FlowPurpose } from './flow.ts'

/** What is asked of the rules; conduits and exceptions that list it are looked at afterwards. */
export interface Crossing {
  readonly from: Zone
  readonly to: Zone
  /** The id of the zone in which the node, and with it the backup store, stands. */
  readonly node: string
  /** The zones whose people open the pages of the node. */
  readonly people: ReadonlySet<string>
  readonly protocol: string
  readonly purpose: FlowPurpose
}

export interface Row {
  /**
   * `inside`: no conduit is needed · `allow`: where a conduit lists it · `standing`: so too, as the exception that the rules
   * themselves list · `deny`: unless the conduit gives a reason in `exception` · `never`.
   */
  readonly says: 'inside' | 'allow' | 'standing' | 'deny' | 'never'
  readonly rule: string
  /** The way round; null where nothing is denied. */
  readonly wayRound: string | null
  /** The way round for what the node itself needs, where that is another one. */
  readonly forNode?: string
}

/** The one row that decides; a flow inside one zone crosses nothing. */
export function rowFor(crossing: Crossing): Row {
  const { from, to } = crossing
  if (from.id === to.id) return rows.inside
  if (to.id === crossing.node && isPlant(to.level) && isTold(crossing.purpose)) return toNode(crossing)
  if (isOutside(from.level)) return fromOutside(crossing)
  if (to.level === 5 && isPlant(from.level)) return rows.internet
  if (from.level === 3.5) return fromDmz(crossing)
  return fromPlant(crossing)
}

/** Whether it is the others who open it, to the node. */
function isTold(purpose: FlowPurpose): boolean {
  return purpose === 'trigger' || purpose === 'pages'
}

/** Whether the node opens it, for something that is neither a device nor a place. */
function isService(purpose: FlowPurpose): boolean {
  return purpose === 'notification' || purpose === 'journal' || purpose === 'sign-in'
}

/** What devices and people open to a node on levels 0 to 3. */
function toNode({ from, purpose }: Crossing): Row {
  if (from.level === 5) return rows.internetLooksIn
  if (from.level === 4) return rows.officeLooksIn
  if (from.level === 3.5) return purpose === 'pages' ? rows.dmzLooksIn : rows.dmzTells
  if (purpose === 'pages') return rows.people
  return from.level < 3 ? rows.devicesTell : rows.neighbours
}

function fromOutside({ from, to, protocol, purpose }: Crossing): Row {
  if (isPlant(to.level)) return from.level === 5 ? rows.internet : rows.officeToPlant
  if (to.level !== 3.5) return rows.neighbours
  const broker = purpose === 'conduit' && !deviceWords.has(protocol.trim().toLowerCase())
  return broker ? rows.broker : rows.noBroker
}

function fromDmz({ to: { level }, purpose }: Crossing): Row {
  if (isPlant(level)) return purpose === 'conduit' ? rows.dmzToPlant : rows.dmzBackup
  return isOutside(level) ? rows.dmzToOffice : rows.neighbours
}

/** From levels 0 to 3. */
function fromPlant({ from, to, node, people, protocol, purpose }: Crossing): Row {
  if (to.id === node && people.has(from.id) && protocol.trim().toLowerCase() === 'https') return rows.people
  const near = Math.abs(levels.indexOf(from.level) - levels.indexOf(to.level)) <= 1
  if (to.id === node && from.level < 3) return rows.toStore
  if (from.id !== node) return near ? rows.neighbours : rows.notAdjacent
  if (purpose === 'conduit' && everyWords.has(protocol.trim().toLowerCase())) return rows.unlisted
  if (isService(purpose)) return serviceRow(to.level, near)
  if (to.level === 1 || to.level === 2) return rows.devices
  if (to.level === 3.5) return near ? rows.push : rows.notAdjacent
  if (isOutside(to.level)) return rows.nodeToOffice
  return near ? rows.neighbours : rows.nodeBeyond
}

function serviceRow(level: Level, near: boolean): Row {
  if (isOutside(level)) return rows.serviceToOffice
  if (!near) return rows.notAdjacent
  return level === 3.5 ? rows.relay : rows.neighbours
}

/** Levels 0 to 3: what must go on without the office. */
function isPlant(level: Level): boolean {
  return level <= 3
}

function isOutside(level: Level): boolean {
  return level >= 4
}

/** Words that stand for everything: they list no protocol and no port. */
const everyWords: ReadonlySet<string> = new Set(['*', 'all', 'any', 'ip', 'tcp', 'udp'])

/** Words for everything, for a person's session, or for what machines are driven by: no broker in the industrial DMZ offers that. */
const deviceWords: ReadonlySet<string> = new Set([
  ...everyWords,
  ...['ssh', 'rdp', 'vnc', 'winrm', 'teamviewer', 'anydesk'],
  ...['s7', 's7comm', 'modbus', 'profinet', 'ethernet-ip', 'cip', 'fins', 'melsec', 'ads', 'opcda', 'dcom', 'bacnet'],
  ...['dnp3', 'iec104', 'telnet', 'tftp'],
])

const listIt = "or, where it is needed all the same, say why in the conduit's exception"

const rows = {
  inside: { says: 'inside', rule: 'inside one zone: no conduit is crossed', wayRound: null },
  officeToPlant: {
    says: 'never',
    rule: 'levels 4 and 5 never reach levels 0 to 3',
    wayRound:
      'Take the conduit out. Let the plant push what the office needs to level 3.5, and the office read it there.',
    forNode: 'Place the node in a zone of level 3, and name that zone in node.zone.',
  },
  internet: {
    says: 'never',
    rule: 'levels 0 to 3 and the Internet never reach each other',
    wayRound:
      'Take the conduit out. What comes from the Internet enters through level 3.5, or by scanned removable media.',
    forNode: 'Place the node, and what it reads, inside the plant; copies go out through level 3.5.',
  },
  broker: {
    says: 'allow',
    rule: 'levels 4 and 5 reach level 3.5 for broker services only; for backup, they read a replica there',
    wayRound: null,
  },
  noBroker: {
    says: 'deny',
    rule: 'levels 4 and 5 reach level 3.5 for broker services only; for backup, they read a replica there',
    wayRound: `Let a broker in level 3.5 offer what is needed, or a replica be read there; ${listIt}.`,
  },
  dmzToPlant: {
    says: 'deny',
    rule: 'level 3.5 opens nothing to levels 0 to 3 for backup',
    wayRound: `Turn it round: let the backup zone on level 3 push to level 3.5; ${listIt}.`,
  },
  dmzBackup: {
    says: 'never',
    rule: 'level 3.5 opens nothing to levels 0 to 3 for backup',
    wayRound:
      'Place the node in a zone of level 3, and name that zone in node.zone; copies for the office go up to level 3.5.',
  },
  unlisted: {
    says: 'deny',
    rule: 'the backup zone reaches others by the listed protocol and port: this lists none',
    wayRound: `Name the protocols that the node needs, as "blackstart flows" prints them; ${listIt}.`,
  },
  dmzToOffice: {
    says: 'deny',
    rule: 'level 3.5 opens nothing to levels 4 and 5: the enterprise pulls',
    wayRound: `Turn it round: let the enterprise fetch it from level 3.5; ${listIt}.`,
  },
  officeLooksIn: {
    says: 'never',
    rule: 'levels 4 and 5 never reach levels 0 to 3',
    wayRound:
      'Let the office see it on level 3.5: a replica, or what the node sends to a relay there. What the office knows of changes is not needed: the node looks by itself.',
  },
  internetLooksIn: {
    says: 'never',
    rule: 'levels 0 to 3 and the Internet never reach each other',
    wayRound:
      'Nothing of the Internet reaches the node: whoever is away looks through remote access that ends on level 3.5.',
  },
  dmzLooksIn: {
    says: 'deny',
    rule: 'people in the plant use the node directly; all others read on level 3.5 what was brought there',
    wayRound: `Let them read a replica on level 3.5, or what the node sends to a relay there; ${listIt}.`,
  },
  dmzTells: {
    says: 'deny',
    rule: 'level 3.5 opens nothing to levels 0 to 3 for backup',
    wayRound: `Leave it to the schedule and to fingerprints, by which the node looks there itself; ${listIt}.`,
  },
  devicesTell: {
    says: 'deny',
    rule: 'nothing below reaches the zone of the backup store, but for agents that are listed as an exception',
    wayRound:
      'List it in the conduit with an exception that says that devices tell of changes, or leave it to fingerprints, by which the node looks itself.',
  },
  people: { says: 'allow', rule: 'people in the plant use the node directly', wayRound: null },
  relay: {
    says: 'allow',
    rule: 'mail, messages and sign-in go through a relay or a replica on level 3.5',
    wayRound: null,
  },
  serviceToOffice: {
    says: 'deny',
    rule: 'mail, messages and sign-in go through a relay or a replica on level 3.5, never to the office directly',
    wayRound: `Put a relay on level 3.5 (a mail server, a log collector, a replica of the directory), and name that instead; ${listIt}.`,
  },
  push: { says: 'allow', rule: 'the backup zone pushes replicas to level 3.5', wayRound: null },
  devices: {
    says: 'allow',
    rule: 'the backup zone reaches levels 1 and 2 by the listed protocol and port, reading by default',
    wayRound: null,
  },
  nodeBeyond: {
    says: 'standing',
    rule: 'levels that are not neighbours do not reach each other; the backup zone is the listed exception',
    wayRound: null,
  },
  nodeToOffice: {
    says: 'deny',
    rule: 'levels that are not neighbours do not reach each other, and the backup zone reaches no further than level 3.5',
    wayRound: `Push to level 3.5, and let the enterprise fetch it from there; ${listIt}.`,
  },
  toStore: {
    says: 'deny',
    rule: 'nothing below reaches the zone of the backup store, but for agents that are listed as an exception',
    wayRound: `Let the node fetch it; an agent that must push is listed with the conduit's exception.`,
  },
  notAdjacent: {
    says: 'deny',
    rule: 'levels that are not neighbours do not reach each other',
    wayRound: `Go through a service on the level between; ${listIt}.`,
  },
  neighbours: { says: 'allow', rule: 'neighbouring levels reach each other where a conduit lists it', wayRound: null },
} as const satisfies Record<string, Row>
