// What every connector must do, as tests: `connectorContract(name, setup)` in the connector's own test file.
import assert from 'node:assert/strict'
import { lookup } from 'node:dns/promises'
import { describe, type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { BlackstartError, type ErrorCode } from '../errors.ts'
import type { Connector, Entry, EntryStat, Target } from './connector.ts'
import { type Destination, watchSockets } from './watch-sockets.ts'

/** An entry that a test puts on a device. */
export type Given =
  | { readonly type: 'folder'; readonly path: string }
  | { readonly type: 'link'; readonly path: string; readonly target: string }
  | { readonly type: 'file'; readonly path: string; readonly content: Uint8Array }

/** One device, or other source, of one test. */
export interface ContractCase<Options> extends AsyncDisposable {
  readonly connector: Connector<Options>
  /** A target that points at the source; the overrides win. */
  target(overrides?: Partial<Target<Options>>): Target<Options>
  /** What the source can hold; `contractTree` unless it says otherwise. At least one file of some 100 KB. */
  readonly tree?: readonly Given[]
  /** Makes the source hold exactly these. */
  fill(entries: readonly Given[]): Promise<void>
  /** Readies the source to break at `point` (from 1) of `points` of the next capture of the tree; returns what the target needs for it. */
  cutOff(point: number, points: number): Promise<Partial<Target<Options>>>
  /** Readies the source to stop answering in the middle of the next capture. Absent where nothing can fall silent. */
  goSilent?(): Promise<void>
  /** Sessions on the device: now, and the most that there were at once. Absent where there is no device. */
  sessions?(): { readonly open: number; readonly most: number }
  /** What must never be seen in an error. */
  readonly secrets: readonly string[]
  /** Checks that cannot be made, each with the reason. */
  readonly skips?: Partial<Record<ContractCheck, string>>
  /** Why the source offers no fingerprint, although others of the connector do: then there must be none. */
  readonly noFingerprint?: string
  /** Whether a captured file is the given one; by its bytes unless the case says otherwise. */
  same?(captured: Uint8Array, given: Uint8Array): boolean
}

export type ContractCheck = 'exclusions' | 'cut' | 'restore' | 'identical-twice'

/** What a capture may fail with when the source breaks. */
const captureCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'unreachable',
  'login-refused',
  'permission',
  'timeout',
  'connection-lost',
  'truncated',
  'protocol',
  'missing',
  'changed-while-read',
  'unstable',
  'no-end-mark',
  'device-busy',
  'integrity',
])

const sourcesAtOnce = 5
const points = 20

/** Milliseconds that a capture may take to end once its signal aborts. */
const abortPatience = 2000

/** Milliseconds that a capture may take, besides its idle timeout, to give up a silent source. */
const silencePatience = 4000

/** What a sentence for a technician begins with after what happened: something to do. */
const remedy =
  /\. (?:If it stays so, |Nothing (?:of it )?was kept[.;] ?)?(?:Allow|Capture|Check|Close|Correct|Exclude|Export|Free|Give|Make|Move|Narrow|Put|Raise|Rename|Repair|Restart|Run|Set|Stop|Switch|Try|Use|Wait|capture|check)\b/

export const contractTree: readonly Given[] = [
  { type: 'folder', path: 'empty' },
  { type: 'file', path: 'nothing.txt', content: new Uint8Array() },
  { type: 'file', path: 'one.bin', content: Uint8Array.of(0) },
  { type: 'folder', path: 'program' },
  { type: 'file', path: 'program/main.st', content: sampleBytes(180_000, 1) },
  { type: 'folder', path: 'program/deep' },
  { type: 'file', path: 'program/deep/Pâte à pain (2).st', content: sampleBytes(40_000, 2) },
  { type: 'file', path: 'visu.dat', content: sampleBytes(300_001, 3) },
]

/** Bytes that do not compress, the same for the same seed. */
export function sampleBytes(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = seed * 2654435761 + 1
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[at] = state >>> 24
  }
  return bytes
}

/** A target for a test: nothing excluded, no secrets, no limits, every host key trusted. */
export function testTarget<Options>(
  overrides: Partial<Target<Options>> & Pick<Target<Options>, 'options'>,
): Target<Options> {
  return {
    item: 'test-asset/test-item',
    kind: 'program',
    asset: { id: 'test-asset', address: '127.0.0.1' },
    folder: '/',
    excluded: () => false,
    secret: name => {
      throw new BlackstartError('secret-missing', `the secret ${name} is not set`)
    },
    trust: () => undefined,
    pace: { bytes: () => Promise.resolve(), pause: () => Promise.resolve() },
    timeouts: { connect: 5000, idle: 5000 },
    observe: () => undefined,
    ...overrides,
  }
}

