import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeCertificate } from '../../lab/peers/ftp-certificate.ts'
import { runBlackstart, startBlackstart } from '../../lab/run-blackstart.ts'
import { serveSite } from '../../lab/serve-site.ts'
import { type TestSite, testSite } from '../../lab/test-site.ts'

const item = 'plc/program'

async function plcSite(twoPeople: boolean): Promise<TestSite> {
  const site = await testSite([{ id: item, path: './plc' }])
  await site.write('plc/MAIN.st', 'x := 1;')
  const text = await readFile(site.at('site.yaml'), 'utf8')
  if (twoPeople)
    await writeFile(site.at('site.yaml'), text.replace('id: cell, level: 1', 'id: cell, level: 1, twoPeople: true'))
  return site
}

test('capture and restore are done by the node that works on the site, in the name of who runs the command', async () => {
  await using site = await plcSite(false)
  await using node = await serveSite(site.folder)
  assert.match(node.said(), /http:\/\/localhost:\d+\//)
  await site.json(['capture'])
  await site.write('plc/MAIN.st', 'x := 2;')
  const { results } = await site.json(['capture'])
  assert.deepEqual([results.length, results[0].outcome, results[0].error], [1, 'version', undefined])
  const written = await site.run(['restore', `${item}@previous`, '--to-device', '--yes', '--reason', 'stop'])
  assert.equal(written.code, 0, written.err)
  assert.match(written.out, /holds .* again, read back and compared/)
  assert.equal(await readFile(site.at('plc/MAIN.st'), 'utf8'), 'x := 1;')
  assert.match(
    await readFile(site.at('data/journal.jsonl'), 'utf8'),
    /"actor":"[^"]+@[^"]+ \(socket\)","event":{"type":"restored".*"reason":"stop"/,
  )
  assert.match((await site.run(['capture', 'plc/nothing'])).err, /no item/)
  assert.equal((await site.run(['capture', 'plc/nothing'])).code, 1)
})

test('a drill is carried out by the node, with the same answers as alone; what is kept lies where it can be found', async () => {
  await using site = await plcSite(false)
  await site.json(['capture'])
  const alone = await site.json(['drill'])
  const planned = await site.json(['plan', 'filling'])
  await using node = await serveSite(site.folder)
  assert.deepEqual(await site.json(['plan', 'filling']), planned)
  assert.match((await site.run(['plan'])).out, /the oldest measurement is of \d{4}-/)
  const byNode = await site.json(['drill'])
  assert.deepEqual([byNode.passed, byNode.opened], [true, null])
  assert.deepEqual(Object.keys(byNode.results[0]).sort(), Object.keys(alone.results[0]).sort())
  assert.deepEqual(byNode.results[0].checks, alone.results[0].checks)
  const kept = await site.run(['drill', item, '--keep'])
  assert.equal(kept.code, 0, kept.err)
  const [sandbox = ''] = await readdir(site.at('data/sandboxes'))
  assert.match(kept.out, new RegExp(`KEPT[\\s\\S]*${sandbox}`))
  assert.equal(await readFile(site.at('data/sandboxes', sandbox, 'content', 'MAIN.st'), 'utf8'), 'x := 1;')
  const lost = await site.json(['drill', `${item}@20010101T000000000Z-0000`], 1)
  assert.equal(lost.results[0].error.code, 'not-found')
  assert.match(
    await readFile(site.at('data/journal.jsonl'), 'utf8'),
    /"actor":"[^"]+ \(socket\)","event":{"type":"drilled"/,
  )
  // from elsewhere it is rehearsed, but nothing is left there
  const { url } = node
  const made = await site.json(['people', 'token', 'make', 'script', '--role', 'operator'])
  await site.write('token', made.token)
  const env = { BLACKSTART_NODE: url, BLACKSTART_TOKEN_FILE: site.at('token') }
  const afar = await runBlackstart(['drill', '--json'], { site: site.at('no-site-here'), env })
  assert.equal(afar.code, 0, afar.err)
  const refused = await runBlackstart(['drill', '--keep'], { site: site.at('no-site-here'), env })
  assert.deepEqual([refused.code, /lies on the node's machine/.test(refused.err)], [4, true], refused.err)
})

test('in a zone that asks for two people nothing is written without the second, but for a broken glass, with a node and without', async () => {
  await using site = await plcSite(true)
  assert.equal((await site.run(['capture'])).code, 0)
  const words = ['restore', item, '--to-device', '--yes']
  const alone = await site.run(words)
  assert.deepEqual([alone.code, /asks for a second person/.test(alone.err)], [4, true], alone.err)
  assert.equal((await site.run([...words, '--break-glass', 'line down'])).code, 0)
  await site.write('plc/MAIN.st', 'x := 3;')
  await using _node = await serveSite(site.folder)
  const asked = await site.run(words)
  assert.deepEqual([asked.code, /--reason TEXT/.test(asked.err)], [4, true], asked.err)
  const broken = await site.run([...words, '--break-glass', 'line down again'])
  assert.equal(broken.code, 0, broken.err)
  const journal = await readFile(site.at('data/journal.jsonl'), 'utf8')
  assert.equal(journal.match(/"broke-glass"/g)?.length, 2)
})

test('a journal that is damaged while the node works is said in its log; it is rebuilt once the node has stopped', async () => {
  await using site = await plcSite(false)
  {
    await using node = await serveSite(site.folder)
    await site.json(['capture'])
    const refused = await site.run(['catalog', 'rebuild'])
    assert.deepEqual(
      [refused.code, /The node works .*Stop it, run this again/.test(refused.err)],
      [4, true],
      refused.err,
    )
    const file = site.at('data/journal.jsonl')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('"captured"', '"kaptured"'))
    for (const end = Date.now() + 20_000; !/DAMAGED/.test(node.said()); await sleep(100)) {
      assert.ok(Date.now() < end, node.said())
      await site.write('plc/MAIN.st', `x := ${Date.now()};`)
      await site.run(['capture'])
    }
    assert.match(node.said(), /DAMAGED {2}The journal .* Bring back the newest copy .*: blackstart catalog rebuild/)
  }
  assert.equal((await site.run(['catalog', 'rebuild'])).code, 3)
  await site.json(['journal', 'verify'])
})

test('a site.yaml that gets errors while the node works is said in its log, once, and so is the end of it', async () => {
  await using site = await plcSite(false)
  await using node = await serveSite(site.folder)
  const text = await readFile(site.at('site.yaml'), 'utf8')
  const said = async (words: RegExp) => {
    for (const end = Date.now() + 20_000; !words.test(node.said()); await sleep(100)) {
      assert.ok(Date.now() < end, node.said())
    }
  }
  await site.write('site.yaml', text.replace('zone: cell', 'zone: cell-zzz'))
  await said(
    /INVALID {2}site\.yaml has 1 error, the first in line \d+: "cell-zzz" is not a zone of this site\. The def/,
  )
  await site.write('site.yaml', text)
  await said(/site\.yaml is in force again\n/)
  assert.equal(node.said().match(/INVALID|in force again/g)?.length, 2, node.said())
})

test('a node that takes connections and does not answer is told, with the way out', async () => {
  await using site = await plcSite(false)
  const child = startBlackstart(['serve', '--port', '0'], { site: site.folder })
  let said = ''
  child.stdout?.on('data', part => (said += String(part)))
  try {
    for (const end = Date.now() + 20_000; !/Its page/.test(said); await sleep(50)) assert.ok(Date.now() < end, said)
    child.kill('SIGSTOP')
    const told = await site.run(['capture'])
    assert.equal(told.code, 1)
    assert.match(told.err, /has not answered for 10 s\. .*stop the node.*run this again/)
  } finally {
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }
})

test('a socket that a killed node left behind stops no command', async () => {
  await using site = await plcSite(false)
  const child = startBlackstart(['serve', '--port', '0'], { site: site.folder })
  let text = ''
  child.stdout?.on('data', part => (text += String(part)))
  for (const end = Date.now() + 20_000; !/Its page/.test(text); await sleep(50)) assert.ok(Date.now() < end, text)
  const closed = once(child, 'close')
  child.kill('SIGKILL')
  await closed
  assert.equal((await site.run(['capture'])).code, 0)
})

test('a node elsewhere is asked with its address and a token, and says what the token may not', async () => {
  await using site = await plcSite(false)
  await using node = await serveSite(site.folder)
  const { url } = node
  const made = await site.json(['people', 'token', 'make', 'script', '--role', 'operator'])
  await site.write('token', made.token)
  const env = { BLACKSTART_NODE: url, BLACKSTART_TOKEN_FILE: site.at('token') }
  const ran = await runBlackstart(['capture', '--json'], { site: site.at('no-site-here'), env })
  assert.equal(ran.code, 0, ran.err)
  assert.deepEqual(
    (ran.json() as { results: { item: string }[] }).results.map(result => result.item),
    [item],
  )
  const refused = await runBlackstart(['restore', item, '--to-device', '--yes'], { site: site.at('no-site-here'), env })
  assert.deepEqual([refused.code, /right/.test(refused.err)], [4, true], refused.err)
  const nobody = await runBlackstart(['capture'], { env: { ...env, BLACKSTART_NODE: 'http://127.0.0.1:9/' } })
  assert.deepEqual([nobody.code, /does not answer/.test(nobody.err)], [1, true], nobody.err)
})

test('a node whose authority is not trusted here is no riddle: it is said which file to bring, and with that it is asked', async () => {
  await using site = await plcSite(false)
  const { key, cert } = makeCertificate()
  const answer = JSON.stringify({ error: { code: 'forbidden', message: 'It was reached.' } })
  const peer = https.createServer({ key, cert }, (_, response) => void response.writeHead(403).end(answer))
  peer.listen(0, '127.0.0.1')
  await once(peer, 'listening')
  try {
    const { port } = peer.address() as AddressInfo
    await Promise.all([site.write('token', 'bs_x'), site.write('ca.pem', cert)])
    const env = { BLACKSTART_NODE: `https://127.0.0.1:${port}/`, BLACKSTART_TOKEN_FILE: site.at('token') }
    const stranger = await runBlackstart(['capture'], { env })
    assert.equal(stranger.code, 1)
    assert.match(stranger.err, /blackstart authority > plant-ca\.pem[\s\S]*NODE_EXTRA_CA_CERTS/)
    const known = await runBlackstart(['capture'], { env: { ...env, NODE_EXTRA_CA_CERTS: site.at('ca.pem') } })
    assert.match(known.err, /It was reached/)
  } finally {
    peer.close()
    peer.closeAllConnections()
  }
})
