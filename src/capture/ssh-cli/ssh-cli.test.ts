import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { type CiscoSwitchOptions, ciscoSwitch } from '../../../lab/devices/cisco-switch.ts'
import { type CliFaults, startCliDevice } from '../../../lab/devices/cli-device.ts'
import { capturedFiles, cliTarget } from '../../../lab/devices/cli-target.ts'
import { sshCli } from './ssh-cli.ts'

const login = { user: 'backup', password: 'geheim-1' }
const secrets = { 'switch-1': login.password, enable: 'geheim-2' }
const never = new AbortController().signal

/** A configuration with everything that could be taken for a prompt, a pager or an end. */
const body = `version 15.2
hostname SW-1
!
interface GigabitEthernet1/1
 description Filler
 switchport access vlan 10
!
banner motd ^C
SW-1#
### SW-1# end of the line ###
end
 --More-- is not a pager here
^C
!
${Array.from({ length: 120 }, (_, n) => `interface GigabitEthernet2/${n}\n description machine ${n}\n!`).join('\n')}
`
const whole = `Building configuration...\n\nCurrent configuration : ${body.length} bytes\n!\n! Last configuration change at 2026-01-02T03:04:05 by engineer\n!\n${body}end\n\n`
const wholeRaw = whole.replaceAll('\n', '\r\n')

async function switchDevice(t: TestContext, overrides: Partial<CiscoSwitchOptions> = {}, faults: CliFaults = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'ssh-cli-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const running = path.join(folder, 'running.cfg')
  const startup = path.join(folder, 'startup.cfg')
  writeFileSync(running, body)
  const device = await startCliDevice({
    ...login,
    faults,
    dialogue: () =>
      ciscoSwitch({
        running,
        startup,
        enablePassword: secrets.enable,
        version: '15.2(7)E4',
        model: 'IE-4000-8S4G-E',
        serial: 'LAB0001',
        motd: 'Welcome to #SW-1#\nNobody>\n',
        now: () => Temporal.Instant.from('2026-01-02T03:04:05Z'),
        ...overrides,
      }),
  })
  t.after(() => device[Symbol.asyncDispose]())
  const options = { port: device.port, user: login.user, model: 'cisco-ios', enableSecret: 'enable' }
  return { device, running, startup, options }
}

describe('a switch that is read over its command line', () => {
  test('gives its configuration exactly, without echo and prompt', async t => {
    const { options, device } = await switchDevice(t)
    const target = cliTarget(options, secrets)
    const files = await capturedFiles(sshCli.capture(target, never), never)
    assert.deepEqual(Object.keys(files), ['running-config.txt'])
    assert.equal(files['running-config.txt'], wholeRaw)
    assert.equal(target.facts.get('format'), 'cisco-ios')
    assert.equal(target.facts.get('model'), 'IE-4000-8S4G-E')
    assert.equal(target.facts.get('firmware'), '15.2(7)E4')
    assert.equal(target.facts.get('serial'), 'LAB0001')
    assert.ok(target.paced.bytes > wholeRaw.length && target.paced.pauses >= 4)
    assert.equal(device.sessions().most, 1)
  })
})
