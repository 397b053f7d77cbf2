import assert from 'node:assert/strict'
import { chmod, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { z } from 'zod'
import { type TestSite, testSite } from '../../lab/test-site.ts'
import { itemOf, quickSweep, sweepAll } from '../../lab/test-sweep.ts'
import { normaliserVersion } from '../compare/normalise.ts'
import { BlackstartError } from '../errors.ts'
import type { AnyConnector, Archive } from './archive.ts'
import { contentOf } from './content-of-version.ts'
import { findVersion } from './find-version.ts'
import { reconcile } from './reconcile.ts'
import { sweep } from './sweep.ts'
import { isQuiet, openSweepSession } from './sweep-session.ts'

const item = 'plc/program'
const never = new AbortController().signal

const pou = (lineId: number, body: string) => `<?xml version="1.0" encoding="utf-8"?>
<TcPlcObject Version="1.1.0.1" ProductVersion="3.1.4024.${lineId}">
  <POU Name="MAIN" Id="{1}"><Declaration><![CDATA[PROGRAM MAIN]]></Declaration>
    <Implementation><ST><![CDATA[${body}]]></ST></Implementation>
    <LineIds Name="MAIN"><LineId Id="${lineId}" Count="1" /></LineIds>
  </POU>
</TcPlcObject>
`

async function plcSite(): Promise<TestSite> {
  const site = await testSite([{ id: item, path: './program' }])
  await site.write('program/MAIN.TcPOU', pou(1, 'x := 1;'))
  return site
}

async function outcome(archive: Archive): Promise<string> {
  const [result] = await sweepAll(archive)
  return result?.error?.code ?? result?.outcome ?? ''
}

test('what changes, and what only looks changed', async () => {
  await using site = await plcSite()
  await using archive = await site.open()
  assert.equal(await outcome(archive), 'version')
  assert.equal(await outcome(archive), 'confirmed')
  await utimes(site.at('program/MAIN.TcPOU'), 1_000_000, 1_000_000)
  assert.equal(await outcome(archive), 'confirmed', 'a time alone is no change')
  await site.write('program/MAIN.TcPOU', pou(2, 'x := 1;'))
  assert.equal(await outcome(archive), 'equivalent', 'volatile bytes are kept, and are no change')
  await site.write('program/MAIN.TcPOU', pou(2, 'x := 2;'))
  assert.equal(await outcome(archive), 'version')
  await site.write('program/MAIN.TcPOU', pou(1, 'x := 1;'))
  assert.equal(await outcome(archive), 'version', 'back to what was before is a change as well')
  await chmod(site.at('program/MAIN.TcPOU'), 0o755)
  assert.equal(await outcome(archive), 'version', 'a permission is content')
  await rename(site.at('program/MAIN.TcPOU'), site.at('program/Main.TcPOU'))
  assert.equal(await outcome(archive), 'version', 'a name is content')
})

test('an item that is read twice before anything is stored has one version, and it is confirmed', async () => {
  await using site = await plcSite()
  await using archive = await site.open()
  await using session = await openSweepSession(archive, quickSweep, never)
  const of = itemOf(archive, item)
  const readings = await Promise.all([1, 2].map(() => session.read(of, { ignoreQuiet: true }, never)))
  await session.commit()
  const results = await Promise.all(readings.map(({ stored }) => stored))
  assert.deepEqual(results.map(({ outcome }) => outcome).sort(), ['confirmed', 'version'])
  assert.equal(new Set(results.map(({ version }) => version)).size, 1)
  await Promise.all([session.captureOwn(), session.captureOwn()])
  assert.equal((await archive.record.catalog.versions('node/site')).length, 1)
})

test('once something could not be stored, whoever waits for what is read in the same session is told so', async () => {
  await using site = await plcSite()
  await using archive = await site.open()
  await using session = await openSweepSession(archive, quickSweep, never)
  const read = () => session.read(itemOf(archive, item), { ignoreQuiet: true }, never)
  const [before, meanwhile] = [await read(), read()]
  await site.write('data/journal.jsonl', '{"seq":0}\n')
  await assert.rejects(session.commit(), { code: 'integrity' })
  await assert.rejects(before.stored, { code: 'integrity' })
  await assert.rejects(
    meanwhile.then(({ stored }) => stored),
    { code: 'integrity' },
  )
  await assert.rejects(read(), { code: 'integrity' }, 'no device is read for nothing')
})

test('an item that held files and suddenly holds none is a failure, not a version', async () => {
  await using site = await plcSite()
  await using archive = await site.open()
  await sweepAll(archive)
  await rm(site.at('program/MAIN.TcPOU'))
  const [result] = await sweepAll(archive)
  assert.equal(result?.error?.code, 'missing')
  assert.match(result?.error?.message ?? '', /^plc\/program: there is nothing to read.*not mounted/)
  assert.equal((await archive.record.catalog.versions(item)).length, 1)
})

test('a version digested by an older normaliser is digested anew, and causes no false change', async () => {
  await using site = await plcSite()
  await using archive = await site.open()
  await sweepAll(archive)
  const { id } = await findVersion(archive.record, item, 'latest')
  await archive.record.catalog.setContent(item, id, 'digest of another normaliser', 'older')
  await site.write('program/MAIN.TcPOU', pou(7, 'x := 1;'))
  assert.equal(await outcome(archive), 'equivalent')
  const before = await findVersion(archive.record, item, id)
  assert.equal(before.normaliser, normaliserVersion)
  assert.equal((await contentOf(archive, before, never)).raw, before.raw)
})

/** Leaves of the journal its first line alone, as if every run since had been killed before it could write. */
async function forgetRecord(site: TestSite, archive: Archive): Promise<void> {
  const file = site.at('data', 'journal.jsonl')
  const [first] = (await readFile(file, 'utf8')).split('\n')
  await writeFile(file, `${first}\n`)
  await archive.record.catalog.clear()
}

test('a version that a killed run left unrecorded is found, and one that is gone is reported lost', async () => {
  await using site = await plcSite()
  await using archive = await site.open()
  await sweepAll(archive)
  const { catalog } = archive.record
  const [version] = await catalog.versions(item)
  await forgetRecord(site, archive)
  const found = await reconcile(archive, never)
  assert.ok(found.found >= 1)
  const [again] = await catalog.versions(item)
  assert.deepEqual({ ...again }, { ...version, seq: again?.seq, received: again?.received })
  assert.deepEqual((await reconcile(archive, never)).found, 0)
  assert.deepEqual((await catalog.states([item])).get(item)?.captureTimes, [], 'nobody measured how long it took')
  await archive.repository.backend.remove('snapshot', version?.snapshot ?? '', never)
  const { lost } = await reconcile(archive, never)
  assert.deepEqual(lost, [{ item, version: version?.id }])
  await assert.rejects(contentOf(archive, await findVersion(archive.record, item, 'latest'), never), {
    code: 'integrity',
  })
  assert.equal(await outcome(archive), 'version', 'a lost version confirms nothing: it is stored again')
})

/** The archive on a disk that makes something else of every pack that it is given. */
function onBadDisk(archive: Archive): Archive {
  const { backend } = archive.repository
  const bad: typeof backend = {
    ...backend,
    write(kind, name, parts, signal) {
      const bytes = Buffer.concat(parts)
      if (kind === 'pack') bytes.writeUInt8(bytes.readUInt8(9) ^ 1, 9)
      return backend.write(kind, name, [bytes], signal)
    },
    async upload(kind, signal) {
      const upload = await backend.upload(kind, signal)
      let first = true
      return {
        ...upload,
        append(bytes) {
          const changed = Buffer.from(bytes)
          if (first) changed.writeUInt8(changed.readUInt8(9) ^ 1, 9)
          first = false
          return upload.append(changed)
        },
      }
    },
  }
  const { repository } = archive
  const wrapped = new Proxy(repository, {
    get(of, name) {
      const value = name === 'backend' ? bad : Reflect.get(of, name, of)
      return typeof value === 'function' ? value.bind(of) : value
    },
  })
  return { ...archive, repository: wrapped }
}

test('what the disk made another thing of is no version, and the next sweep stores it', async () => {
  await using site = await plcSite()
  await using archive = await site.open()
  await assert.rejects(sweepAll(onBadDisk(archive)), {
    code: 'integrity',
    message: /data\/.* was written, and what was read back is something else\. .* Have the disk/,
  })
  assert.deepEqual(await archive.record.catalog.versions(item), [])
  assert.equal((await reconcile(archive, never)).found, 0)
  assert.equal(await outcome(archive), 'version')
  const [version] = await archive.record.catalog.versions(item)
  assert.equal(version?.read_back, 1)
})

test('a version that refers to content which is damaged by now was not read back', async () => {
  await using site = await plcSite()
  await using archive = await site.open()
  await site.write('program/large.bin', Buffer.alloc(300_000, 'as it was'))
  await sweepAll(archive)
  const packs = await Array.fromAsync(archive.repository.backend.list('pack', never))
  for (const { name } of packs) await archive.repository.backend.remove('pack', name, never)
  await site.write('program/MAIN.TcPOU', pou(1, 'x := 3;'))
  await sweepAll(archive)
  const versions = await archive.record.catalog.versions(item)
  assert.deepEqual(
    versions.map(version => version.read_back),
    [1, -1],
  )
})

/** A device of the test's own making; the node's own items are read without trouble. */
function withConnector(archive: Archive, read: () => Promise<void>): Archive {
  const connector: AnyConnector = {
    kind: 'files',
    options: z.unknown(),
    impact: { capture: 'reads', restore: 'unsupported' },
    device: () => null,
    connections: () => [],
    async *capture(target) {
      yield {
        type: 'file',
        path: 'program.bin',
        async read() {
          if (!target.item.startsWith('node/')) await read()
          return { stat: {}, chunks: chunksOf(target.item) }
        },
      }
    },
  }
  return { ...archive, connectors: new Map([['files', connector]]) }
}

async function* chunksOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text)
}

