import { createHash } from 'node:crypto'
import type { Notice } from './notice.ts'

const ofTheNode = { kind: 'node', subject: null, zone: null, class: null, body: null } as const

/** What `test` sends. The last 32 characters of its id are hexadecimal digits. */
export function testNotice(site: string, channel: string, time: Date): Notice {
  const hash = createHash('sha256').update(`${site}\n${channel}\n${time.toISOString()}`).digest('hex').slice(0, 32)
  const title = `Test of the channel ${channel}: notices of ${site} arrive here`
  return { ...ofTheNode, id: `test:${hash}`, severity: 'info', time: time.toISOString(), title, facts: {} }
}

/** Tells whoever a channel reaches what it was not told. */
export function givenUpHere(channel: string, count: number, since: number, now: number): Notice {
  const title = `${count} ${count === 1 ? 'notice' : 'notices'} could not be delivered to ${channel} in time: look into the node`
  const facts = { givenUp: count, since: new Date(since).toISOString() }
  const id = `given-up:${channel}:${since}:${count}`
  return { ...ofTheNode, id, severity: 'error', time: new Date(now).toISOString(), title, facts }
}

/** Tells the other channels that one gives notices up; once for each time that it begins to. */
export function givenUpElsewhere(channel: string, count: number, since: number, reason: string | null): Notice {
  const title = `The channel ${channel} cannot deliver: notices are being given up`
  const facts = { channel, givenUp: count, reason }
  const id = `given-up-elsewhere:${channel}:${since}`
  return { ...ofTheNode, id, severity: 'error', time: new Date(since).toISOString(), title, facts }
}
