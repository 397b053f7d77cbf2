import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { startBlackstart } from '../../../lab/run-blackstart.ts'
import { testSite } from '../../../lab/test-site.ts'

test('serve says where its page is, makes the first administrator once, and stops in order', {
  timeout: 60_000,
}, async () => {
  await using site = await testSite([{ id: 'plc/program', path: './plc' }])
  await site.write('plc/main.st', 'x := 1;\n')
  const child = startBlackstart(['serve', '--port', '0', '--json'], { site: site.folder })
  try {
    let text = ''
    for await (const part of child.stdout ?? []) {
      text += String(part)
      if (text.endsWith('}\n')) break
    }
    const { url, token } = JSON.parse(text) as { url: string; token: string }
    const body = JSON.stringify({ token, name: 'jo', displayName: 'Jo', password: 'a long enough passphrase' })
    const headers = { 'content-type': 'application/json' }
    const signal = AbortSignal.timeout(20_000)
    const claim = () => fetch(new URL('/api/first-administrator', url), { method: 'POST', headers, body, signal })
    const first = await claim()
    assert.equal(first.status, 200, await first.text())
    assert.equal((await claim()).status, 401)
    const second = await site.run(['serve', '--port', '0'])
    assert.equal(second.code, 1)
    assert.match(second.err, /works on this site already/)
  } finally {
    child.kill('SIGTERM')
  }
  const [code] = (await once(child, 'close')) as [number | null]
  assert.equal(code, 130)
  const again = startBlackstart(['serve', '--port', '0', '--json'], { site: site.folder })
  const [part] = (await once(again.stdout!, 'data')) as [Buffer]
  again.kill('SIGTERM')
  assert.equal(JSON.parse(String(part)).token, null, 'there is an account')
  await once(again, 'close')
})

test('serve refuses others before there is an account, and a port that is none', { timeout: 60_000 }, async () => {
  await using site = await testSite([{ id: 'plc/program', path: './plc' }])
  const open = await site.run(['serve', '--host', '0.0.0.0', '--port', '0'])
  assert.equal(open.code, 4)
  assert.match(open.err, /Nobody has an account yet/)
  assert.equal((await site.run(['serve', '--port', '70000'])).code, 2)
})
