import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createTcp, type Server, type Socket } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { createServer as createTls } from 'node:tls'
import { makeCertificate } from '../../../lab/peers/ftp-certificate.ts'
import type { Notify } from '../../site/notify.ts'
import { channelsByKind } from './all.ts'
import type { Notice } from './notice.ts'

// For the tests of notices: folders, certificates, receivers and notices.

export async function testFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'notify-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A fresh certificate for 127.0.0.1, signed by itself; its authority as `ca.pem` in the folder. */
export async function testCertificate(folder: string): Promise<{ readonly key: string; readonly cert: string }> {
  const made = makeCertificate()
  await writeFile(path.join(folder, 'ca.pem'), made.cert)
  return made
}

export interface Collector {
  readonly port: number
  /** All bytes of each connection that was closed in order. */
  readonly received: Buffer[]
  close(): Promise<void>
}

/** A receiver of streams on 127.0.0.1. */
export async function collect(
  t: TestContext,
  tls: { readonly key: string; readonly cert: string } | null,
  port = 0,
): Promise<Collector> {
  const received: Buffer[] = []
  const open = new Set<Socket>()
  const take = (socket: Socket): void => {
    const chunks: Buffer[] = []
    open.add(socket)
    socket.setTimeout(30_000, () => socket.destroy())
    socket.on('data', chunk => chunks.push(Buffer.from(chunk)))
    socket.on('end', () => received.push(Buffer.concat(chunks)))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => open.delete(socket))
  }
  const server: Server = tls === null ? createTcp(take) : createTls(tls, take)
  const used = await listen(server, port)
  const close = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    server.close(() => resolve())
    for (const socket of open) socket.destroy()
    await promise
  }
  t.after(async () => {
    if (server.listening) await close()
  })
  return { port: used, received, close }
}

export async function listen(server: Server, port = 0): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, '127.0.0.1', resolve)
  await promise
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

export function notice(over: Partial<Notice> = {}): Notice {
  return {
    ...{ id: 'n1', kind: 'drift', severity: 'warning', time: '2026-11-23T05:00:00.000Z' },
    ...{ subject: 'plc-filler/program', zone: 'cell-a', class: 'high' },
    ...{ title: 'plc-filler/program differs from the approved version', body: null, facts: {} },
    ...over,
  }
}

/** `notify` of a site with these channels, their options checked as the site file's are. */
export function notifyOf(
  channels: readonly { readonly id: string; readonly via: string; readonly options: object }[],
  over: Partial<Notify> = {},
): Notify {
  return {
    channels: channels.map(one => ({ ...one, options: channelsByKind.get(one.via)?.options.parse(one.options) })),
    rules: [{ events: [], zones: [], classes: [], to: channels.map(({ id }) => id), when: 'at-once' }],
    keep: Temporal.Duration.from({ hours: 7 * 24 }),
    journal: [],
    ...over,
  }
}
