// The dialogues that Oxidized's users recorded from real devices drive the models over a real SSH server.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { startCliDevice } from '../../../lab/devices/cli-device.ts'
import { capturedFiles, cliTarget } from '../../../lab/devices/cli-target.ts'
import { readRecording, recordedAnswer, recordedDialogue } from '../../../lab/devices/recorded-dialogue.ts'
import { lastLine } from './cli-output.ts'
import { cliModels } from './models/all.ts'
import { sshCli } from './ssh-cli.ts'

const folder = path.resolve(import.meta.dirname, '../../../../shared/corpus/network/oxidized_model_data')
const skip = existsSync(folder) ? false : `no recordings: ${path.basename(folder)} of the corpus is not here`
const recordings = skip === false ? readdirSync(folder).filter(name => name.endsWith('simulation.yaml')) : []
const never = new AbortController().signal

interface Family {
  readonly model: string
  readonly file: string
  /** What was recorded where our model says another command; set by the item's option `commands`. */
  readonly command?: string
  /** A command of ours for facts, and the recorded one. */
  readonly aliases?: Readonly<Record<string, string>>
  readonly facts: readonly string[]
}

/** By the first word of the recording's name. Further families (ASA, EOS, Junos, NX-OS …) have no model here. */
const families: Readonly<Record<string, Family>> = {
  ios: { model: 'cisco-ios', file: 'running-config.txt', facts: ['model', 'firmware', 'serial'] },
  aoscx: { model: 'aruba-cx', file: 'running-config.txt', facts: [] },
  fortigate: {
    model: 'fortios',
    file: 'configuration.conf',
    command: 'show | grep .',
    facts: ['model', 'firmware', 'serial'],
  },
  fortios: { model: 'fortios', file: 'configuration.conf', facts: ['model', 'firmware', 'serial'] },
  h3c: { model: 'comware', file: 'current-configuration.txt', facts: ['firmware'] },
  routeros: { model: 'mikrotik-routeros', file: 'export.rsc', facts: ['firmware', 'board'] },
  vyos: {
    model: 'vyos',
    file: 'configuration-commands.txt',
    aliases: { 'show version | no-more': 'show version' },
    facts: ['model', 'firmware', 'serial'],
  },
}

describe('a recorded device', { skip, concurrency: 4 }, () => {
  for (const name of recordings) {
    const family = families[name.split('#')[0] ?? '']
    if (family === undefined) continue
    test(`${name} gives exactly what was recorded`, async () => {
      const recording = readRecording(path.join(folder, name))
      const model = cliModels.find(one => one.name === family.model)!
      await using device = await startCliDevice({
        user: 'backup',
        password: 'geheim',
        dialogue: () => recordedDialogue(recording, family.aliases),
        faults: { pieceBytes: 700 },
      })
      const { command } = family
      const target = cliTarget(
        {
          port: device.port,
          user: 'backup',
          model: family.model,
          ...(command ? { commands: { [family.file]: command } } : {}),
        },
        { 'switch-1': 'geheim' },
      )
      const files = await capturedFiles(sshCli.capture(target, never), never)
      const answer = recordedAnswer(recording, command ?? model.captures[0]!.command)!
      // by exec there is neither echo nor prompt; in a shell the echo is the first line and the prompt the last
      const expected =
        model.transport === 'exec' ? answer : answer.slice(answer.indexOf('\n') + 1, answer.lastIndexOf('\n') + 1)
      assert.ok(expected.length > 0)
      assert.deepEqual(Object.keys(files), [family.file])
      assert.equal(files[family.file], expected)
      for (const fact of family.facts) assert.ok(target.facts.get(fact), `${fact} is not known`)
    })
  }
})

/** Devices that page, whatever they are told: without a model here, so a site file would define them. */
const defined: Readonly<Record<string, Record<string, unknown>>> = {
  tnsr: {
    prompt: '^[\\w.-]+ tnsr#$',
    pagers: [{ pattern: '--More--', answer: ' ' }],
    capture: [{ command: 'show configuration running cli', file: 'configuration.txt' }],
  },
  vsololt: {
    prompt: '^[\\w.|-]+(?:\\(config\\))?[>#]$',
    enable: { command: 'enable', when: '>$', password: '^Password:$' },
    before: ['configure terminal'], // as it was recorded
    pagers: [{ pattern: ' --More-- \\0?', answer: ' ' }],
    capture: [{ command: 'show running-config', file: 'configuration.txt' }],
  },
}

