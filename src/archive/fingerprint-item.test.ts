import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testSite } from '../../lab/test-site.ts'
import { openSession } from '../capture/session.ts'
import { findItem } from '../site/item-lookup.ts'
import { fingerprintItem, hasFingerprint } from './fingerprint-item.ts'
import { paces } from './target.ts'

const signal = () => AbortSignal.timeout(20_000)

test('an item has a fingerprint that changes with it, and not with a capture', async () => {
  await using site = await testSite([{ id: 'plc/program', path: './plc' }])
  await site.write('plc/main.st', 'x := 1')
  await using archive = await site.open()
  const of = findItem(archive.site, 'plc/program')!
  const context = { paces: paces(archive.site), sessionWait: 100 }
  const read = () => fingerprintItem(archive, of, context, signal())
  assert.equal(hasFingerprint(archive, of), true)
  const first = await read()
  assert.equal(typeof first, 'string')
  assert.equal((await site.run(['capture'])).code, 0)
  assert.equal(await read(), first)
  await site.write('plc/main.st', 'x := 22')
  assert.notEqual(await read(), first)
})

test('a fingerprint waits for the one session of a device, and gives up in time', async () => {
  await using site = await testSite([{ id: 'plc/program', path: './plc' }])
  await site.write('plc/main.st', 'x := 1')
  await using archive = await site.open()
  const of = findItem(archive.site, 'plc/program')!
  const files = archive.connectors.get('files')!
  const onDevice = { ...archive, connectors: new Map([['files', { ...files, device: () => 'plc:21' }]]) }
  const read = () => fingerprintItem(onDevice, of, { paces: paces(archive.site), sessionWait: 100 }, signal())
  {
    await using _held = await openSession({ folder: archive.paths.run, device: 'plc:21', wait: 0 }, signal())
    await assert.rejects(read(), { code: 'device-busy' })
  }
  assert.equal(typeof (await read()), 'string')
})
