import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordVerification, versionKey } from '../../archive/record-verification.ts'
import { by, item, never, plcSite, watched } from '../test-node.ts'
import { overview } from './overview.ts'
import { everywhere, sightInto } from './sight.ts'

test('damage that a verification found is the first of what needs a person, until it is found sound or borne', async () => {
  await using site = await plcSite()
  await using watch = await watched(site)
  await watch.ended(item, 1)
  await watch.ended('hmi/project', 1)
  const archive = watch.node.archive(by)
  const needs = async (sees = everywhere) => (await overview(watch.node, archive, sees, { more: [], owed: [] })).needs
  const damage = async (sees = everywhere) => (await needs(sees)).filter(({ kind }) => kind === 'damage')
  assert.deepEqual(await damage(), [])

  await recordVerification(archive, { place: 'local', readData: true, errors: 3, held: new Set() }, never)
  await watch.until(() => watch.node.judged().judgement.findings.some(({ code }) => code === 'verification-errors'))
  assert.equal((await needs())[0]?.kind, 'damage')
  assert.match(
    (await damage())[0]?.what ?? '',
    /^Place local holds something damaged: its last verification found 3 errors/,
  )
  // of no one zone
  assert.deepEqual(await damage(sightInto(['cell'])), [])

  const newest = await archive.record.catalog.newestBefore(
    await archive.record.catalog.knownItems(),
    Number.MAX_SAFE_INTEGER,
  )
  const held = new Set([...newest.values()].map(version => versionKey(version.item, version.id)))
  await recordVerification(archive, { place: 'local', readData: true, errors: 0, held }, never)
  await watch.until(() => !watch.node.judged().judgement.findings.some(({ code }) => code === 'verification-errors'))
  assert.deepEqual(await damage(), [])
})
