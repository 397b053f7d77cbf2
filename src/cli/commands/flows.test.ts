import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { siteAt, type TestSite } from '../../../lab/test-site.ts'

const siteFile = `site: { name: "=Plant; \\"{ drop }\\" é", timezone: Europe/Paris }
zones:
  - { id: cell, level: 1 }
  - { id: operations, level: 3 }
  - { id: dmz, level: 3.5 }
  - { id: office, level: 4 }
conduits:
  - { from: operations, to: cell, allow: [ftp, ssh] }
  - { from: operations, to: dmz, allow: [smb], note: replicas }
  - { from: office, to: cell, allow: [rdp], exception: the vendor asked for it }
node: { zone: operations }
processes:
  - { id: filling, data: configuration, mtdl: 1h, mtd: 4h, needs: [plc, robot, switch, hmi, drive, spare] }
assets:
  - { id: plc, kind: plc, zone: cell, address: 10.0.0.5, items: [{ id: program, kind: program, via: ftp, options: {} }] }
  - { id: robot, kind: robot, zone: cell, address: 10.0.0.6, items: [{ id: program, kind: program, via: ftp, options: { port: 2121 } }] }
  - { id: switch, kind: switch, zone: cell, address: "fd00::7", items: [{ id: configuration, kind: configuration, via: ssh-cli, options: { user: backup, model: cisco-ios } }] }
  - { id: hmi, kind: hmi, zone: cell, address: hmi.plant, items: [{ id: project, kind: project, via: ftp, options: {} }] }
  - { id: drive, kind: drive, zone: cell, address: 10.0.0.8, items: [{ id: parameters, kind: parameters, via: sftp, options: { user: backup, path: /p } }] }
  - { id: spare, kind: plc, zone: cell, items: [{ id: program, kind: program, via: ftp, options: {} }] }
places:
  - { id: local, via: local, options: { path: ./data/repository }, medium: disk, location: plant, domain: node }
  - { id: replica, via: local, options: { path: ./replica }, medium: disk, location: plant, domain: dmz, zone: dmz, share: smb }
`

let site: TestSite

before(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-flows-'))
  await writeFile(path.join(folder, 'site.yaml'), siteFile)
  site = siteAt(folder)
  const made = await site.run(['init'])
  assert.equal(made.code, 0, made.err)
})
after(() => rm(site.folder, { recursive: true }))

async function printed(format: string): Promise<string> {
  const ran = await site.run(['flows', '--format', format])
  assert.equal(ran.code, 0, ran.err)
  return ran.out
}

/** Runs a script of the shell where there is a network of its own, that no rule can leave. */
function inOwnNetwork(script: string, ...words: readonly string[]): string {
  const ran = spawnSync('unshare', ['--user', '--map-root-user', '--net', 'sh', '-euc', script, 'sh', ...words])
  assert.equal(ran.status, 0, `${ran.error?.message ?? ''}${ran.stderr}`)
  return ran.stdout.toString()
}

test('the table names what is needed, what is allowed, what is wrong and what is not known', async () => {
  const text = await printed('table')
  assert.match(text, /capture +operations \(3\) +cell \(1\) +plc +10\.0\.0\.5 +ftp +tcp 21 +allowed/)
  assert.match(text, /restore +operations \(3\) +cell \(1\) +plc .*closed by default/)
  assert.match(text, /replication +operations \(3\) +dmz \(3\.5\) +replica +- +smb +tcp 445 +allowed/)
  assert.match(text, /conduit +office \(4\) +cell \(1\) .*rdp .*DENIED/)
  assert.match(text, /operations to cell \(sftp\): .*Add sftp to what the conduit/)
  assert.match(text, /spare\/program: give its asset an address/)
})

test('JSON is one document, by --json and by --format json', async () => {
  const document = await site.json(['flows'])
  assert.deepEqual(JSON.parse(await printed('json')), document)
  assert.deepEqual(document.unknown, ['spare/program'])
  assert.deepEqual(document.unexpected, [])
  const denied = document.flows.filter((flow: { judgement: string }) => flow.judgement === 'denied')
  assert.deepEqual(
    denied.map((flow: { id: string }) => flow.id),
    ['conduit/office->cell/rdp'],
  )
})

test('CSV has a header and a row for each flow, and nothing that a spreadsheet would run', async () => {
  const { flows } = await site.json(['flows'])
  const lines = (await printed('csv')).split('\r\n')
  assert.equal(lines.length, flows.length + 2)
  const width = lines[0]?.split(',').length
  assert.match(
    lines[1] ?? '',
    /^capture\/plc\/ftp\/10\.0\.0\.5:21,capture,reads,node,operations,3,plc,cell,1,10\.0\.0\.5,ftp,tcp,21,21,allowed,/,
  )
  assert.equal(width, 20)
  for (const line of lines) assert.doesNotMatch(line, /(?:^|,)"?[=+@-]/)
})

test('the ruleset loads in nftables, opens what is needed, and nothing that is denied, unlisted or to be written', async () => {
  const rules = await printed('nftables')
  const file = site.at('rules.nft')
  await writeFile(file, rules)
  const loaded = inOwnNetwork('nft -c -f "$1"; nft -f "$1"; nft -f "$1"; nft list ruleset', file)
  const accepted = [...loaded.matchAll(/(\S+) \. tcp \. ([\d-]+) comment "([^"]*)"/g)].map(match => match.slice(1))
  assert.deepEqual(accepted.sort(), [
    ['10.0.0.5', '1024-65535', 'capture/plc/ftp/10.0.0.5:1024-65535'],
    ['10.0.0.5', '21', 'capture/plc/ftp/10.0.0.5:21'],
    ['10.0.0.6', '1024-65535', 'capture/robot/ftp/10.0.0.6:1024-65535 capture/robot/ftp/10.0.0.6:2121'],
    ['fd00::7', '22', 'capture/switch/ssh/fd00::7:22'],
  ])
  assert.match(rules, /# VIOLATIONS.*\n# +office to cell, rdp: denied/)
  assert.match(rules, /# Not opened: no conduit.*\n# +capture\/drive\/sftp/)
  assert.match(rules, /# Not opened: name or port.*\n(?:# .*\n)*# +capture\/hmi\/ftp\/hmi\.plant:21/)
  assert.match(rules, /# +spare\/program/)
  assert.match(rules, /# +replication\/replica\/smb/)
})

test('each command that opens a restore works, for its time', async () => {
  const rules = await printed('nftables')
  const file = site.at('rules.nft')
  await writeFile(file, rules)
  const commands = [...rules.matchAll(/^# +(nft add element .*)$/gm)].map(match => match[1])
  assert.equal(
    commands.length,
    4,
    'control and data of the two devices that can be written to, and that a conduit lists',
  )
  const listed = inOwnNetwork(`nft -f "$1"\n${commands.join('\n')}\nnft list ruleset`, file)
  assert.equal([...listed.matchAll(/timeout 2h/g)].length, commands.length)
})
