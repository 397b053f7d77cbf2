import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { type CiscoSwitchOptions, ciscoSwitch } from '../../../lab/devices/cisco-switch.ts'
import { type CliFaults, startCliDevice } from '../../../lab/devices/cli-device.ts'
import { capturedFiles, cliTarget } from '../../../lab/devices/cli-target.ts'
import { recordedDialogue } from '../../../lab/devices/recorded-dialogue.ts'
import { BlackstartError } from '../../errors.ts'
import type { Target } from '../connector.ts'
import { type SshCliOptions, sshCli } from './ssh-cli.ts'

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
const whole = `Building configuration...\n\nCurrent configuration : ${body.length} bytes\n!\n! Last configuration change at 03:04:05 UTC Fri Jan 2 2026 by engineer\n!\n${body}end\n\n`
/** Bytes that the switch sends in one capture, from the greeting to the last prompt. */
const wholeDialogue = 7964
const wholeRaw = whole.replaceAll('\n', '\r\n')

async function switchDevice(
  t: TestContext,
  overrides: Partial<CiscoSwitchOptions> = {},
  faults: CliFaults = {},
  legacyOnly = false,
) {
  const folder = mkdtempSync(path.join(tmpdir(), 'ssh-cli-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const running = path.join(folder, 'running.cfg')
  const startup = path.join(folder, 'startup.cfg')
  writeFileSync(running, body)
  writeFileSync(startup, 'hostname OLD\n')
  const device = await startCliDevice({
    ...login,
    faults,
    legacyOnly,
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

/** The same switch as a site file would define it: without paging off and, unless given, without end mark. */
const defined = {
  format: 'my-switch',
  prompt: '^[\\w.-]+[>#]$',
  enable: { command: 'enable', when: '>$', password: '^Password:$' },
  capture: [{ command: 'show running-config', file: 'running-config.txt' }],
  errors: ['^% Invalid'],
}

function capture(options: Record<string, unknown>, more: Partial<Target<SshCliOptions>> = {}) {
  return capturedFiles(sshCli.capture(cliTarget(options, secrets, more), never), never)
}

/** The failure, whose sentence must begin with the item, tell what to do and hold no secret. */
async function failure(
  options: Record<string, unknown>,
  more: Partial<Target<SshCliOptions>> = {},
): Promise<BlackstartError> {
  const error = await capture(options, more).then(
    () => null,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof BlackstartError, `a failure, not ${error}`)
  assert.match(error.message, /^switch-1\/config: .*(?:Check|Give|Store|Capture again|Renew)/s)
  for (const secret of Object.values(secrets)) assert.ok(!error.message.includes(secret), 'no secret in the sentence')
  return error
}

describe('the fingerprint of a switch', { concurrency: 4 }, () => {
  const read = (options: Record<string, unknown>, more: Partial<Target<SshCliOptions>> = {}) =>
    sshCli.fingerprint!(cliTarget(options, secrets, more), never)

  test('is what it tells of its last change', async t => {
    let changed = Temporal.Instant.from('2026-01-02T03:04:05Z')
    const { options, device } = await switchDevice(t, { now: () => changed })
    const first = await read(options)
    assert.equal(first, '! Last configuration change at 03:04:05 UTC Fri Jan 2 2026 by engineer')
    assert.equal(await read(options), first)
    changed = changed.add({ minutes: 1 })
    assert.notEqual(await read(options), first)
    assert.ok(device.sessions().most <= 1)
  })

  test('is none where the item holds more than the device dates', async t => {
    const { options } = await switchDevice(t)
    const beside = { ...options, commands: { 'startup-config.txt': 'show startup-config' } }
    assert.equal(await read(beside), null)
    assert.equal(typeof (await read(beside, { excluded: file => file === 'startup-config.txt' })), 'string')
    assert.equal(await read({ ...options, commands: { 'running-config.txt': 'show version' } }), null)
  })

  test('is none for a device whose dates are not known', async t => {
    const { options } = await switchDevice(t)
    assert.equal(await read({ ...options, model: 'custom', define: defined }), null)
  })
})

describe('a switch that is read over its command line', { concurrency: 6 }, () => {
  test('gives its configuration exactly, without echo and prompt', async t => {
    const { options, device } = await switchDevice(t)
    const target = cliTarget(options, secrets)
    const files = await capturedFiles(sshCli.capture(target, never), never)
    assert.deepEqual(files, { 'running-config.txt': wholeRaw })
    assert.equal(target.facts.get('format'), 'cisco-ios')
    assert.equal(target.facts.get('model'), 'IE-4000-8S4G-E')
    assert.equal(target.facts.get('firmware'), '15.2(7)E4')
    assert.equal(target.facts.get('serial'), 'LAB0001')
    assert.ok(target.paced.bytes > wholeRaw.length && target.paced.pauses >= 4)
    assert.equal(device.sessions().most, 1)
  })

  test('is asked nothing but what reads', async t => {
    const { options, device } = await switchDevice(t)
    await capture(options)
    const reading = ['terminal length 0', 'terminal width 0', 'show version', 'show running-config', 'exit']
    assert.deepEqual(device.typed(), ['enable', secrets.enable, ...reading])
  })

  test('needs no enable step when the login is privileged', async t => {
    const { options, device } = await switchDevice(t, { enablePassword: null })
    assert.equal((await capture({ ...options, enableSecret: undefined }))['running-config.txt'], wholeRaw)
    assert.ok(!device.typed().includes('enable'))
  })

  test('gives further outputs, and another command for a file of the model', async t => {
    const { options } = await switchDevice(t)
    const commands = { 'startup-config.txt': 'show startup-config', 'running-config.txt': 'show running-config' }
    const files = await capture({ ...options, commands })
    assert.deepEqual(files, { 'running-config.txt': wholeRaw, 'startup-config.txt': 'hostname OLD\r\n' })
    const without = await capture({ ...options, commands }, { excluded: file => file === 'running-config.txt' })
    assert.deepEqual(Object.keys(without), ['startup-config.txt'])
  })

  test('gives the same when it pages, and the site file defines it', async t => {
    const { options, device } = await switchDevice(t)
    const target = cliTarget({ ...options, model: 'custom', define: defined }, secrets)
    const files = await capturedFiles(sshCli.capture(target, never), never)
    assert.equal(files['running-config.txt'], wholeRaw)
    assert.equal(target.facts.get('format'), 'my-switch')
    assert.ok(device.typed().filter(key => key === ' ').length > 10)
  })

  for (const [how, model] of Object.entries({
    'with an end mark': {},
    'without one': { model: 'custom', define: defined },
  })) {
    test(`is heard to its end when it pauses at a line that looks like its prompt, ${how}`, async t => {
      const pauseAfter = { text: '^C\r\nSW-1#', milliseconds: 700 }
      const { options } = await switchDevice(t, { pageLines: 0 }, { pauseAfter })
      assert.equal((await capture({ ...options, ...model }))['running-config.txt'], wholeRaw)
    })
  }

  test('is heard whatever the pieces that its answers come in', async t => {
    const all = [1, 7, 1000].map(async pieceBytes => {
      const { options } = await switchDevice(t, {}, { pieceBytes })
      assert.equal((await capture(options))['running-config.txt'], wholeRaw)
    })
    await Promise.all(all)
  })

  test('is reached with old algorithms only where the item asks for them', async t => {
    const { options } = await switchDevice(t, {}, {}, true)
    assert.match((await failure(options)).message, /legacy: true/)
    assert.equal((await capture({ ...options, legacy: true }))['running-config.txt'], wholeRaw)
  })
})

describe('a capture over a command line fails', { concurrency: 6 }, () => {
  test('when the configuration has no end mark', async t => {
    const { options } = await switchDevice(t, {}, { noEndMark: true })
    const error = await failure(options)
    assert.equal(error.code, 'no-end-mark')
    assert.match(error.message, /"show running-config" stops after \d+ bytes without the mark/)
  })

  test('when the login is refused', async t => {
    const { options } = await switchDevice(t)
    const error = await failure({ ...options, user: 'nobody' })
    assert.equal(error.code, 'login-refused')
    assert.match(error.message, /secrets set switch-1/)
  })

  test('when the enable password is refused, missing, or not named', async t => {
    const { options, device } = await switchDevice(t)
    const refused = await failure({ ...options, enableSecret: 'switch-1' })
    assert.equal(refused.code, 'login-refused')
    assert.match(refused.message, /secrets set switch-1/)
    assert.equal((await failure({ ...options, enableSecret: undefined })).code, 'permission')
    assert.match((await failure({ ...options, enableSecret: undefined })).message, /enableSecret/)
    const before = device.sessions().total
    await assert.rejects(capture({ ...options, enableSecret: 'other' }), { code: 'secret-missing' })
    assert.equal(device.sessions().total, before, 'the device was left alone')
  })

  test('when the device does not know the command', async t => {
    const { options } = await switchDevice(t)
    const error = await failure({ ...options, commands: { 'running-config.txt': 'show all' } })
    assert.equal(error.code, 'unsupported')
    assert.match(error.message, /did not run "show all": "% Invalid input detected/)
  })

  test('when the prompt is none of the model, and says what the device shows without its secrets', async t => {
    const { options, running } = await switchDevice(t)
    writeFileSync(running, `hostname ${secrets['switch-1']}\n`)
    const error = await failure({ ...options, model: 'comware' }, { timeouts: { connect: 3000, idle: 400 } })
    assert.equal(error.code, 'protocol')
    assert.match(error.message, /waits with "\*\*\*>", which the model comware does not know/)
  })

  test('when the device falls silent, at any point', async t => {
    const stalls = [3, 60, 400, 2000, 5000].map(async stallAfterBytes => {
      const { options } = await switchDevice(t, {}, { stallAfterBytes })
      const error = await failure(options, { timeouts: { connect: 3000, idle: 400 } })
      assert.ok(error.code === 'timeout' || error.code === 'protocol', error.message)
    })
    await Promise.all(stalls)
  })

  test('when the caller aborts, with the reason of the abort', async t => {
    const { options, device } = await switchDevice(t, {}, { stallAfterBytes: 1500 })
    const controller = new AbortController()
    const reason = new BlackstartError('interrupted', 'stopped')
    setTimeout(() => controller.abort(reason), 1200)
    const entries = sshCli.capture(cliTarget(options, secrets), controller.signal)
    await assert.rejects(capturedFiles(entries, never), error => error === reason)
    while (device.sessions().open > 0) await new Promise(done => setTimeout(done, 10))
  })

  test('when the output is no configuration but endless', async t => {
    const line = `${'x'.repeat(1023)}\n`
    const device = await startCliDevice({
      ...login,
      dialogue: () =>
        recordedDialogue({
          greeting: 'fw1 # ',
          steps: [{ typed: 'show\n', sent: `show\r\n${line.repeat(66_000)}fw1 # ` }],
        }),
    })
    t.after(() => device[Symbol.asyncDispose]())
    const error = await failure({ port: device.port, user: login.user, model: 'fortios' })
    assert.match(error.message, /more than 64 MiB/)
  })

  // every stage of the dialogue, and fifteen points within what the shell sends
  const cuts: readonly {
    readonly name: string
    readonly faults: (whole: number) => CliFaults
    readonly words: RegExp
  }[] = [
    {
      name: 'at the connection',
      faults: () => ({ cutAt: 'connect' }),
      words: /Check the network and whether the device restarted/,
    },
    { name: 'at the login', faults: () => ({ cutAt: 'login' }), words: /before the login was done/ },
    { name: 'at the shell', faults: () => ({ cutAt: 'shell' }), words: /in the middle of the work|its first prompt/ },
    { name: 'at enable', faults: () => ({ cutAt: 'enable' }), words: /the step to the privileged mode/ },
    { name: 'after 1 byte', faults: () => ({ cutAfterBytes: 1 }), words: /its first prompt/ },
    ...Array.from({ length: 15 }, (_, n) => ({
      name: `after ${n + 1}/16 of the dialogue`,
      faults: (whole: number) => ({ cutAfterBytes: Math.floor((whole * (n + 1)) / 16) }),
      words: /in the middle of "show running-config", after \d+ bytes|during "show (?:version|running-config)"/,
    })),
  ]
  for (const { name, faults, words } of cuts) {
    test(`when the connection is cut ${name}, in words for a technician`, async t => {
      const { options } = await switchDevice(t, {}, faults(wholeDialogue))
      const error = await failure(options)
      assert.match(error.message, words)
      assert.match(error.code, /^(?:connection-lost|truncated|protocol)$/)
    })
  }

  test('no more once the device is whole again', async t => {
    const { options, device } = await switchDevice(t, {}, { cutAfterBytes: 3000 })
    await failure(options)
    device.setFaults({})
    const before = device.sent()
    assert.equal((await capture(options))['running-config.txt'], wholeRaw)
    assert.equal(device.sent() - before, wholeDialogue, 'the cuts above are spread over the whole dialogue')
  })
})

describe('a device that is read without a terminal', { concurrency: 6 }, () => {
  const exported = `# by RouterOS 7.16\r\n# model = RB5009\r\n# serial number = LAB2\r\n${'/ip address\r\nadd address=192.0.2.1/24\r\n'.repeat(500)}`
  const device = async (t: TestContext, status: number | null, faults: CliFaults = {}) => {
    const steps = [
      { typed: '/export show-sensitive\n', sent: exported },
      { typed: '/export\n', sent: 'expected end of command (line 1 column 9)\r\n' },
    ]
    const started = await startCliDevice({
      ...login,
      faults,
      dialogue: () => ({
        ...recordedDialogue({ greeting: '', steps }),
        exec: command => ({
          output: steps.find(({ typed }) => typed === `${command}\n`)?.sent ?? 'bad command name\r\n',
          status,
        }),
      }),
    })
    t.after(() => started[Symbol.asyncDispose]())
    return { port: started.port, user: login.user, model: 'mikrotik-routeros' }
  }

  test('gives exactly what it sends, whether it tells a status or not', async t => {
    for (const status of [0, null]) {
      assert.deepEqual(await capture(await device(t, status)), { 'export.rsc': exported })
    }
  })

  test('fails when the connection is cut in the middle, when it refuses, and when it tells a failure', async t => {
    const cuts = Array.from({ length: 9 }, async (_, n) => {
      const cutAfterBytes = Math.floor((exported.length * (n + 1)) / 10)
      const error = await failure(await device(t, null, { cutAfterBytes }))
      assert.ok(error.code === 'truncated' || error.code === 'connection-lost', error.message)
    })
    await Promise.all(cuts)
    const refused = await failure({ ...(await device(t, null)), commands: { 'export.rsc': '/export' } })
    assert.equal(refused.code, 'unsupported')
    assert.equal((await failure(await device(t, 1))).code, 'unsupported')
  })
})

describe('a Hirschmann switch', () => {
  const sample = path.resolve(
    import.meta.dirname,
    '../../../../shared/corpus/network/hirschmann_hios_cli_output/show_system_info.txt',
  )
  const skip = existsSync(sample) ? false : 'the corpus is not here'
  test('is read page by page, and told not to save when it asks at the logout', { skip }, async t => {
    const prompt = '[GRS1042-CORE]#'
    const script = `! simulated\r\nconfigure\r\n${'interface 1/1\r\nname "line 1"\r\nexit\r\n'.repeat(20)}exit\r\n`
    const info = readFileSync(sample, 'latin1').replace(/\r?\n/g, '\r\n')
    const steps = [
      { typed: 'enable\n', sent: `enable\r\n\r\n${prompt}` },
      { typed: 'show system info\n', sent: `show system info\r\n\r\n${info}\r\n\r\n${prompt}` },
      {
        typed: 'show running-config script\n',
        sent: `show running-config script\r\n${script.slice(0, 300)}--More-- or (q)uit`,
      },
      { typed: ' ', sent: `\r                  \r${script.slice(300)}${prompt}` },
    ]
    const device = await startCliDevice({
      ...login,
      dialogue: () => recordedDialogue({ greeting: '\r\nGRS1042\r\n\r\n[GRS1042-CORE]>', steps }),
    })
    t.after(() => device[Symbol.asyncDispose]())
    const target = cliTarget({ port: device.port, user: login.user, model: 'hirschmann-hios' }, secrets)
    assert.deepEqual(await capturedFiles(sshCli.capture(target, never), never), { 'running-config.txt': script })
    assert.equal(target.facts.get('firmware'), 'HiOS-3A-09.4.04')
    assert.equal(target.facts.get('serial'), '942135999000101022')
    assert.equal(target.facts.get('model'), 'GRS1042-6T6ZTHH00V9HHSE3AMR')
  })
})

describe('the options', () => {
  const options = { user: 'backup', model: 'cisco-ios' }
  const wrong: Readonly<Record<string, Record<string, unknown>>> = {
    'an unknown key': { ...options, paging: true },
    'an unknown model': { ...options, model: 'cisco-nexus' },
    '`custom` without a definition': { ...options, model: 'custom' },
    'a definition beside a model': { ...options, define: defined },
    'a broken pattern': { ...options, model: 'custom', define: { ...defined, prompt: '[' } },
    'one file twice': {
      ...options,
      model: 'custom',
      define: { ...defined, capture: [...defined.capture, ...defined.capture] },
    },
    'a file in a folder': { ...options, commands: { '../x': 'show' } },
  }
  for (const [what, value] of Object.entries(wrong)) {
    test(`refuse ${what}`, () => assert.equal(sshCli.options.safeParse(value).success, false))
  }
  test('name the device by host and port', () => {
    assert.equal(sshCli.device(cliTarget(options, secrets)), '127.0.0.1:22')
    assert.equal(sshCli.device(cliTarget({ ...options, host: 'sw1', port: 2022 }, secrets)), 'sw1:2022')
  })
})