/** A captured entry with its whole content. */
export interface Captured {
  readonly type: Entry['type']
  readonly path: string
  readonly stat: EntryStat
  readonly target?: string
  readonly content?: Buffer
}

/** Captures everything into memory. */
export async function captured<Options>(
  connector: Connector<Options>,
  target: Target<Options>,
  signal: AbortSignal = AbortSignal.timeout(60_000),
): Promise<Captured[]> {
  const all: Captured[] = []
  for await (const entry of connector.capture(target, signal)) {
    if (entry.type !== 'file') {
      all.push(entry)
      continue
    }
    const { stat, chunks } = await entry.read(signal)
    const iterator = chunks[Symbol.asyncIterator]()
    const parts: Uint8Array[] = []
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) parts.push(next.value)
    assert.equal((await iterator.next()).done, true, 'no chunk follows the end')
    all.push({ type: 'file', path: entry.path, stat, content: Buffer.concat(parts) })
  }
  return all
}

/** Given entries, as a restore takes them: in chunks of an odd size. */
export async function* entriesOf(given: readonly Given[], stat: EntryStat = {}): AsyncGenerator<Entry> {
  for (const entry of given) {
    if (entry.type !== 'file') yield { ...entry, stat }
    else
      yield { type: 'file', path: entry.path, read: () => Promise.resolve({ stat, chunks: inChunks(entry.content) }) }
  }
}

async function* inChunks(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 10_007) yield content.subarray(at, at + 10_007)
}

