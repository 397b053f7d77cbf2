import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import { BlackstartError, systemCode } from '../errors.ts'

/** `sun_path` of Linux holds 108 bytes, an end mark included. */
const longest = 107

/** `data/run/node.sock`, by which this machine's command line asks the node. */
export function socketPath(run: string): string {
  return path.join(run, 'node.sock')
}

/**
 * The address by which a socket file is bound or opened: shorter than its path where that is too long. What a node that was
 * killed left behind is removed. Throws `device-busy` where one answers.
 */
export async function socketAddress(file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  const address = shortAddress(file)
  if (await answers(address)) {
    throw new BlackstartError('device-busy', `A node works on this site already: it answers at ${file}. End it first.`)
  }
  await rm(file, { force: true })
  return address
}

/** Throws `usage` where neither the path nor the way to it from the current folder fits. */
export function shortAddress(file: string): string {
  const short = [file, path.relative(process.cwd(), file)].find(one => Buffer.byteLength(one) <= longest)
  if (short !== undefined) return short
  throw new BlackstartError('usage', `${file} is longer than a socket may be called. Start in the site folder itself.`)
}

async function answers(address: string): Promise<boolean> {
  const socket = net.connect(address)
  try {
    await once(socket, 'connect')
    return true
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ENOTSOCK') return false
    throw error
  } finally {
    socket.destroy()
  }
}
