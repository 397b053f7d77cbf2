import http from 'node:http'
import https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Run, Runs } from '../api/schema/run.ts'
import { shortAddress, socketPath } from '../api/socket-file.ts'
import { sitePaths } from '../archive/site-paths.ts'
import { BlackstartError, type ErrorCode, reasonOf, systemCode } from '../errors.ts'
import { readPassword } from '../node/read-password.ts'
import type { Invocation } from './invocation.ts'

/**
 * The node that works on the site: asked over its socket as the user who runs the command, or where `$BLACKSTART_NODE` says, with the
 * token in the file `$BLACKSTART_TOKEN_FILE`.
 */
export interface NodeClient {
  /** The answer's document. Throws what the node says. */
  ask<Answer>(method: 'GET' | 'POST', route: string, body?: unknown): Promise<Answer>
  /** The same after Ctrl-C too: to stop what goes on, and to see how it ends. */
  askOn<Answer>(method: 'GET' | 'POST', route: string): Promise<Answer>
  /** Waits until the runs have ended, and tells each time that one has changed. Stops what has not ended when `signal` aborts. */
  follow(runs: readonly Run[], onChange: (run: Run) => void): Promise<readonly Run[]>
}

/** Runs that are asked for in one request. */
const atOnce = 400
/** Milliseconds between two looks. */
const lookEvery = 200
const longestAnswer = 64 * 1024 * 1024

/** How a node is reached. */
type Door =
  | { readonly kind: 'socket'; readonly socket: string; readonly actor: string }
  | { readonly kind: 'address'; readonly address: URL; readonly token: string }

/** Null where no node works on the site, and none is named. Throws `timeout` for one that hangs. */
export async function findNode(invocation: Invocation): Promise<NodeClient | null> {
  const { signal } = invocation
  const named = await namedDoor(process.env)
  const door = named ?? ownDoor(invocation)
  const state = await healthOf(door, signal)
  if (state === null) return null
  if (state.site === 'refused') {
    invocation.out.line(
      'The node goes by the site.yaml of before: the one on the disk has errors. See: blackstart check',
    )
  }
  const ask: NodeClient['ask'] = (method, route, body) => send(door, { method, route, body }, signal)
  const askOn: NodeClient['askOn'] = (method, route) => send(door, { method, route }, new AbortController().signal)
  return { ask, askOn, follow: (runs, onChange) => follow(door, runs, onChange, signal) }
}

/** What the node says of itself that works on the site folder; null where none does. Throws as `findNode`. */
export function nodeHealth(invocation: Invocation): Promise<NodeHealth | null> {
  return healthOf(ownDoor(invocation), invocation.signal)
}

function ownDoor({ folder, actor }: Invocation): Door {
  return { kind: 'socket', socket: shortAddress(socketPath(sitePaths(folder).run)), actor }
}

/** A node that works answers that at once, whatever else it does. Milliseconds. */
const answersWithin = 10_000

/** What counts here of `/healthz`; a node of another release may say less. */
const healthForm = z.object({ site: z.string().catch('in-force'), problems: z.array(z.string()).catch([]) })
export type NodeHealth = z.infer<typeof healthForm>

/** Null where nothing listens on this machine. */
async function healthOf(door: Door, signal: AbortSignal): Promise<NodeHealth | null> {
  const late = AbortSignal.timeout(answersWithin)
  try {
    // with 503, too, it works: its journal is broken, or it stops
    const { document, status } = await exchange(
      door,
      { method: 'GET', route: '/healthz' },
      AbortSignal.any([signal, late]),
    )
    const { success, data } = healthForm.safeParse(document)
    if (success) return data
    throw told(document, status)
  } catch (error) {
    if (late.aborted && !signal.aborted) throw hangs(error)
    const code = systemCode(error instanceof BlackstartError ? error.cause : error)
    const isGone = code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR'
    if (door.kind === 'socket' && isGone) return null
    throw error
  }
}

function hangs(cause: unknown): BlackstartError {
  const sentence = `The node of this site takes connections, and has not answered for ${answersWithin / 1000} s. Look at its log and at what the machine does; or stop the node, by force where it must be, and run this again: then it is done without the node.`
  return new BlackstartError('timeout', sentence, { cause })
}

async function namedDoor({
  BLACKSTART_NODE: url,
  BLACKSTART_TOKEN_FILE: file,
}: NodeJS.ProcessEnv): Promise<Door | null> {
  if (url === undefined || url === '') return null
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new BlackstartError('usage', 'BLACKSTART_NODE is no address such as https://10.1.3.2:8470/.')
  }
  if (file === undefined) {
    const how = 'blackstart people token make NAME'
    throw new BlackstartError(
      'usage',
      `BLACKSTART_TOKEN_FILE names no file with a token for ${url}. Make one on the node: ${how}`,
    )
  }
  return { kind: 'address', address: new URL(url), token: await readPassword(file) }
}

