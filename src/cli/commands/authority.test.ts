import assert from 'node:assert/strict'
import { randomBytes, X509Certificate } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { test } from 'node:test'
import { testSite } from '../../../lab/test-site.ts'
import { identityPurpose } from '../../node/people/people.ts'
import { openNodeTls } from '../../node/tls/node-tls.ts'

test('the authority is renewed by a command, early only where that is said, and is a finding before it ends', {
  timeout: 60_000,
}, async () => {
  await using site = await testSite([{ id: 'plc/program', path: './plc' }])
  const early = await site.run(['authority', 'renew'])
  assert.equal(early.code, 4)
  assert.match(early.err, /two years before is soon enough/)
  assert.equal((await site.run(['authority', 'renew', '--early'])).code, 0)
  await rm(site.at('data', 'identity', 'authority.json'))
  assert.match((await site.run(['authority', 'renew'])).err, /no certificate authority yet/)
  const make = async (now: Date) => {
    await using archive = await site.open()
    const key = archive.repository.deriveKey(identityPurpose)
    const own = { folder: site.folder, site: 'Plant', key, names: () => [], given: null, random: randomBytes }
    await openNodeTls({ ...own, now: () => now }, AbortSignal.timeout(20_000))
  }
  const codes = async () => (await site.json(['findings'])).findings.map(({ code }: { code: string }) => code)
  await make(new Date(Date.now() - 8.5 * 365 * 86_400_000))
  const before = (await site.json(['authority'])).fingerprint
  assert.ok((await codes()).includes('authority-ends'))
  const ran = await site.run(['authority', 'renew'])
  assert.equal(ran.code, 0, ran.err)
  assert.match(ran.err, /before .* until then both are taken/)
  const next = new X509Certificate(ran.out)
  assert.notEqual(next.fingerprint256, before)
  assert.equal((await site.json(['authority'])).fingerprint, next.fingerprint256)
  assert.ok(!(await codes()).includes('authority-ends'))
})
