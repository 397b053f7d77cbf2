import { setTimeout as sleep } from 'node:timers/promises'
import type { Item } from '../api/schema/item.ts'
import type { Approvals, RestoreAnswer, Run } from '../api/schema/run.ts'
import { BlackstartError } from '../errors.ts'
import { ask } from './ask.ts'
import type { Invocation } from './invocation.ts'
import type { NodeClient } from './node-client.ts'

export interface WriteWords {
  readonly yes?: boolean
  readonly withoutSafetyCapture?: boolean
  readonly reason?: string
  readonly breakGlass?: string
}

/** The node writes a version back, for it reads the same device; waits for the second person where one is asked for. */
export async function restoreByNode(
  invocation: Invocation,
  node: NodeClient,
  item: string,
  version: string,
  words: WriteWords,
): Promise<void> {
  const { out, signal } = invocation
  const { asset, assetName, restore: impact, twoPeople } = await node.ask<Item>('GET', `/api/items/${item}`)
  const device = assetName ?? asset
  const { yes = false, withoutSafetyCapture: withoutSafety = false, reason, breakGlass } = words
  if (twoPeople && reason === undefined && breakGlass === undefined) throw sayWhy(item)
  if (!yes) await confirmWrite({ version, device, impact }, signal)
  const more = { ...(reason && { reason }), ...(breakGlass && { breakGlass }) }
  const asked = { item, version, confirm: item, withoutSafety, ...more }
  let answer = await node.ask<RestoreAnswer>('POST', '/api/restores', asked)
  if (answer.state === 'approval') {
    const { approval } = answer
    out.line(`${item}: a second engineer has to agree, in the pages. Waiting; Ctrl-C ends it.`)
    await approved(node, approval, signal)
    answer = await node.ask<RestoreAnswer>('POST', '/api/restores', { ...asked, approval })
  }
  if (answer.state === 'approval') throw new BlackstartError('refused', `${item}: it waits for a second person again.`)
  const [ended] = await node.follow([answer.run], run => out.line(`${item}: ${stateWords[run.state]}`))
  if (ended?.outcome === 'written') {
    const text = `${device} holds ${ended.version} again, read back and compared.`
    out.result({ item, version: ended.version, device, run: ended.id }, text)
    return
  }
  const by = ended?.stoppedBy ?? 'the node'
  const stopped = { code: 'interrupted', message: `${item}: ${by} stopped it before it was written.` }
  const { code, message } = ended?.error ?? stopped
  throw new BlackstartError(code === 'mismatch' ? 'mismatch' : 'refused', message)
}

function sayWhy(item: string): BlackstartError {
  return new BlackstartError(
    'refused',
    `${item}: its zone asks for a second person, who wants to know why: --reason TEXT. Or without one: --break-glass REASON.`,
  )
}

export interface Write {
  readonly version: string
  readonly device: string
  readonly impact: 'writes' | 'stops' | 'unsupported'
}

/** Throws `refused` where the answer is not yes, or nobody can be asked. What cannot be written anyway is not asked. */
export async function confirmWrite({ version, device, impact }: Write, signal: AbortSignal): Promise<void> {
  if (impact === 'unsupported') return
  const question = `Write ${version} to ${device}?${impact === 'stops' ? ' This STOPS the machine.' : ''}`
  if (process.stdin.isTTY !== true) {
    throw new BlackstartError('refused', `${question} Nobody can be asked here: add --yes.`)
  }
  const answer = await ask(`${question} Type yes: `, { hidden: false }, signal)
  if (answer.trim().toLowerCase() !== 'yes') throw new BlackstartError('refused', 'Nothing was written.')
}

const stateWords: Readonly<Record<Run['state'], string>> = {
  waiting: 'waiting for its device',
  reading: 'capturing what the device holds now',
  writing: 'writing',
  'reading-back': 'reading back',
  comparing: 'comparing',
  storing: 'storing',
  ended: 'done',
}

/** Milliseconds. */
const askEvery = 1_000

async function approved(node: NodeClient, id: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { rows } = await node.ask<Approvals>('GET', '/api/approvals')
    const found = rows.find(one => one.id === id)
    if (found?.state === 'approved') return
    if (found === undefined || found.state !== 'waiting') {
      const who = found?.decider === null || found === undefined ? '' : ` by ${found.decider}`
      throw new BlackstartError(
        'refused',
        `It was not agreed to: ${found?.state ?? 'gone'}${who}. Nothing was written.`,
      )
    }
    await sleep(askEvery, undefined, { signal })
  }
}