async function follow(
  door: Door,
  runs: readonly Run[],
  onChange: (run: Run) => void,
  signal: AbortSignal,
): Promise<readonly Run[]> {
  const known = new Map(runs.map(run => [run.id, run]))
  const never = new AbortController().signal
  let stopped = false
  while ([...known.values()].some(({ state }) => state !== 'ended')) {
    if (signal.aborted && !stopped) {
      stopped = true
      const going = [...known.values()].filter(({ state }) => state !== 'ended')
      for (const { id } of going) await send(door, { method: 'POST', route: `/api/runs/${id}/stop` }, never)
    }
    const going = [...known.values()].filter(({ state }) => state !== 'ended')
    for (const run of await lookAt(door, going, never)) {
      const before = known.get(run.id)
      known.set(run.id, run)
      if (before?.state !== run.state) onChange(run)
    }
    await sleep(lookEvery)
  }
  return [...known.values()]
}

/** Runs of which the node knows nothing any more have ended, and nobody knows how. */
async function lookAt(door: Door, runs: readonly Run[], signal: AbortSignal): Promise<readonly Run[]> {
  const found: Run[] = []
  for (let at = 0; at < runs.length; at += atOnce) {
    const asked = runs.slice(at, at + atOnce)
    const route = `/api/runs?ids=${asked.map(({ id }) => id).join(',')}`
    const { rows } = await send<Runs>(door, { method: 'GET', route }, signal)
    const known = new Map(rows.map(run => [run.id, run]))
    found.push(...asked.map(run => known.get(run.id) ?? forgotten(run)))
  }
  return found
}

function forgotten(run: Run): Run {
  const message = `${run.item}: the node does not know any more what came of it. See: blackstart versions ${run.item}`
  return { ...run, state: 'ended', outcome: 'failed', error: { code: 'internal', message, remedy: '' } }
}

interface Sent {
  readonly method: string
  readonly route: string
  readonly body?: unknown
}

async function send<Answer>(door: Door, sent: Sent, signal: AbortSignal): Promise<Answer> {
  const { status, document } = await exchange(door, sent, signal)
  if (status >= 200 && status < 300) return document as Answer
  throw told(document, status)
}

async function exchange(
  door: Door,
  { method, route, body }: Sent,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly document: unknown }> {
  const text = body === undefined ? null : JSON.stringify(body)
  const headers = {
    ...(door.kind === 'socket' ? { 'x-blackstart-actor': door.actor } : { authorization: `Bearer ${door.token}` }),
    ...(text === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  }
  const { status, answer } = await new Promise<{ status: number; answer: string }>((resolve, reject) => {
    const common = { method, headers, signal, agent: false as const }
    const isSafe = door.kind === 'address' && door.address.protocol === 'https:'
    const where =
      door.kind === 'socket' ? { socketPath: door.socket, path: route } : partsOf(new URL(route, door.address))
    const sent = (isSafe ? https : http).request({ ...common, ...where }, response => {
      let got = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        got += part
        if (got.length > longestAnswer) response.destroy(new Error('the answer has no end'))
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, answer: got }))
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(text ?? undefined)
  }).catch((error: unknown) => {
    throw unreachable(error)
  })
  return { status, document: parsed(answer) }
}

function partsOf({ hostname, port, pathname, search }: URL) {
  return { hostname: hostname.replace(/^\[|\]$/g, ''), port, path: `${pathname}${search}` }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** What TLS says of a certificate that nobody it knows has signed. */
const untrusted: ReadonlySet<string> = new Set([
  ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
  ...['SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
])

function unreachable(error: unknown): unknown {
  const code = systemCode(error)
  if (code === null || code === 'ABORT_ERR') return error
  if (untrusted.has(code)) {
    const sentence =
      'The certificate of the node is of an authority that is not trusted here. On the node: blackstart authority > plant-ca.pem. Bring the file here, and name it in the environment: NODE_EXTRA_CA_CERTS=plant-ca.pem'
    return new BlackstartError('connection-lost', sentence, { cause: error })
  }
  return new BlackstartError('connection-lost', `The node of this site does not answer: ${reasonOf(error)}.`, {
    cause: error,
  })
}

const codes: ReadonlySet<string> = new Set<ErrorCode>([
  ...(['usage', 'site-invalid', 'not-found', 'secret-missing', 'locked', 'isolated', 'integrity', 'storage'] as const),
  ...(['disk-full', 'device-busy', 'unsupported', 'mismatch', 'wrong-password', 'internal'] as const),
])

function told(document: unknown, status: number): BlackstartError {
  const error = document !== null && typeof document === 'object' && 'error' in document ? document.error : null
  return toldError(error, `The node answered ${status}.`)
}

/** What an answer tells of an error: its code and its sentence, or `otherwise`. */
export function toldError(error: unknown, otherwise: string): BlackstartError {
  const of = error !== null && typeof error === 'object' ? error : {}
  const message = 'message' in of && typeof of.message === 'string' ? of.message : otherwise
  const code = 'code' in of && typeof of.code === 'string' && codes.has(of.code) ? (of.code as ErrorCode) : 'refused'
  return new BlackstartError(code, message)
}
