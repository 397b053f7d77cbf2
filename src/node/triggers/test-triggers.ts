import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { once } from 'node:events'
import os from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { siteFrom } from '../../../lab/test-facts.ts'
import { siteText } from '../../../lab/test-site.ts'
import type { Site, SnmpTrigger, SyslogTrigger, Trigger } from '../../site/site.ts'
import type { Asked } from './coalesce.ts'
import { openTriggers, type TriggerDeps, type Triggers } from './open-triggers.ts'
import type { TriggerState } from './trigger-state.ts'

/** Milliseconds: what takes seconds in a plant. */
const timing = { calm: 50, longest: 500, gap: 50 }
const pauses = { first: 50, longest: 200 }

export const loopback = { listen: '127.0.0.1', port: 0, everyInterface: false }

export function syslogTrigger(
  options: Partial<SyslogTrigger['options']> = {},
  more: Partial<SyslogTrigger> = {},
): SyslogTrigger {
  const all = { ...loopback, transport: 'udp' as const, relays: [], ...options }
  return { id: 'syslog', via: 'syslog', items: [], notes: null, match: [], options: all, ...more }
}

export function snmpTrigger(
  options: Partial<SnmpTrigger['options']> = {},
  more: Partial<SnmpTrigger> = {},
): SnmpTrigger {
  const all = { ...loopback, version: null, community: { secret: 'traps' }, ...options }
  return { id: 'traps', via: 'snmp', items: [], notes: null, oids: [], options: all, ...more }
}

/** Two assets with addresses, `switch-a` (127.0.0.1) and `plc` (127.0.0.3), and one without. */
export function testSiteWith(triggers: readonly Trigger[]): Site {
  const site = siteFrom(
    siteText([
      { id: 'switch-a/config', path: './switch' },
      { id: 'switch-a/firmware', path: './firmware' },
      { id: 'plc/program', path: './plc' },
      { id: 'hmi/project', path: './hmi' },
    ]),
  )
  const addresses = new Map([
    ['switch-a', '127.0.0.1'],
    ['plc', '127.0.0.3'],
  ])
  const assets = site.assets.map(asset => ({ ...asset, address: addresses.get(asset.id) ?? null }))
  return { ...site, assets, triggers }
}

export interface TestTriggers extends AsyncDisposable {
  readonly triggers: Triggers
  readonly asked: Asked[]
  state(id?: string): TriggerState
  /** The state, once it fulfils the condition. */
  until(condition: (state: TriggerState) => boolean, id?: string): Promise<TriggerState>
  /** What was asked for, once there are so many. */
  askedFor(count: number): Promise<readonly Asked[]>
  /** The port on which a trigger listens, once it does. */
  port(id?: string): Promise<number>
}

export function testTriggers(
  triggers: readonly Trigger[],
  deps: Partial<TriggerDeps> & { readonly site?: Site } = {},
): TestTriggers {
  const asked: Asked[] = []
  const opened = openTriggers(
    deps.site ?? testSiteWith(triggers),
    { folder: os.tmpdir(), secret: name => `secret of ${name}`, now: () => new Date(), timing, pauses, ...deps },
    more => void asked.push(...more),
    AbortSignal.timeout(60_000),
  )
  const state = (id?: string) => {
    const found = opened.states().find(one => id === undefined || one.id === id)
    assert.ok(found)
    return found
  }
  const until = async (condition: (state: TriggerState) => boolean, id?: string) => {
    await eventually(
      () => condition(state(id)),
      () => JSON.stringify(state(id)),
    )
    return state(id)
  }
  return {
    triggers: opened,
    asked,
    state,
    until,
    async askedFor(count) {
      await eventually(
        () => asked.length >= count,
        () => JSON.stringify([asked, opened.states()]),
      )
      return asked
    },
    async port(id) {
      const { text } = await until(({ status }) => status === 'working', id)
      return Number(/:(\d+)$/.exec(text)?.[1])
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
}

/** Waits until the condition holds; fails after ten seconds. */
export async function eventually(condition: () => boolean, shown: () => string = () => ''): Promise<void> {
  const until = performance.now() + 10_000
  while (!condition()) {
    assert.ok(performance.now() < until, `never came true: ${shown()}`)
    await sleep(10)
  }
}

/** Sends datagrams from an address of the loopback network. */
export async function sendUdp(port: number, messages: readonly (string | Uint8Array)[], from = '127.0.0.1') {
  const socket = dgram.createSocket('udp4')
  try {
    socket.bind({ address: from, port: 0 })
    await once(socket, 'listening')
    for (const [index, message] of messages.entries()) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      socket.send(message, port, '127.0.0.1', error => (error === null ? resolve() : reject(error)))
      await promise
      if (index % 50 === 49) await sleep(1) // or the system drops what we are too slow for
    }
  } finally {
    socket.close()
  }
}
