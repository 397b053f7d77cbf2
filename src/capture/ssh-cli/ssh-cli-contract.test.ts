import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ciscoSwitch } from '../../../lab/devices/cisco-switch.ts'
import { startCliDevice } from '../../../lab/devices/cli-device.ts'
import { connectorContract, testTarget } from '../contract.ts'
import { type SshCliOptions, sshCli } from './ssh-cli.ts'

const password = 'geheim-und-lang'
const running = `hostname SW-1\n!\n${'interface GigabitEthernet1/1\n description Filler line, infeed\n!\n'.repeat(1600)}`
const startup = 'hostname SW-1\n'
const heading = `Building configuration...\n\nCurrent configuration : ${running.length} bytes\n!\n! Last configuration change at 03:04:05 UTC Fri Jan 2 2026 by engineer\n!\n`
const sent = (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'))

/** The switch writes what it holds in its own way, so the tree is what it must give, and filling it is writing its files. */
connectorContract<SshCliOptions>('ssh-cli', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ssh-cli-'))
  const files = { running: path.join(folder, 'running.cfg'), startup: path.join(folder, 'startup.cfg') }
  const device = await startCliDevice({
    user: 'backup',
    password,
    dialogue: () =>
      ciscoSwitch({
        ...files,
        enablePassword: null,
        version: '15.2(7)E4',
        model: 'IE-4000',
        serial: 'LAB0001',
        now: () => Temporal.Instant.from('2026-01-02T03:04:05Z'),
      }),
  })
  const options = sshCli.options.parse({
    port: device.port,
    user: 'backup',
    model: 'cisco-ios',
    commands: { 'startup-config.txt': 'show startup-config' },
  })
  return {
    connector: sshCli,
    tree: [
      { type: 'file', path: 'running-config.txt', content: sent(`${heading}${running}end\n\n`) },
      { type: 'file', path: 'startup-config.txt', content: sent(startup) },
    ],
    secrets: [password],
    noFingerprint: 'the device dates its running configuration only, not the startup configuration beside it',
    sessions: device.sessions,
    target: overrides => testTarget({ options, secret: () => password, ...overrides }),
    async fill() {
      writeFileSync(files.running, running)
      writeFileSync(files.startup, startup)
    },
    async cutOff(point, points) {
      device.setFaults({ cutAfterBytes: Math.floor((sent(heading + running).length * point) / points) })
      return {}
    },
    async goSilent() {
      device.setFaults({ stallAfterBytes: 2000 })
    },
    async [Symbol.asyncDispose]() {
      await device[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
})
