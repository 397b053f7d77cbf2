import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { startFtpDevice } from '../../lab/devices/ftp-device.ts'
import { siteText, testSite } from '../../lab/test-site.ts'

test('a capture records where it connected, and flows shows it at what was needed', async () => {
  await using site = await testSite([{ id: 'plc/program', path: './unused' }])
  const root = site.at('device')
  await mkdir(root)
  await writeFile(`${root}/MAIN.st`, 'x := 1;')
  await using device = await startFtpDevice({ root, user: 'backup', password: 'secret-of-the-test' })
  const options = `options: { host: ${device.host}, port: ${device.port}, user: backup, secret: plc }`
  const text = siteText([{ id: 'plc/program', path: './unused' }])
  await site.write('site.yaml', text.replace('via: files, options: { path: "./unused" }', `via: ftp, ${options}`))
  await site.run(['secrets', 'set', 'plc'], 'secret-of-the-test\n')
  const before = await site.json(['flows'])
  assert.deepEqual(seen(before, 'capture'), [null, null])
  await site.json(['capture'])
  const after = await site.json(['flows'])
  assert.ok(
    seen(after, 'capture').every(time => typeof time === 'string'),
    'control and data connection',
  )
  assert.deepEqual(seen(after, 'restore'), [null, null], 'nothing was written')
  assert.deepEqual(after.unexpected, [])
})

test('a connection that nothing needs any more is a finding', async () => {
  await using site = await testSite([{ id: 'plc/program', path: './program' }])
  await site.write('program/MAIN.st', 'x := 1;')
  await using archive = await site.open()
  const connection = { item: 'plc/program', host: '192.0.2.66', port: 4444 }
  await archive.record.add([{ type: 'connected', connections: [connection] }], new AbortController().signal)
  const { findings } = await site.json(['findings', 'connection-unexpected'])
  assert.equal(findings.length, 1)
  assert.match(JSON.stringify(findings[0].facts), /192\.0\.2\.66/)
})

function seen(document: { flows: { purpose: string; seen: string | null }[] }, purpose: string): (string | null)[] {
  return document.flows.filter(flow => flow.purpose === purpose).map(flow => flow.seen)
}
