import type http from 'node:http'
import type https from 'node:https'
import type { Socket } from 'node:net'

/** What clients may take before anybody knows who they are. */
export interface ConnectionLimits {
  /** Open at once. */
  readonly most: number
  /** Of these, by clients that nobody has signed in over; one more, and the oldest of them is closed. */
  readonly ofStrangers: number
  /** From one address. */
  readonly ofAddress: number
  /** Requests of one connection that wait for their answer. Browsers send one at a time. */
  readonly unanswered: number
  /** Milliseconds after which a connection is closed on which nothing moves, in neither direction. */
  readonly silence: number
}

/** A stream of events has a sign of life each 15 seconds. */
export const connectionLimits: ConnectionLimits = {
  ...{ most: 1_000, ofStrangers: 800, ofAddress: 64, unanswered: 2, silence: 60_000 },
}

export interface Connections {
  /** Somebody who is signed in has asked over this one: no stranger drives it out. */
  known(socket: Socket): void
}

interface Held {
  readonly socket: Socket
  unanswered: number
}

/** Over TLS, as of all that a listener has taken. */
export function guardConnections(server: http.Server | https.Server, limits: ConnectionLimits): Connections {
  const open = new Map<string, Held>()
  // in the order in which they came
  const strangers = new Set<string>()
  const ofAddress = new Map<string, number>()
  server.maxConnections = limits.most
  server.on('connection', (socket: Socket) => {
    const [address, key] = [socket.remoteAddress ?? '', keyOf(socket)]
    const count = (ofAddress.get(address) ?? 0) + 1
    if (count > limits.ofAddress) return void socket.destroy()
    if (strangers.size >= limits.ofStrangers) driveOut()
    ofAddress.set(address, count)
    open.set(key, { socket, unanswered: 0 })
    strangers.add(key)
    socket.once('close', () => {
      open.delete(key)
      strangers.delete(key)
      const left = (ofAddress.get(address) ?? 1) - 1
      if (left > 0) ofAddress.set(address, left)
      else ofAddress.delete(address)
    })
  })
  server.on('request', ({ socket }: http.IncomingMessage, response: http.ServerResponse) => {
    const held = open.get(keyOf(socket))
    if (held === undefined) return
    held.unanswered += 1
    response.once('close', () => {
      held.unanswered -= 1
    })
    if (held.unanswered > limits.unanswered) held.socket.destroy()
  })
  const driveOut = () => {
    const [oldest] = strangers
    if (oldest === undefined) return
    strangers.delete(oldest)
    open.get(oldest)?.socket.destroy()
  }
  return { known: socket => void strangers.delete(keyOf(socket)) }
}

/** The same of a connection and of the TLS inside it. */
function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