test('a file that changes while it is read is read again; one that never holds still is reported', async () => {
  await using site = await plcSite()
  await using archive = await site.open()
  const changed = () => new BlackstartError('changed-while-read', 'plc/program: program.bin changed', { retry: true })
  let readings = 0
  const calms = withConnector(archive, async () => {
    readings += 1
    if (readings < 3) throw changed()
  })
  assert.equal(await outcome(calms), 'version')
  assert.equal(readings, 3)
  const restless = withConnector(archive, () => Promise.reject(changed()))
  const [result] = await sweepAll(restless)
  assert.equal(result?.error?.code, 'unstable')
  assert.match(result?.error?.message ?? '', /^plc\/program: program\.bin changed each of the 5 times/)
})

test('a failure that may pass is tried again after a pause, one that will not is not', async () => {
  await using site = await plcSite()
  await using archive = await site.open()
  const attempts = async (retry: boolean) => {
    let count = 0
    const failing = withConnector(archive, () => {
      count += 1
      return Promise.reject(new BlackstartError('connection-lost', 'plc/program: the line went dead', { retry }))
    })
    const options = { ...quickSweep, backoff: [1, 1, 1] }
    await sweep(failing, [itemOf(archive, item)], options, never)
    return count
  }
  assert.equal(await attempts(true), 3, 'once, and two retries by default')
  assert.equal(await attempts(false), 1)
})

