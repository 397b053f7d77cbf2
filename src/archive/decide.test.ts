import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { acknowledge, endAcknowledgement } from './decide.ts'
import type { JournalEvent } from './journal-event.ts'
import { emptyCatalog, openRecord, type SiteRecord } from './record.ts'
import { recordConnections } from './record-connections.ts'

const never = new AbortController().signal
const finding = { code: 'single-place', subject: 'plc/program' }
const until = Temporal.Instant.from('2027-01-01T00:00:00Z')
const bearing = { ...finding, severity: 'high', reason: 'the second disk is ordered', until } as const

interface Clock {
  now: Date
}

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-decide-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

function recordOf(folder: string, clock: Clock = { now: new Date('2026-11-24T00:00:00Z') }): Promise<SiteRecord> {
  return openRecord({ folder, actor: 'jo@node', now: () => clock.now })
}

async function lines(record: SiteRecord): Promise<JournalEvent[]> {
  return (await Array.fromAsync(record.journal.lines(null))).map(({ line }) => line.event)
}

test('an acknowledgement stands until it is ended, the newest one of a finding, also after a rebuild', async t => {
  const folder = await folderOf(t)
  {
    await using record = await recordOf(folder)
    await acknowledge(record, [bearing], never)
    await acknowledge(record, [{ ...bearing, reason: 'delivered in March', severity: 'medium' }], never)
    await acknowledge(record, [{ ...bearing, subject: 'hmi/project' }], never)
    await endAcknowledgement(record, { ...finding, subject: 'hmi/project' }, 'done', never)
    await acknowledge(record, [{ ...bearing, code: 'stale' }], never)
    await endAcknowledgement(record, { ...finding, code: 'stale' }, 'captured', never)
    await acknowledge(record, [{ ...bearing, code: 'stale' }], never)
  }
  const standing = async () => {
    await using record = await recordOf(folder)
    return (await record.catalog.acknowledgements()).map(one => [one.code, one.subject, one.severity, one.reason])
  }
  const expected = [
    ['single-place', 'plc/program', 'medium', 'delivered in March'],
    ['stale', 'plc/program', 'high', bearing.reason],
  ]
  assert.deepEqual(await standing(), expected)
  await emptyCatalog(folder)
  assert.deepEqual(await standing(), expected)
})

test('nothing is borne without a reason, for a time that is over, or ended that is not borne', async t => {
  await using record = await recordOf(await folderOf(t))
  await assert.rejects(acknowledge(record, [{ ...bearing, reason: ' ' }], never), { code: 'usage', message: /say why/ })
  const past = Temporal.Instant.from('2026-11-24T00:00:00Z')
  await assert.rejects(acknowledge(record, [{ ...bearing, until: past }], never), { code: 'usage', message: /is over/ })
  await assert.rejects(endAcknowledgement(record, finding, 'done', never), { code: 'not-found' })
  assert.deepEqual(await lines(record), [])
})

test('a hold that was released and given again within one reading of the journal stays', async t => {
  const folder = await folderOf(t)
  {
    await using record = await recordOf(folder)
    const version = { item: 'plc/program', version: 'v1' }
    for (const type of ['held', 'released', 'held'] as const) {
      await record.add([{ type, ...version, reason: type }], never)
    }
  }
  await emptyCatalog(folder)
  await using record = await recordOf(folder)
  assert.equal((await record.catalog.holds('plc/program')).length, 1)
})

test('a connection is journalled once a day', async t => {
  const clock = { now: new Date('2026-11-24T00:00:00Z') }
  await using record = await recordOf(await folderOf(t), clock)
  const [ssh, ftp] = [22, 21].map(port => ({ item: 'plc/program', host: '192.0.2.7', port }))
  assert.ok(ssh && ftp)
  await recordConnections(record, [], never)
  await recordConnections(record, [ssh, ssh], never)
  clock.now = new Date('2026-11-24T23:59:00Z')
  await recordConnections(record, [ssh, ftp], never)
  clock.now = new Date('2026-11-25T00:00:00Z')
  await recordConnections(record, [ssh, ftp], never)
  assert.deepEqual(
    (await lines(record)).map(event => (event.type === 'connected' ? event.connections : [])),
    [[ssh], [ftp], [ssh]],
  )
  assert.deepEqual(
    (await record.catalog.connections()).map(({ port, first, last }) => [port, first.slice(0, 10), last.slice(0, 10)]),
    [
      [21, '2026-11-24', '2026-11-24'],
      [22, '2026-11-24', '2026-11-25'],
    ],
  )
})
