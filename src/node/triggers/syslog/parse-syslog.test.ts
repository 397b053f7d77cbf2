import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isKnownChange } from './known-changes.ts'
import { matchesText } from './match-text.ts'
import { longestMessage, parseSyslog } from './parse-syslog.ts'

const parse = (text: string) => parseSyslog(Buffer.from(text))

test('messages of RFC 5424 are read', () => {
  // its own examples, 6.5
  for (const [text, host, message] of [
    [
      "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \uFEFF'su root' failed for lonvick on /dev/pts/8",
      'mymachine.example.com',
      "'su root' failed for lonvick on /dev/pts/8",
    ],
    [
      "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
      '192.0.2.1',
      "%% It's time to make the do-nuts.",
    ],
    [
      '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3"] An application event',
      'mymachine.example.com',
      '[exampleSDID@32473 iut="3"] An application event',
    ],
    ['<14>1 - - - - - - nothing known', null, 'nothing known'],
  ] as const) {
    assert.deepEqual([parse(text)?.host, parse(text)?.message], [host, message], text)
  }
})

test('messages of RFC 3164 are read, and what devices make of it', () => {
  for (const [text, host, message] of [
    ["<34>Oct 11 22:14:15 mymachine su: 'su root' failed", 'mymachine', "su: 'su root' failed"],
    ['<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!', '10.0.0.99', 'Use the BFG!'],
    [
      '<189>45: *Nov 23 10:11:12.123 CET: %SYS-5-CONFIG_I: Configured from console by vty0',
      null,
      '%SYS-5-CONFIG_I: Configured from console by vty0',
    ],
    ['<189>45: SW-1: Nov 23 10:11:12: %SYS-5-CONFIG_I: Configured', 'SW-1', '%SYS-5-CONFIG_I: Configured'],
    ['<189>Nov 23 2026 10:11:12 fw-1 : %ASA-5-111008: User', 'fw-1', ': %ASA-5-111008: User'],
    ['<30>2026-11-23T10:11:12+01:00 sw-2 mgd[1]: UI_COMMIT: User', 'sw-2', 'mgd[1]: UI_COMMIT: User'],
    ['<189>date=2026-11-23 time=10:11:12 logid="0100044547"', null, 'date=2026-11-23 time=10:11:12 logid="0100044547"'],
    ['no priority at all', null, 'no priority at all'],
  ] as const) {
    assert.deepEqual([parse(text)?.host, parse(text)?.message], [host, message], text)
  }
})

test('nothing to read is nothing', () => {
  for (const text of ['', '<13>', '<13>   ', '\0', '\r\n']) assert.equal(parse(text), null, JSON.stringify(text))
})

test('whatever comes is read, or is nothing, soon, and no more of it than the bound', () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 3 * longestMessage }),
    fc
      .string({
        unit: fc.constantFrom('<', '>', '1', ' ', ':', '-', '[', 'A', 'b', '%', '.', '*', '\0', '\n'),
        maxLength: 9000,
      })
      .map(text => Buffer.from(text)),
    fc
      .tuple(
        fc.constantFrom('<1>1 ', '<1>Nov 11 11:11:11 ', '<1>1: '),
        fc.constantFrom('a', 'a.', ' ', 'A1:', '-'),
        fc.nat(8000),
      )
      .map(([head, piece, count]) => Buffer.from(head + piece.repeat(count))),
  )
  const begun = performance.now()
  fc.assert(
    fc.property(hostile, bytes => {
      const message = parseSyslog(bytes)
      assert.ok(message === null || (message.text.length <= longestMessage && message.text.endsWith(message.message)))
      assert.ok(message === null || message.text !== '')
    }),
    { numRuns: 500 },
  )
  assert.ok(performance.now() - begun < 10_000)
})

test('a pattern stands for itself anywhere, in whatever case, and its stars for anything', () => {
  const text = '%SYS-SW1-5-CONFIG_I: Configured from console'
  for (const pattern of ['%SYS-*5-CONFIG_I:', 'config_i', '*CONFIG*', 'sys*console'])
    assert.ok(matchesText(pattern, text), pattern)
  for (const pattern of ['%SYS-5-CONFIG_I', 'console*sys', 'CONFIG_II']) assert.ok(!matchesText(pattern, text), pattern)
  const long = 'ab'.repeat(4000)
  const begun = performance.now()
  assert.equal(matchesText(`${'a*'.repeat(99)}c`, long), false)
  assert.ok(performance.now() - begun < 500, 'neither is trusted')
})

