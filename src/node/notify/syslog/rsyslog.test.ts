import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { type RsyslogLine, rsyslogLacks, startRsyslog } from '../../../../lab/peers/rsyslog.ts'
import type { JournalLine } from '../../../archive/journal-event.ts'
import { openNodeTls } from '../../tls/node-tls.ts'
import type { ChannelTarget, Outgoing } from '../channel.ts'
import type { Notice } from '../notice.ts'
import { notice, testFolder } from '../test-rig.ts'
import { syslog } from './syslog.ts'
import { type SyslogOptions, syslogOptions } from './syslog-options.ts'

const options = { skip: rsyslogLacks() ?? false, timeout: 60_000 }
const patience = () => AbortSignal.timeout(20_000)

/** rsyslog with a certificate of a site's own authority, which lies as `authority.pem` in the folder. */
async function receiver(t: TestContext) {
  const folder = await testFolder(t)
  const own = { folder, site: 'Plant', key: randomBytes(32), names: () => [], given: null }
  const node = await openNodeTls({ ...own, now: () => new Date(), random: randomBytes }, patience())
  await writeFile(path.join(folder, 'authority.pem'), node.state.authority.certificate)
  const { cert, key } = node.tlsOptions()
  const rsyslog = await startRsyslog({ cert: String(cert), key: String(key) })
  t.after(() => rsyslog[Symbol.asyncDispose]())
  const target = (transport: 'udp' | 'tcp' | 'tls', more: object = {}): ChannelTarget<SyslogOptions> => {
    const tls = transport === 'tls' ? { ca: 'authority.pem' } : {}
    const parsed = syslogOptions.parse({
      host: '127.0.0.1',
      transport,
      port: rsyslog.ports[transport],
      ...tls,
      ...more,
    })
    const site = { name: 'Saint-Aubin', timezone: 'Europe/Paris' }
    return { id: 'siem', options: parsed, folder, hostname: 'node-1', site, secret: name => `secret ${name}` }
  }
  return { rsyslog, target }
}

const outgoing = (notices: readonly Notice[]): Outgoing => ({
  ...{ id: '0123456789abcdef0123456789abcdef', time: new Date('2026-11-23T05:00:01Z'), digest: false, notices },
})

const withMark = 'Füller "geändert" [oben] \\ unten – 变更'
const deviceWords = 'first line\nsecond\r\n<0>1 2026-11-23T05:00:00Z forged - - - - third\u0000\u2028\u001b[2J'

const parameters = ({ data }: RsyslogLine): Record<string, string> =>
  JSON.parse(data)['rfc5424-sd']?.['blackstart@32473'] ?? {}
/** The mark of UTF-8 may stand before a text (RFC 5424, section 6.4); rsyslog leaves it there. */
const textOf = ({ text }: RsyslogLine) => text.replace(/^\uFEFF/, '')

for (const transport of ['udp', 'tcp', 'tls'] as const) {
  test(`rsyslog takes every notice over ${transport}, whole, and takes it apart as it was meant`, options, async t => {
    const { rsyslog, target } = await receiver(t)
    const notices = [
      notice({ id: 'plain', title: 'plc-filler/program differs', facts: { bytes: 12 } }),
      notice({ id: 'marked', title: withMark, facts: { path: 'C:\\Füller\\"x"]' }, severity: 'critical' }),
      notice({ id: 'device', title: deviceWords, facts: { said: deviceWords } }),
      notice({ id: 'last' }),
    ]
    await syslog.send(target(transport), outgoing(notices), patience())
    const lines = await rsyslog.lines(4)
    assert.equal(lines.length, 4)
    const [plain, marked, device, last] = lines
    assert.ok(plain && marked && device && last)
    assert.deepEqual(
      lines.map(line => parameters(line).id),
      ['plain', 'marked', 'device', 'last'],
    )
    for (const line of lines) {
      const { input, version, host, program, type, time } = line
      const expected = [transport, '1', 'node-1', 'blackstart', 'drift', '2026-11-23T05:00:00.000Z']
      assert.deepEqual([input, version, host, program, type, new Date(time).toISOString()], expected)
      assert.equal(parameters(line).subject, 'plc-filler/program')
    }
    assert.deepEqual([plain.priority, marked.priority], [`${16 * 8 + 4}`, `${16 * 8 + 2}`])
    assert.deepEqual([textOf(plain), parameters(plain).bytes], ['plc-filler/program differs', '12'])
    assert.deepEqual([textOf(marked), parameters(marked).path], [withMark, 'C:\\Füller\\"x"]'])
    const flat = 'first line#012second#015#012<0>1 2026-11-23T05:00:00Z forged - - - - third#000#20050#033[2J'
    assert.deepEqual([textOf(device), parameters(device).said], [flat, flat])
  })
}

for (const transport of ['tcp', 'tls'] as const) {
  test(`hundreds of long notices arrive over ${transport}, none cut, none twice, in order`, options, async t => {
    const { rsyslog, target } = await receiver(t)
    const long = `${'é'.repeat(3000)} the end`
    const notices = Array.from({ length: 200 }, (_, index) => notice({ id: `n${index}`, facts: { long } }))
    await syslog.send(target(transport), outgoing(notices), patience())
    const lines = await rsyslog.lines(200)
    assert.deepEqual(
      lines.map(line => parameters(line).id),
      notices.map(({ id }) => id),
    )
    assert.ok(lines.every(line => parameters(line).long === long))
  })
}

test(
  'a datagram that would be too large arrives with its values cut, and still one that rsyslog reads',
  options,
  async t => {
    const { rsyslog, target } = await receiver(t)
    await syslog.send(
      target('udp'),
      outgoing([notice({ title: 'é'.repeat(4000), facts: { a: 'x'.repeat(4000) } })]),
      patience(),
    )
    const [line] = await rsyslog.lines(1)
    assert.ok(line)
    assert.deepEqual([parameters(line).id, parameters(line).zone], ['n1', 'cell-a'])
    assert.match(textOf(line), /^é+…$/)
  },
)

test('the journal arrives over TLS, each line with its number', options, async t => {
  const { rsyslog, target } = await receiver(t)
  const prev = 'a'.repeat(64)
  const lines: JournalLine[] = Array.from({ length: 50 }, (_, index) => ({
    ...{ seq: index + 1, time: '2026-11-23T05:00:00.000Z', actor: 'Zoë@node', prev },
    event: { type: 'approved', item: 'plc/program', version: 'v1', note: 'as "agreed"]' },
  }))
  await syslog.sendJournal?.(target('tls'), lines, patience())
  const taken = await rsyslog.lines(50)
  assert.deepEqual(
    taken.map(line => Number(parameters(line).seq)),
    lines.map(({ seq }) => seq),
  )
  const [first] = taken
  assert.deepEqual([first && parameters(first).actor, first && parameters(first).note], ['Zoë@node', 'as "agreed"]'])
})

test('CEF arrives with its header of RFC 3164, as rsyslog reads it', options, async t => {
  const { rsyslog, target } = await receiver(t)
  await syslog.send(target('tcp', { format: 'cef' }), outgoing([notice({ title: withMark })]), patience())
  const [line] = await rsyslog.lines(1)
  assert.deepEqual([line?.version, line?.host, line?.program], ['0', 'node-1', 'CEF'])
  assert.match(line?.text ?? '', /0\|/)
})
