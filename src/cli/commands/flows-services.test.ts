import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { siteAt, type TestSite } from '../../../lab/test-site.ts'

const siteFile = `site: { name: Plant, timezone: Europe/Paris }
zones:
  - { id: cell, level: 1 }
  - { id: operations, level: 3, networks: [10.1.3.0/24, "fd00:3::/64"] }
  - { id: dmz, level: 3.5, networks: [10.1.4.0/24, mail.plant] }
  - { id: office, level: 4, networks: [10.2.0.0/16] }
conduits:
  - { from: cell, to: operations, allow: [syslog, snmp-trap], exception: switches tell of changes }
  - { from: operations, to: dmz, allow: [syslog-tls, smtp, ldaps] }
node: { zone: operations, pages: [operations, office] }
triggers:
  - { id: lines, via: syslog, options: { listen: 10.1.3.2 } }
  - { id: traps, via: snmp, options: { listen: 10.1.3.2, community: { secret: traps } } }
  - { id: build, via: hook, options: { secret: hook }, items: [switch/configuration] }
assets:
  - { id: switch, kind: switch, zone: cell, address: 10.0.0.7, items: [{ id: configuration, kind: configuration, via: ssh-cli, options: { user: backup, model: cisco-ios } }] }
places:
  - { id: local, via: local, options: { path: ./data/repository }, medium: disk, location: plant, domain: node }
notify:
  channels:
    - { id: mail, via: email, options: { host: mail.plant, from: node@plant.example, to: [shift@plant.example] } }
    - { id: siem, via: syslog, options: { host: 10.1.4.9 } }
    - { id: hook, via: webhook, options: { url: "https://10.2.0.40/blackstart", secret: hook } }
    - { id: far, via: webhook, options: { url: "https://192.0.2.40:8443/blackstart", secret: hook } }
  journal: [siem]
`

let site: TestSite

before(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-flows-'))
  await writeFile(path.join(folder, 'site.yaml'), siteFile)
  site = siteAt(folder)
  const made = await site.run(['init'])
  assert.equal(made.code, 0, made.err)
  await site.write('directory.yaml', "ldap: { url: ldaps://10.1.4.20, bindAs: 'uid={name},dc=plant', grants: [] }\n")
  const set = await site.run(['people', 'directory', 'set', site.at('directory.yaml')])
  assert.equal(set.code, 0, set.err)
})
after(() => rm(site.folder, { recursive: true }))

interface FlowDocument {
  readonly id: string
  readonly purpose: string
  readonly judgement: string
}

test('channels, the journal, the directory, devices that tell and people who look are flows, each judged', async () => {
  const { flows, unplaced } = await site.json(['flows'])
  const own: readonly FlowDocument[] = flows.filter(
    ({ purpose }: FlowDocument) => !['capture', 'restore', 'conduit'].includes(purpose),
  )
  assert.deepEqual(
    own.map(({ id, judgement }) => `${id}: ${judgement}`),
    [
      'trigger/lines/cell/syslog:514: listed-exception',
      'trigger/traps/cell/snmp-trap:162: listed-exception',
      'pages/operations: allowed',
      'pages/office: denied',
      'notification/mail/smtp/mail.plant:587: allowed',
      'notification/siem/syslog-tls/10.1.4.9:6514: allowed',
      'journal/siem/syslog-tls/10.1.4.9:6514: allowed',
      'notification/hook/https/10.2.0.40:443: denied',
      'sign-in/ldap/ldaps/10.1.4.20:636: allowed',
    ],
  )
  assert.deepEqual(
    unplaced.map((one: { name: string; host: string | null }) => [one.name, one.host]),
    [
      ['build', null],
      ['far', '192.0.2.40'],
    ],
  )
})

test('the table tells them, the way round where one is forbidden, and whose zone nobody knows', async () => {
  const { out } = await site.run(['flows'])
  assert.match(out, /notification +operations \(3\) +dmz \(3\.5\) +siem +10\.1\.4\.9 +syslog-tls +tcp 6514 +allowed/)
  assert.match(out, /trigger +cell \(1\) +operations \(3\) +node +10\.1\.3\.2 +syslog +udp 514 +listed exception/)
  assert.match(out, /operations to office \(https\): .*Put a relay on level 3\.5/)
  assert.match(out, /office to operations \(https\): [^.]*\. Let the office see it on level 3\.5/)
  assert.match(out, /notification far: https, tcp 8443 of 192\.0\.2\.40\.[^.]*192\.0\.2\.40 stands/)
})

test('what is forbidden is a finding of the site', async () => {
  const { findings } = await site.json(['findings'])
  const subjects = findings
    .filter(({ code }: { code: string }) => code === 'flow-forbidden')
    .map(({ subject }: { subject: string }) => subject)
  assert.deepEqual(subjects, ['node/notification/hook', 'node/pages/office'])
})

test('the ruleset loads in nftables, and opens them as well', async () => {
  const { out: rules } = await site.run(['flows', '--format', 'nftables'])
  await writeFile(site.at('rules.nft'), rules)
  const ran = spawnSync('unshare', [
    ...['--user', '--map-root-user', '--net', 'sh', '-euc', 'nft -f "$1"; nft list ruleset', 'sh'],
    site.at('rules.nft'),
  ])
  assert.equal(ran.status, 0, `${ran.error?.message ?? ''}${ran.stderr}`)
  const loaded = ran.stdout.toString()
  const setOf = (name: string) => new RegExp(`set ${name} \\{([^}]*\\}?)`).exec(loaded)?.[1] ?? ''
  assert.match(setOf('told_4'), /10\.0\.0\.7 \. udp \. 162 .*10\.0\.0\.7 \. udp \. 514 /s)
  assert.match(setOf('needed_4'), /10\.1\.4\.9 \. tcp \. 6514 comment "notification\/siem\/\S+ journal\/siem\/\S+"/)
  assert.match(setOf('needed_4'), /10\.1\.4\.20 \. tcp \. 636/)
  assert.match(setOf('people_4'), /10\.1\.3\.0\/24/)
  assert.match(setOf('people_6'), /fd00:3::\/64/)
  assert.doesNotMatch(loaded, /10\.2\.|192\.0\.2\.40/)
  assert.match(rules, /# Not opened, and not judged: .*\n# +trigger\/build.*\n# +notification\/far/)
  assert.match(rules, /# +notification\/mail\/smtp\/mail\.plant/, 'a name is told, for a firewall knows none')
})
