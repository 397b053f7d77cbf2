import type { Socket } from 'node:dgram'
import { EventEmitter } from 'node:events'
import { createReceiver, type Pdu, PduType } from 'net-snmp'
import type { SnmpTrigger } from '../../../site/site.ts'
import { Allowance } from '../allowance.ts'
import type { CountedKind, TriggerContext, TriggerSource } from '../trigger.ts'
import { listenUdp } from '../udp-socket.ts'
import { knownNotifications, notificationText } from './known-notifications.ts'
import { isWanted, notificationOid } from './notification-oid.ts'

/** Notifications of one address that are looked at. */
const perSecond = 100
const burst = 1000
/** Bytes. */
const largest = 16_384

/** What the library calls a wrong community, and an unknown user. */
const refusals: ReadonlySet<string> = new Set(['RequestFailedError', 'ResponseInvalidError'])

interface Origin {
  readonly address: string
  readonly port: number
}

/**
 * Traps of versions 1 and 2c, and informs of 2c, which are answered. Not of version 3: the library checks neither whether an
 * authenticated message is timely (RFC 3414, 3.2, step 7), nor that one without a user name was expected.
 */
export const snmp: TriggerSource<SnmpTrigger> = {
  via: 'snmp',
  async run(trigger, context, signal) {
    const { id, options } = trigger
    const receive = notificationReceiver(trigger, context, context.secret(options.community.secret))
    const bound = (where: string) => context.working(`listens on ${where}`)
    await listenUdp(id, options, { bound, receive }, signal)
  },
}

/** Takes a datagram. Only those of assets reach the library, which gets a socket that can do no more than answer them. */
function notificationReceiver(trigger: SnmpTrigger, context: TriggerContext, community: string) {
  const gate = new Gate()
  const receiver = createReceiver(
    {
      port: 0,
      address: '',
      disableAuthorization: false,
      includeAuthentication: true,
      dgramModule: { createSocket: () => gate },
    },
    (error, notification) => {
      // a second lock: the library lets in what names no user in version 3
      if (notification !== undefined && notification.pdu.community === community) {
        const kind = notified(trigger, context, notification.pdu, notification.rinfo.address)
        if (kind !== null) context.count(kind)
      } else context.count(refusals.has(error?.name ?? 'RequestFailedError') ? 'refused' : 'malformed')
    },
  )
  receiver.getAuthorizer().addCommunity(community)
  const allowances = new Map<string, Allowance>()
  return (message: Buffer, from: Origin, socket: Socket) => {
    if (context.senders.at(from.address).length === 0) return context.stranger(from.address)
    context.count('received')
    const allowance = allowances.get(from.address) ?? new Allowance(perSecond, burst, () => performance.now())
    allowances.set(from.address, allowance)
    if (!allowance.take()) return context.count('dropped')
    const version = versionOf(message)
    if (message.length > largest || version === null) return context.count('malformed')
    if (version > 1) return context.count('refused')
    try {
      gate.through(message, from, socket)
    } catch {
      context.count('malformed') // nothing that a device sends ends the node
    }
  }
}

/** 0 for version 1, 1 for 2c, 3 for 3; null for what is no message of SNMP: SEQUENCE { version INTEGER, … }, RFC 3416. */
function versionOf(message: Uint8Array): number | null {
  const length = message[1] ?? 0
  const at = length < 0x80 ? 2 : 2 + (length & 0x7f)
  const isVersion = message[0] === 0x30 && message[at] === 0x02 && message[at + 1] === 1
  return isVersion ? (message[at + 2] ?? null) : null
}

/** What the library takes for its socket: it is handed one datagram at a time, and may answer it. */
class Gate extends EventEmitter {
  #socket: Socket | null = null

  through(message: Buffer, from: Origin, socket: Socket): void {
    this.#socket = socket
    this.emit('message', message, from)
  }

  bind(): void {
    // it is bound already
  }

  send(
    buffer: Buffer,
    offset: number,
    length: number,
    port: number,
    address: string,
    done: (error: null) => void,
  ): void {
    this.#socket?.send(buffer, offset, length, port, address, () => done(null)) // an answer that is lost is asked for again
  }

  close(): void {
    this.#socket = null
  }
}

/** Null where it told of a change; else as what it counts. */
function notified({ options, oids }: SnmpTrigger, context: TriggerContext, pdu: Pdu, from: string): CountedKind | null {
  const version = pdu.type === PduType.Trap ? '1' : '2c'
  if (options.version !== null && options.version !== version) return 'refused'
  const oid = notificationOid(pdu)
  if (oid === null) return 'malformed'
  const wanted = oids.length > 0 ? oids : knownNotifications.keys()
  const items = context.senders.at(from).flatMap(asset => context.itemsOf(asset))
  if (items.length === 0 || !isWanted(oid, wanted)) return 'ignored'
  context.changed(items, notificationText(oid), from)
  return null
}