/** Registers the contract's tests. `lacking` says why none of them can run here; null when they can. */
export function connectorContract<Options>(
  name: string,
  setup: () => Promise<ContractCase<Options>>,
  lacking: string | null = null,
): void {
  type Check = (source: ContractCase<Options>, tree: readonly Given[], context: TestContext) => Promise<void>
  const check = (title: string, body: Check, kind?: ContractCheck) =>
    test(`${name}: ${title}`, { timeout: 120_000, skip: lacking ?? false }, async context => {
      await using source = await setup()
      const reason = kind === undefined ? undefined : source.skips?.[kind]
      if (reason !== undefined) return context.skip(reason)
      const tree = source.tree ?? contractTree
      await source.fill(tree)
      await body(source, tree, context)
    })

  describe(`the contract of connectors: ${name}`, () => {
    check('yields every entry once, parents before children, with its exact bytes', async (source, tree) => {
      const target = source.target()
      sameEntries(source, await captured(source.connector, target), tree)
    })

    check(
      'gives the same when nothing has changed',
      async ({ connector, target }) => {
        const first = await captured(connector, target())
        assert.deepEqual(await captured(connector, target()), first)
      },
      'identical-twice',
    )

    check('has a fingerprint, if any, that changes with the content, and not without', async (source, tree) => {
      const { connector } = source
      if (connector.fingerprint === undefined) return
      const read = async (overrides: Pick<Partial<Target<unknown>>, 'excluded'> = {}) => {
        const found = await connector.fingerprint?.(source.target(overrides), AbortSignal.timeout(30_000))
        await sessionsEnd(source)
        return found
      }
      const first = await read()
      if (source.noFingerprint !== undefined) {
        assert.equal(first, null, source.noFingerprint)
        return
      }
      assert.ok(typeof first === 'string' && first.length <= 200, 'a short text')
      assert.equal(await read(), first, 'nothing has changed')
      await captured(connector, source.target())
      await sessionsEnd(source)
      assert.equal(await read(), first, 'a capture changes nothing')
      const { path } = tree.findLast(({ type }) => type === 'file') ?? {}
      await source.fill(tree.map(given => (given.path === path ? longer(given) : given)))
      assert.notEqual(await read(), first, 'a file has changed')
      if (source.skips?.exclusions === undefined) {
        const without = await read({ excluded: given => given === path })
        assert.notEqual(without, await read(), 'what is excluded is left out')
      }
      if (source.sessions !== undefined) assert.equal(source.sessions().most, 1)
    })

    check(
      'leaves out what the item excludes, and what is in it',
      async (source, tree) => {
        const out = excludable(tree)
        const inside = (path: string) => path === out || path.startsWith(`${out}/`)
        const target = source.target({ excluded: path => path === out })
        const paths = (await captured(source.connector, target)).map(({ path }) => path)
        const left = tree.map(({ path }) => path).filter(path => !inside(path))
        assert.deepEqual(paths.toSorted(), left.toSorted())
      },
      'exclusions',
    )

    check(
      `fails, in words for a technician, when the source breaks at any of ${points} points`,
      async (_, tree) => {
        const all = Array.from({ length: points }, (_, at) => at + 1)
        // each waits for what never comes: several sources at a time
        await Promise.all(
          Array.from({ length: sourcesAtOnce }, async (_, lane) => {
            await using source = await setup()
            await source.fill(tree)
            for (const point of all.filter(each => each % sourcesAtOnce === lane)) {
              const target = source.target(await source.cutOff(point, points))
              const error = await failureOf(captured(source.connector, target), `at point ${point} of ${points}`)
              asCaptureFailure(source, target, error)
            }
          }),
        )
      },
      'cut',
    )

    check('fails in time, and says so, when the source falls silent', async source => {
      if (source.goSilent === undefined) return // nothing that could
      await source.goSilent()
      const target = source.target({ timeouts: { connect: 5000, idle: 500 } })
      const begun = performance.now()
      const error = await failureOf(captured(source.connector, target), 'silent')
      asCaptureFailure(source, target, error)
      assert.equal(error instanceof BlackstartError ? error.code : null, 'timeout')
      assert.ok(performance.now() - begun < 500 + silencePatience, 'ends in time')
      await sessionsEnd(source)
    })

    check('stops soon when its signal aborts, wherever it is', async source => {
      for (const after of [0, 1, 3]) {
        const controller = new AbortController()
        let calls = 0
        let aborted = performance.now()
        const stop = () => {
          aborted = performance.now()
          controller.abort(new Error('told to stop'))
        }
        const call = () => {
          calls += 1
          if (calls === after) stop()
          return Promise.resolve()
        }
        if (after === 0) stop()
        const target = source.target({ pace: { bytes: call, pause: call } })
        await failureOf(captured(source.connector, target, controller.signal), `aborted at call ${after}`)
        assert.ok(performance.now() - aborted < abortPatience, 'ends in time')
      }
      await sessionsEnd(source)
    })

    check('holds one session at most, and none afterwards, even when the caller loses interest', async source => {
      await captured(source.connector, source.target())
      await sessionsEnd(source)
      for await (const entry of source.connector.capture(source.target(), AbortSignal.timeout(30_000))) {
        if (entry.type !== 'file') continue
        const { chunks } = await entry.read(AbortSignal.timeout(30_000))
        for await (const _ of chunks) break
        break
      }
      await sessionsEnd(source)
      if (source.sessions !== undefined) assert.equal(source.sessions().most, 1)
    })

    check('keeps the pace: announces every byte, and pauses between requests', async (source, tree) => {
      let bytes = 0
      let pauses = 0
      const pace = {
        bytes: async (count: number) => {
          bytes += count
        },
        pause: async () => {
          pauses += 1
        },
      }
      const all = await captured(source.connector, source.target({ pace }))
      assert.ok(bytes >= all.reduce((sum, { content }) => sum + (content?.length ?? 0), 0), 'all bytes are announced')
      assert.ok(pauses >= tree.filter(({ type }) => type === 'file').length, 'pauses at every file')
    })

    check('observes facts as short words and values', async source => {
      const facts: [unknown, unknown][] = []
      const observe = (fact: string, value: string) => void facts.push([fact, value])
      await captured(source.connector, source.target({ observe }))
      for (const [fact, value] of facts) {
        assert.match(String(fact), /^[a-z][a-zA-Z]*$/)
        assert.equal(typeof value, 'string')
      }
    })

    check('knows its options, and refuses one that it does not know', async ({ connector, target }) => {
      const { options } = target()
      assert.equal(connector.options.safeParse(options).success, true)
      assert.equal(connector.options.safeParse({ ...options, nonsense: true }).success, false)
    })

    check('opens no connection but those that it tells', async (source, tree) => {
      const { connector } = source
      const attempts: Destination[] = []
      const target = source.target()
      {
        using _watch = watchSockets(() => ({ attempt: to => void attempts.push(to) }))
        await captured(connector, target)
        const signal = AbortSignal.timeout(60_000)
        await connector.fingerprint?.(target, signal)
        if (source.skips?.restore === undefined) await connector.restore?.(target, entriesOf(tree), signal)
      }
      const { item, asset, options } = target
      const told = connector.connections({ item, asset, options })
      for (const { transport, ports } of told) {
        assert.equal(transport, 'tcp', 'what goes by UDP cannot be watched: extend this check')
        assert.ok(1 <= ports.from && ports.from <= ports.to && ports.to <= 65_535)
      }
      assert.equal(attempts.length > 0, told.length > 0, 'opens connections where it tells some, and only there')
      const hosts = await Promise.all(
        told.map(async needed => ({ ...needed, addresses: await addressesOf(needed.host) })),
      )
      for (const { address, port } of attempts) {
        const expected = hosts.some(
          ({ addresses, ports }) => addresses.includes(address) && ports.from <= port && port <= ports.to,
        )
        assert.ok(expected, `${address}:${port} is none of ${JSON.stringify(told)}`)
      }
      if (told.length === 0) return
      const nowhere = { item, asset: { ...asset, address: null }, options: { ...options, host: undefined } }
      assert.throws(() => connector.connections(nowhere), { code: 'site-invalid' })
    })

    check(
      'restores what it captured',
      async (source, tree) => {
        const { connector } = source
        if (connector.restore === undefined) return assert.equal(connector.impact.restore, 'unsupported')
        const before = await captured(connector, source.target())
        const given: Given[] = before.map(({ type, path, content, target }) => {
          if (type === 'file') return { type, path, content: content ?? new Uint8Array() }
          return type === 'link' ? { type, path, target: target ?? '' } : { type, path }
        })
        await source.fill([])
        await connector.restore(source.target(), entriesOf(given), AbortSignal.timeout(60_000))
        sameEntries(source, await captured(connector, source.target()), tree)
        await connector.restore(source.target(), entriesOf(given), AbortSignal.timeout(60_000)) // over what is there
        sameEntries(source, await captured(connector, source.target()), tree)
        await sessionsEnd(source)
      },
      'restore',
    )
  })
}