test('what known devices send after a change is known, and what they send otherwise is not', () => {
  const known = (text: string) => isKnownChange(parse(text)?.text ?? '')
  for (const text of [
    '<189>45: Nov 23 10:11:12: %SYS-5-CONFIG_I: Configured from console by vty0 (10.1.3.9)',
    '<189>45: Nov 23 10:11:12: %SYS-SW2-5-CONFIG_I: Configured from console by console',
    '<189>: 2026 Nov 23 10:11:12 UTC: %VSHD-5-VSHD_SYSLOG_CONFIG_I: Configured from vty by admin on console0',
    // from a relay, as RFC 5424
    '<189>1 2026-11-23T10:11:12+01:00 switch-a %SYS-5-CONFIG_I - - -  Configured from console by jo on vty0 (10.1.3.9)',
    '<189>22191: sw: 022546: Nov 23 10:11:12.123 CET: %PARSER-5-CFGLOG_LOGGEDCMD: User:jo  logged command:interface GigabitEthernet0/1',
    '<189>1: RP/0/RSP0/CPU0:Nov 23 10:11:12 : config[65709]: %MGBL-SYS-5-CONFIG_I : Configured from console by jo on vty0 (10.1.3.9)',
    '<134>Sep  1 16:10:24 router system,info mangle rule added by admin',
    'system,info filter rule changed by admin',
    '<134>Sep 15 12:34:29 router system,info mangle rule moved by admin',
    '<173>Mar 10 10:31:43 OPNsense.localdomain config[41442]: config-event: new_config /conf/backup/config-1615397503.052.xml',
    '<37>1 2025-03-06T12:50:06+01:00 fw audit 1 - - user root@192.168.100.99 changed configuration to /conf/backup/config-1741265406.0416.xml in /api/auth/user/add/',
    '<13>Nov 23 10:11:12 fw php-fpm[346]: /firewall_rules.php: Configuration Change: admin@192.168.1.9 (Local Database): Firewall: Rules - saved',
    '<189>1: RP/0/RSP0/CPU0:Nov 23 10:11:12 : config[65709]: %MGBL-CONFIG-6-DB_COMMIT : Configuration committed by user',
    "<30>Nov 23 10:11:12 router mgd[1234]: UI_COMMIT: User 'alice' requested 'commit' operation (comment: none)",
    '<30>1 2026-11-23T10:11:12Z router mgd 3046 UI_COMMIT [junos@2636.1.1.1.2.18 username="alice"] User',
    "<14>Nov 23 10:11:12 10.1.3.4 Notice-Type='Running-Config-Change' Event-ID='4101'",
    '<189>Nov 23 10:11:12 2026 SW %%10CFGMAN/5/CFGMAN_CFGCHANGED(l): -EventIndex=12-CommandSource=2',
    '<190>Nov 23 2026 10:11:12 NE %%01CONFIGURATION/6/CFG_FILE_CHANGE(s): Configuration file was changed.',
    '<189>date=2026-11-23 time=10:11:12 devname="fw" logid="0100044547" type="event" msg="Edit system.interface"',
    '<189>date=2026-11-23 time=10:11:12 devname=fw logid=0100044545 type=event',
    '<134>1 2026-11-23T10:11:12Z 10.1.3.5 - - - - Device configuration changed.',
    '<13>Nov 23 10:11:12 10.1.3.6 Configuration Change Activated',
    '<13>Nov 23 10:11:12 RSP-1 [SNMP_TRAP SNMPTrapTask 0x1] hm2ConfigurationChangedTrap: hm2FMNvmState.0=2',
  ]) {
    assert.ok(known(text), text)
  }
  for (const text of [
    '<189>45: Nov 23 10:11:12: %LINK-3-UPDOWN: Interface GigabitEthernet1/1, changed state to up',
    '<189>45: Nov 23 10:11:12: %SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: a]',
    '<189>22191: sw: Nov 23 10:11:12.123: %PARSER-5-CFGLOG_LOGGEDCMD: User:backup  logged command:!exec: enable',
    '<134>Sep 15 09:54:33 router system,info,account user admin logged in from 10.1.101.212 via winbox',
    '<30>Jun 18 20:50:28 router link state changed by the other side',
    '<173>Mar 10 10:31:43 OPNsense.localdomain configctl[59484]: event @ 1615397503.05 exec: system event config_changed',
    '<13>Nov 23 10:11:12 fw php-fpm[346]: /index.php: Successful login for user admin from: 192.168.1.9 (Local Database)',
    '<189>date=2026-11-23 logid="0100032001" type="event" logdesc="Admin login successful"',
    '<30>Nov 23 10:11:12 router mgd[1234]: UI_LOGIN_EVENT: User',
  ]) {
    assert.ok(!known(text), text)
  }
})
