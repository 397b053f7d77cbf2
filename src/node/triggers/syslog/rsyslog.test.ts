import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeCertificate } from '../../../../lab/peers/ftp-certificate.ts'
import { type RsyslogForward, rsyslogLacks, startRsyslog } from '../../../../lab/peers/rsyslog.ts'
import { sendUdp, syslogTrigger, testTriggers } from '../test-triggers.ts'

const options = { skip: rsyslogLacks() ?? false, timeout: 60_000 }

const saved = '%SYS-5-CONFIG_I: Configured from console by jo on vty0 (10.1.3.9)'
/** What a device sends, and whether it names itself. */
const devices: readonly (readonly [string, string, boolean])[] = [
  ['a device of RFC 3164 that names itself', `<189>Nov 23 10:11:12 plc ${saved}`, true],
  [
    'a device of RFC 5424',
    `<189>1 2026-11-23T10:11:12.003Z plc config - CONFIG [x@32473 a="b\\]"] \uFEFF${saved}`,
    true,
  ],
  ['a switch of Cisco with its sequence number', `<189>45: plc: Nov 23 10:11:12.123: ${saved}`, false],
]
const ways: readonly Omit<RsyslogForward, 'port'>[] = [
  { protocol: 'udp', format: 'RFC 3164' },
  { protocol: 'udp', format: 'RFC 5424' },
  { protocol: 'tcp', format: 'RFC 3164' },
  { protocol: 'tcp', format: 'RFC 5424' },
]

for (const { protocol, format } of ways) {
  for (const [what, line, names] of devices) {
    test(`${what} is heard through rsyslog, which forwards over ${protocol} as ${format}`, options, async () => {
      // rsyslog speaks from 127.0.0.1, which is the address of switch-a
      const relays = names ? ['switch-a'] : []
      await using plant = testTriggers([syslogTrigger({ transport: protocol, relays })])
      await using rsyslog = await startRsyslog(makeCertificate(), [{ port: await plant.port(), protocol, format }])
      await sendUdp(rsyslog.ports.udp, [
        line,
        line.replace(saved, '%LINK-3-UPDOWN: Interface Gi1/1, changed state to up'),
      ])
      const { counts } = await plant.until(one => one.counts.received === 2)
      assert.deepEqual([counts.matched, counts.ignored, counts.malformed, counts.strangers], [1, 1, 0, 0])
      const asked = await plant.askedFor(names ? 1 : 2)
      assert.deepEqual(
        asked.map(({ item }) => item),
        names ? ['plc/program'] : ['switch-a/config', 'switch-a/firmware'],
      )
      const said = asked[0]?.seen.what ?? ''
      assert.ok(said.endsWith(saved.slice(1)), said)
    })
  }
}