/** Recordings of which no capture can be made, and what is said of each. */
const refused: Readonly<Record<string, { readonly code: string; readonly message: RegExp }>> = {
  // put together from two devices: the prompt after the output is not the one before
  'tnsr#TNSR_24.10-3_short-config#simulation.yaml': { code: 'protocol', message: /the prompt .* changed from/ },
  'tnsr#TNSR_25.02-2_long-config-and-pager-at-last-line#simulation.yaml': {
    code: 'protocol',
    message: /the prompt .* changed from/,
  },
  // a log message is written over the pager: a terminal's answer with messages in it is no configuration
  'vsololt#V1600G0-B_V1.4.13R#simulation.yaml': { code: 'timeout', message: /fell silent .* Nothing was kept/ },
}

describe('a recorded device that pages, defined in the site file', { skip, concurrency: 4 }, () => {
  for (const name of recordings) {
    const define = defined[name.split('#')[0] ?? '']
    if (define === undefined) continue
    if (name in refused) continue
    test(`${name} gives what was recorded without its pagers`, async () => {
      const recording = readRecording(path.join(folder, name))
      await using device = await startCliDevice({
        user: 'backup',
        password: 'geheim',
        dialogue: () => recordedDialogue(recording, { geheim2: '' }),
      })
      const target = cliTarget(
        { port: device.port, user: 'backup', model: 'custom', define, enableSecret: 'enable' },
        { 'switch-1': 'geheim', enable: 'geheim2' },
      )
      const files = await capturedFiles(sshCli.capture(target, never), never)
      const { command } = (define.capture as { command: string }[])[0]!
      const at = recording.steps.findIndex(({ typed }) => typed === `${command}\n`)
      const pages = recording.steps.slice(
        at,
        recording.steps.findIndex(({ typed }, index) => index > at && typed.endsWith('\n')),
      )
      const shown = pages
        .map(({ sent }) => sent.replace(/ ?--More--(?: \0)?$/, '').replace(/^[\b]+ +[\b]+/, ''))
        .join('')
      assert.ok(pages.length > 2)
      assert.equal(files['configuration.txt'], shown.slice(shown.indexOf('\n') + 1, shown.lastIndexOf('\n') + 1))
    })
  }
})

describe('a recorded device that cannot be believed', { skip, concurrency: 3 }, () => {
  for (const [name, failure] of Object.entries(refused)) {
    test(`${name} makes no version`, async () => {
      const recording = readRecording(path.join(folder, name))
      await using device = await startCliDevice({
        user: 'backup',
        password: 'geheim',
        dialogue: () => recordedDialogue(recording, { geheim2: '' }),
      })
      const target = cliTarget(
        {
          port: device.port,
          user: 'backup',
          model: 'custom',
          define: defined[name.split('#')[0] ?? ''],
          enableSecret: 'enable',
        },
        { 'switch-1': 'geheim', enable: 'geheim2' },
        { timeouts: { connect: 5000, idle: 500 } },
      )
      await assert.rejects(capturedFiles(sshCli.capture(target, never), never), failure)
    })
  }
})

describe('the prompt of a model', { skip }, () => {
  for (const [word, { model }] of Object.entries(families)) {
    const file = path.join(folder, `${word}#generic#prompt.yaml`)
    if (!existsSync(file)) continue
    test(`${model} knows the prompts that were recorded of ${word}`, () => {
      const { prompt } = cliModels.find(({ name }) => name === model)!
      const lists: { pass?: string[]; fail?: string[]; pass_with_expect?: string[] } = parse(readFileSync(file, 'utf8'))
      for (const line of [...(lists.pass ?? []), ...(lists.pass_with_expect ?? [])])
        assert.match(lastLine(line), prompt)
      for (const line of lists.fail ?? []) assert.doesNotMatch(lastLine(line), prompt)
    })
  }
})
