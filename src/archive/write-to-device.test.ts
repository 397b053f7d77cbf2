import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { type TestSite, testSite } from '../../lab/test-site.ts'
import { itemOf, quickSweep, sweepAll } from '../../lab/test-sweep.ts'
import { BlackstartError } from '../errors.ts'
import type { AnyConnector, Archive } from './archive.ts'
import { findVersion } from './find-version.ts'
import { emptyCatalog } from './record.ts'
import { writeToDevice } from './write-to-device.ts'

const item = 'plc/program'
const never = new AbortController().signal

function plcSite(): Promise<TestSite> {
  return testSite([{ id: item, path: './program' }])
}

/** The device's own connector, but for what a write does. */
function withRestore(archive: Archive, restore: NonNullable<AnyConnector['restore']>): Archive {
  const files = archive.connectors.get('files')
  assert.ok(files)
  return { ...archive, connectors: new Map([['files', { ...files, restore }]]) }
}

async function capture(site: TestSite, archive: Archive, text: string): Promise<void> {
  await site.write('program/MAIN.st', text)
  await sweepAll(archive)
}

async function writeFirst(archive: Archive, steps: string[] = []) {
  const [first] = await archive.record.catalog.versions(item)
  const version = await findVersion(archive.record, item, first?.id ?? '')
  const options = {
    sweep: quickSweep,
    withoutSafety: false,
    reason: 'wrong recipe',
    onStep: (step: string) => void steps.push(step),
  }
  return writeToDevice(archive, itemOf(archive, item), version, options, never)
}

async function journalled(archive: Archive): Promise<string[]> {
  const lines = await Array.fromAsync(archive.record.journal.lines(null))
  return lines.flatMap(({ line: { event } }) => (event.type === 'restored' ? [event.result] : []))
}

test('a version is written back after a safety capture, read back, and compared', async () => {
  await using site = await plcSite()
  await using archive = await site.open()
  await capture(site, archive, 'x := 1;')
  await site.write('program/MAIN.st', 'x := 2; (* never captured *)')
  const steps: string[] = []
  const written = await writeFirst(archive, steps)
  assert.deepEqual(steps, ['safety', 'write', 'read-back', 'compare'])
  assert.equal(await readFile(site.at('program/MAIN.st'), 'utf8'), 'x := 1;')
  assert.equal((await archive.record.catalog.versions(item)).length, 3)
  assert.equal(written.comparison.equal, true)
  assert.deepEqual(await journalled(archive), ['done'])
})

test('a device that holds something else afterwards is a mismatch that names what it held before', async () => {
  await using site = await plcSite()
  await using archive = await site.open()
  await capture(site, archive, 'x := 1;')
  await capture(site, archive, 'x := 2;')
  const [, second] = await archive.record.catalog.versions(item)
  const liar = withRestore(archive, () => site.write('program/MAIN.st', 'x := 7;'))
  await assert.rejects(writeFirst(liar), (error: unknown) => {
    assert.ok(error instanceof BlackstartError)
    assert.equal(error.code, 'mismatch')
    assert.match(error.message, /Do not start the machine/)
    assert.ok(error.message.endsWith(`Before the writing it held ${item}@${second?.id}.`), error.message)
    return true
  })
  assert.deepEqual(await journalled(archive), ['mismatch'])
})

test('which write-back made a version is told, also by a catalog that is filled anew; one that confirmed it made none', async () => {
  await using site = await plcSite()
  {
    await using archive = await site.open()
    await capture(site, archive, 'x := 1;')
    await capture(site, archive, 'x := 2;')
    await writeFirst(archive)
    await writeFirst(archive)
  }
  await emptyCatalog(site.folder)
  await using archive = await site.open()
  const { catalog } = archive.record
  const ids = (await catalog.versions(item)).map(({ id }) => id)
  assert.equal(ids.length, 3)
  const writes = await catalog.histories.writes(item, ids)
  assert.deepEqual(
    [...writes].map(([made, { version, result, reason }]) => [made, version, result, reason]),
    [[ids[2], ids[0], 'done', 'wrong recipe']],
  )
  const newest = await catalog.histories.newestWrites(5)
  assert.deepEqual(
    newest.map(({ made }) => made),
    [null, ids[2]],
  )
})

test('a write that breaks off is journalled as failed', async () => {
  await using site = await plcSite()
  await using archive = await site.open()
  await capture(site, archive, 'x := 1;')
  const broken = withRestore(archive, () => {
    throw new BlackstartError('connection-lost', `${item}: the device stopped answering`)
  })
  await assert.rejects(writeFirst(broken), { code: 'connection-lost', message: /Before the writing it held/ })
  assert.deepEqual(await journalled(archive), ['failed'])
})

test('nothing is written to a device that could not be captured first', async () => {
  await using site = await plcSite()
  await using archive = await site.open()
  await capture(site, archive, 'x := 1;')
  const files = archive.connectors.get('files')
  assert.ok(files)
  const blind: AnyConnector = {
    ...files,
    // biome-ignore lint/correctness/useYield: it fails before it could
    async *capture(target) {
      if (target.item === item) throw new BlackstartError('unreachable', `${item}: nobody answers`)
    },
    restore: () => Promise.reject(new Error('it was written to')),
  }
  await assert.rejects(writeFirst({ ...archive, connectors: new Map([['files', blind]]) }), {
    code: 'refused',
    message: /nothing was written.*nobody answers.*--without-safety-capture/,
  })
})