test('an abort ends a sweep at once, keeps what was read whole, and calls the rest interrupted', async () => {
  await using site = await testSite([
    { id: 'a/program', path: './a' },
    { id: 'b/program', path: './b' },
  ])
  await using archive = await site.open()
  const abort = new AbortController()
  const slow = withConnector(archive, async () => {
    if (!abort.signal.aborted) abort.abort()
  })
  const options = { ...quickSweep, concurrency: 1 }
  const items = ['a/program', 'b/program'].map(id => itemOf(archive, id))
  const results = await sweep(slow, items, options, abort.signal)
  assert.deepEqual(
    results.map(result => result.error?.code),
    ['interrupted', 'interrupted'],
  )
  assert.equal((await sweepAll(withConnector(archive, () => Promise.resolve()))).length, 2)
})

test('inside a quiet window nothing is read, unless somebody insists', async () => {
  await using site = await plcSite()
  await using archive = await site.open()
  const of = itemOf(archive, item)
  const window = { days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 1440 }
  const quiet = { ...of, asset: { ...of.asset, quiet: [window] } }
  assert.equal(isQuiet(archive, of), false)
  assert.equal(isQuiet(archive, quiet), true)
  const options = { ...quickSweep, ignoreQuiet: false }
  const [refused] = await sweep(archive, [quiet], options, never)
  assert.equal(refused?.error?.code, 'refused')
  const [insisted] = await sweep(archive, [quiet], { ...options, ignoreQuiet: true }, never)
  assert.equal(insisted?.outcome, 'version')
})

test('what was read waits for no slow device, and took until it was stored', async () => {
  await using site = await testSite([
    { id: 'quick/program', path: './a' },
    { id: 'slow/program', path: './b' },
  ])
  await using archive = await site.open()
  const stored = Promise.withResolvers<void>()
  const devices = withConnector(archive, async () => undefined)
  const files = devices.connectors.get('files') as AnyConnector
  const slow: AnyConnector = {
    ...files,
    async *capture(target, signal) {
      if (target.item === 'slow/program') await stored.promise
      yield* files.capture(target, signal)
    },
  }
  const onResult = ({ item: id }: { readonly item: string }) => {
    if (id === 'quick/program') stored.resolve()
  }
  const sweepBoth = () =>
    sweep(
      { ...devices, connectors: new Map([['files', slow]]) },
      ['quick/program', 'slow/program'].map(id => itemOf(archive, id)),
      { ...quickSweep, commitEvery: 300, onResult },
      AbortSignal.timeout(20_000),
    )
  const outcomes = async () => (await sweepBoth()).map(result => result.outcome)
  assert.deepEqual(await outcomes(), ['version', 'version'])
  const [version] = await archive.record.catalog.captures('quick/program', 1)
  assert.ok((version?.milliseconds ?? 0) >= 300, `${version?.milliseconds} ms, the wait for the commit included`)
  assert.deepEqual(await outcomes(), ['confirmed', 'confirmed'])
  const [confirmation] = await archive.record.catalog.captures('quick/program', 1)
  assert.equal(confirmation?.outcome, 'confirmed')
  assert.ok((confirmation?.milliseconds ?? 0) > 0)
})
