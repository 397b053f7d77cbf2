import http from 'node:http'
import type https from 'node:https'
import type { Socket } from 'node:net'
import { hostName } from './forged.ts'

/** What a TLS connection begins with: the type of a handshake record. RFC 8446, 5.1. */
const handshake = 0x16

/**
 * On a port of TLS, whoever asks without it is led to it, or told of it. The first byte is looked at before anybody takes the
 * connection; `patience`: milliseconds in which it must come, and after which an answer without TLS is over.
 */
export function answerPlainHttp(server: https.Server, hosts: ReadonlySet<string>, patience: number): void {
  const overTls = server.listeners('connection')
  const plain = http.createServer({ maxHeaderSize: 8_192 }, (request, response) => lead(hosts, request, response))
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    const late = setTimeout(() => socket.destroy(), patience)
    socket.once('close', () => clearTimeout(late))
    // whoever takes the connection has an ear of their own
    socket.on('error', () => undefined)
    socket.once('readable', () => {
      const first: Buffer | null = socket.read()
      if (first === null) return void socket.destroy()
      socket.unshift(first)
      if (first[0] !== handshake) return void plain.emit('connection', socket)
      clearTimeout(late)
      for (const take of overTls) take.call(server, socket)
    })
  })
}

function lead(hosts: ReadonlySet<string>, request: http.IncomingMessage, response: http.ServerResponse): void {
  const { method, url = '/' } = request
  const { host = '' } = request.headers
  const name = hostName(host)
  const answer = (status: number, text: string, location = {}) => {
    const type = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }
    const length = { 'content-length': Buffer.byteLength(text), connection: 'close', 'cache-control': 'no-store' }
    response.writeHead(status, { ...type, ...length, ...location }).end(text)
  }
  const looks = method === 'GET' || method === 'HEAD'
  if (looks && name !== null && hosts.has(name) && url.startsWith('/')) {
    // without a port it was 80 that was asked, and what answers there is this
    const location = `https://${host}${/:\d+$/.test(host) ? '' : ':80'}${url}`
    answer(301, `The pages are at ${location}\n`, { location })
  } else {
    answer(400, 'This port speaks TLS alone: ask with https:// instead of http://.\n')
  }
}