function sameEntries<Options>(source: ContractCase<Options>, all: readonly Captured[], tree: readonly Given[]): void {
  const paths = all.map(({ path }) => path)
  assert.deepEqual(paths.toSorted(), tree.map(({ path }) => path).toSorted(), 'every entry, and each once')
  const seen = new Set<string>()
  for (const { path } of all) {
    const parent = path.split('/').slice(0, -1).join('/')
    assert.ok(parent === '' || seen.has(parent), `${parent} comes before ${path}`)
    seen.add(path)
  }
  const same = source.same ?? ((one, other) => Buffer.from(one).equals(other))
  for (const given of tree) {
    const found = all.find(({ path }) => path === given.path)
    assert.equal(found?.type, given.type, given.path)
    if (given.type === 'link') assert.equal(found?.target, given.target)
    if (given.type === 'file')
      assert.ok(same(found?.content ?? new Uint8Array(), given.content), `content of ${given.path}`)
  }
}

/** The file with a byte more. */
function longer(given: Given): Given {
  return given.type === 'file' ? { ...given, content: Buffer.concat([given.content, Uint8Array.of(1)]) } : given
}

/** A folder that holds something, or else the first file. */
function excludable(tree: readonly Given[]): string {
  const folder = tree.find(
    ({ type, path }) => type === 'folder' && tree.some(other => other.path.startsWith(`${path}/`)),
  )
  return (folder ?? tree.find(({ type }) => type === 'file') ?? tree[0]!).path
}

async function addressesOf(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

async function failureOf(promise: Promise<unknown>, when: string): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  return assert.fail(`${when}: ended as if it were whole`)
}

function asCaptureFailure<Options>(source: ContractCase<Options>, target: Target<Options>, error: unknown): void {
  const shown = inspect(error, { depth: 8 })
  assert.ok(error instanceof BlackstartError, `a BlackstartError, not ${shown}`)
  assert.ok(captureCodes.has(error.code), `a failure of a capture, not ${error.code}: ${error.message}`)
  assert.ok(error.message.startsWith(`${target.item}: `), error.message)
  assert.match(error.message, remedy, 'says what to do')
  assert.doesNotMatch(error.message, /undefined|\bnull\b|\[object|NaN/, 'has no holes')
  for (const secret of source.secrets) assert.ok(!shown.includes(secret), 'no secret in an error')
}

async function sessionsEnd<Options>({ sessions }: ContractCase<Options>): Promise<void> {
  const deadline = performance.now() + abortPatience
  while (sessions !== undefined && sessions().open > 0) {
    assert.ok(performance.now() < deadline, 'the session is given back')
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
