import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import https from 'node:https'
import { test } from 'node:test'
import { startBlackstart } from '../../../lab/run-blackstart.ts'
import { softAuthenticator } from '../../../lab/soft-authenticator.ts'
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

test('a passkey is made and signs in at the address that serve prints, whatever port it got', {
  timeout: 60_000,
}, async () => {
  await using site = await testSite([{ id: 'plc/program', path: './plc' }])
  const child = startBlackstart(['serve', '--port', '0', '--json'], { site: site.folder })
  try {
    const [part] = (await once(child.stdout!, 'data')) as [Buffer]
    const { url, token } = JSON.parse(String(part)) as { url: string; token: string }
    assert.match(url, /^http:\/\/localhost:\d+\/$/)
    const ask = asker(url)
    const claim = { token, name: 'jo', displayName: 'Jo', password: 'a long enough passphrase' }
    const { session, cookie } = await ask('/api/first-administrator', claim)
    const own = { cookie, 'x-csrf-token': session.csrf }
    const where = { origin: new URL(url).origin, host: 'localhost' }
    const key = softAuthenticator()
    const made = await ask('/api/account/passkeys/options', {}, own)
    const credential = key.register(made.options, where)
    assert.deepEqual((await ask('/api/account/passkeys', { name: 'blue key', credential }, own)).done, true)
    const asked = await ask('/api/session/passkey/options', {})
    const entered = await ask('/api/session/passkey', { credential: key.assert(asked.options, where) })
    assert.equal(entered.outcome, 'signed-in')
    assert.equal(entered.session.person.name, 'jo')
    const elsewhere = { ...where, origin: 'http://localhost' }
    const again = await ask('/api/session/passkey/options', {})
    const refused = await ask('/api/session/passkey', { credential: key.assert(again.options, elsewhere) })
    assert.equal(refused.error.code, 'sign-in-refused')
  } finally {
    child.kill('SIGTERM')
  }
  await once(child, 'close')
})

/** Posts JSON; the answer with the cookie that came with it. */
function asker(url: string) {
  // biome-ignore lint/suspicious/noExplicitAny: the test asserts what the document holds
  return async (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<any> => {
    const sent = { ...headers, 'content-type': 'application/json', origin: new URL(url).origin }
    const signal = AbortSignal.timeout(20_000)
    const answer = await fetch(new URL(path, url), {
      method: 'POST',
      headers: sent,
      body: JSON.stringify(body),
      signal,
    })
    const cookie = answer.headers.get('set-cookie')?.split(';')[0]
    return { ...((await answer.json()) as object), cookie }
  }
}

test('serve refuses others before there is an account, and a port that is none', { timeout: 60_000 }, async () => {
  await using site = await testSite([{ id: 'plc/program', path: './plc' }])
  const open = await site.run(['serve', '--host', '0.0.0.0', '--port', '0'])
  assert.equal(open.code, 4)
  assert.match(open.err, /Nobody has an account yet/)
  assert.equal((await site.run(['serve', '--port', '70000'])).code, 2)
})

test('where nobody is an administrator, serve says how one is made', { timeout: 60_000 }, async () => {
  await using site = await testSite([{ id: 'plc/program', path: './plc' }])
  const started = async (): Promise<string> => {
    const child = startBlackstart(['serve', '--port', '0'], { site: site.folder })
    let out = ''
    for await (const part of child.stdout!) {
      out += String(part)
      if (out.includes('Ctrl-C')) break
    }
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'close')
    return out
  }
  const hint = /None of the node's own accounts is an administrator\. Make one: blackstart people role NAME/
  assert.doesNotMatch(await started(), hint)
  const added = await site.run(['people', 'add', 'vera', '--role', 'viewer'], 'quatre mots que moi seul connais\n')
  assert.equal(added.code, 0, added.err)
  assert.match(await started(), hint)
  assert.equal((await site.run(['people', 'role', 'vera', '--role', 'administrator'])).code, 0)
  assert.doesNotMatch(await started(), hint)
})

test('with a certificate of yours the address is a name that it has, and answers to it', {
  timeout: 60_000,
}, async () => {
  await using site = await testSite([{ id: 'plc/program', path: './plc' }])
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '60']
  const names = ['-subj', '/CN=node', '-addext', 'subjectAltName=DNS:node.company.example']
  const files = ['-keyout', site.at('node.key'), '-out', site.at('node.pem')]
  execFileSync('/usr/bin/openssl', [...words, ...names, ...files], { stdio: 'ignore' })
  const given = ['--certificate', site.at('node.pem'), '--key', site.at('node.key')]
  const child = startBlackstart(['serve', '--port', '0', '--json', ...given], { site: site.folder })
  try {
    const [part] = (await once(child.stdout!, 'data')) as [Buffer]
    const url = new URL(JSON.parse(String(part)).url)
    assert.equal(`${url.protocol}//${url.hostname}`, 'https://node.company.example')
    const ca = await readFile(site.at('node.pem'))
    const options = { host: '127.0.0.1', port: url.port, path: '/healthz', servername: url.hostname, ca, agent: false }
    const [answer] = await once(https.get({ ...options, headers: { host: url.host }, timeout: 10_000 }), 'response')
    assert.equal(answer.statusCode, 200)
    answer.resume()
  } finally {
    child.kill('SIGTERM')
  }
  await once(child, 'close')
})
