import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { type FTPContext, FTPError, type FTPResponse } from 'basic-ftp'
import { systemCode } from '../../errors.ts'
import { firstDataPort } from './ftp-endpoint.ts'
import { DataConnectionError, OTHER_CERTIFICATE } from './ftp-failure.ts'

export type PassiveMode = 'epsv' | 'pasv'

export interface DataConnection {
  readonly response: FTPResponse
  /** Resolves when bytes may be sent: after the TLS handshake, where there is one; or when it has failed. */
  readonly secured: Promise<void>
}

/** Null where there is none, or one that is never opened. RFC 2428: `229 … (|||port|)`. RFC 959: `227 … (h1,h2,h3,h4,p1,p2)`. */
function passivePort(mode: PassiveMode, message: string): number | null {
  const found =
    mode === 'epsv' ? /([!-~])\1\1(\d{1,5})\1/.exec(message) : /\d+,\d+,\d+,\d+,(\d{1,3}),(\d{1,3})/.exec(message)
  if (found === null) return null
  const port = mode === 'epsv' ? Number(found[2]) : Number(found[1]) * 256 + Number(found[2])
  return port >= firstDataPort && port <= 65_535 ? port : null
}

/**
 * Opens a passive data connection, always to the address of the control connection: what PASV says of the host is wrong
 * behind the address translation of machine cells, and a hostile device could send us elsewhere with it. `onEnd` is
 * called when the device closes the connection in order.
 */
export async function openDataConnection(
  ftp: FTPContext,
  mode: PassiveMode,
  onEnd: () => void,
): Promise<DataConnection> {
  const response = await ftp.request(mode === 'epsv' ? 'EPSV' : 'PASV')
  const port = passivePort(mode, response.message)
  const host = ftp.socket.remoteAddress
  if (port === null) throw new FTPError({ code: 501, message: response.message })
  if (host === undefined) throw new Error('control connection lost')
  const raw = await tcpSocket(host, port, ftp.timeout)
  const socket = ftp.socket instanceof TLSSocket ? tlsSocket(raw, ftp, ftp.socket) : raw
  socket.once('end', onEnd)
  const { promise: secured, resolve } = Promise.withResolvers<void>()
  if (socket instanceof TLSSocket) socket.once('secureConnect', resolve).once('close', () => resolve())
  else resolve()
  useDataSocket(ftp, socket)
  return { response, secured }
}

/** Milliseconds that a device which resets the data connection gets to say why. */
const explanation = 1000

/**
 * Hands the socket to the library. Some servers refuse a file by resetting the data connection and saying why afterwards;
 * the library's own listeners would have closed the control connection by then.
 */
function useDataSocket(ftp: FTPContext, socket: Socket): void {
  const events = ['error', 'close'] as const
  const before = new Set(events.flatMap(event => socket.listeners(event)))
  ftp.dataSocket = socket
  for (const event of events) {
    for (const listener of socket.listeners(event)) {
      if (!before.has(listener)) socket.removeListener(event, listener as () => void)
    }
  }
  socket.on('error', error => {
    const broken = () => {
      if (ftp.dataSocket === socket) ftp.closeWithError(error)
    }
    const code = systemCode(error)
    if (code === 'ECONNRESET' || code === 'EPIPE') setTimeout(broken, explanation)
    else broken()
  })
}

function tcpSocket(host: string, port: number, timeout: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = connectTcp({ host, port })
  const fail = (error: Error | null) => {
    socket.destroy()
    reject(new DataConnectionError(error))
  }
  socket.setTimeout(timeout, () => fail(null))
  socket.once('error', fail)
  socket.once('connect', () => {
    socket.removeAllListeners('timeout').setTimeout(0)
    socket.removeListener('error', fail)
    resolve(socket)
  })
  return promise
}

/** Resumes the control connection's TLS session, which servers demand, or else insists on the same certificate. */
function tlsSocket(raw: Socket, ftp: FTPContext, control: TLSSocket): TLSSocket {
  const session = ftp.tlsSessionStore ?? control.getSession()
  const socket = connectTls({ ...ftp.tlsOptions, socket: raw, ...(session === undefined ? {} : { session }) })
  const expected = control.getPeerX509Certificate()?.fingerprint256
  socket.on('session', ticket => {
    ftp.tlsSessionStore = ticket
  })
  socket.once('secureConnect', () => {
    if (socket.isSessionReused() || socket.getPeerX509Certificate()?.fingerprint256 === expected) return
    socket.destroy(Object.assign(new Error('other certificate on the data connection'), { code: OTHER_CERTIFICATE }))
  })
  return socket
}
