import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import ssh2 from 'ssh2'
import { ciscoSwitch } from './cisco-switch.ts'
import { startCliDevice } from './cli-device.ts'

async function plantSwitch(t: TestContext) {
  const folder = mkdtempSync(path.join(tmpdir(), 'cisco-switch-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const files = { running: path.join(folder, 'running.cfg'), startup: path.join(folder, 'startup.cfg') }
  const text =
    'hostname SW-1\n!\ninterface GigabitEthernet1/1\n description Filler\n switchport access vlan 10\n!\nline vty 0 4\n!\n'
  writeFileSync(files.running, text)
  writeFileSync(files.startup, text)
  const device = await startCliDevice({
    user: 'engineer',
    password: 'pw',
    dialogue: () =>
      ciscoSwitch({
        ...files,
        enablePassword: 'en',
        version: '15.2(7)E4',
        model: 'IE-4000',
        serial: 'LAB0001',
        now: () => Temporal.Instant.from('2026-01-02T03:04:05Z'),
      }),
  })
  t.after(() => device[Symbol.asyncDispose]())
  return { device, ...files }
}

/** Types lines into the shell, the last of which ends the session; gives all that was shown. */
function typed(port: number, lines: readonly string[]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const client = new ssh2.Client()
  client.on('error', reject)
  client.on('ready', () =>
    client.shell((_error, channel) => {
      let shown = ''
      channel.on('data', (chunk: Buffer) => {
        shown += chunk
      })
      channel.on('close', () => {
        client.end()
        resolve(shown)
      })
      channel.write(`${lines.join('\n')}\n`)
    }),
  )
  client.connect({ host: '127.0.0.1', port, username: 'engineer', password: 'pw' })
  return promise
}

test('a technician changes the running configuration over SSH, and saves it', async t => {
  const { device, running, startup } = await plantSwitch(t)
  const shown = await typed(device.port, [
    ...['enable', 'en', 'configure terminal', 'interface GigabitEthernet1/1', 'description Palletiser'],
    ...['switchport access vlan 20', 'shutdown', 'exit', 'ip route 192.0.2.0 255.255.255.0 Null0', 'hostname SW-2'],
    ...['interface GigabitEthernet1/2', 'description Spare', 'end', 'exit'],
  ])
  const changed = readFileSync(running, 'utf8')
  assert.equal(
    changed,
    'hostname SW-2\n!\ninterface GigabitEthernet1/1\n description Palletiser\n switchport access vlan 20\n shutdown\n!\nline vty 0 4\n!\nip route 192.0.2.0 255.255.255.0 Null0\ninterface GigabitEthernet1/2\n description Spare\n!\n',
  )
  assert.match(shown, /SW-1\(config-if\)#/)
  assert.match(readFileSync(startup, 'utf8'), /description Filler/)
  await typed(device.port, ['enable', 'en', 'write memory', 'exit'])
  assert.equal(readFileSync(startup, 'utf8'), changed)
})

test('a line is taken out with `no`, and one that is not there does no harm', async t => {
  const { device, running } = await plantSwitch(t)
  await typed(device.port, [
    ...[
      'enable',
      'en',
      'configure terminal',
      'interface GigabitEthernet1/1',
      'no description',
      'no shutdown',
      'end',
      'exit',
    ],
  ])
  assert.match(readFileSync(running, 'utf8'), /GigabitEthernet1\/1\n switchport access vlan 10\n!/)
})

test('without the enable password nothing is shown and nothing changes', async t => {
  const { device } = await plantSwitch(t)
  const shown = await typed(device.port, ['enable', 'wrong', 'show running-config', 'configure terminal', 'exit'])
  assert.match(shown, /% Bad secrets/)
  assert.equal(shown.match(/% Invalid input/g)?.length, 2)
})

test('it pages until it is told not to', async t => {
  const { device } = await plantSwitch(t)
  const shown = await typed(device.port, ['terminal length 4', 'show version', '   ', 'exit'])
  assert.match(shown, /--More-- /)
  assert.match(shown, /System serial number {12}: LAB0001/)
})
