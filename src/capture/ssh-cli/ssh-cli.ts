import { z } from 'zod'
import { BlackstartError } from '../../errors.ts'
import type { Connector, FileEntry, Target } from '../connector.ts'
import { connectSsh, sshConnection, sshDevice, sshOptions } from '../ssh/connect-ssh.ts'
import { cliDefinition, cliFileName, definedModel } from './cli-definition.ts'
import { captureByExec, runByExec } from './cli-exec.ts'
import type { CliLink } from './cli-link.ts'
import type { CliCapture, CliModel, FactPatterns } from './cli-model.ts'
import { CliSession } from './cli-session.ts'
import { cliModels } from './models/all.ts'

const modelNames = [...cliModels.map(({ name }) => name), 'custom']

const options = z
  .strictObject({
    ...sshOptions,
    model: z.enum(modelNames).describe('how the device talks'),
    define: cliDefinition.optional().describe('with `model: custom`: how the device talks'),
    enableSecret: z.string().min(1).optional().describe('name of the secret with the enable password'),
    commands: z
      .record(cliFileName, z.string().min(1))
      .default({})
      .describe('file name: command; further outputs to keep, or another command for a file of the model'),
  })
  .refine(({ model, define }) => (model === 'custom') === (define !== undefined), {
    path: ['define'],
    message: '`define` and `model: custom` belong together',
  })

export type SshCliOptions = z.infer<typeof options>

/** Reads the configuration of a network device, or of anything with a command line, over SSH. See README.md. */
export const sshCli: Connector<SshCliOptions> = {
  kind: 'ssh-cli',
  options,
  impact: { capture: 'reads', restore: 'unsupported' },
  device: target => sshDevice(target, target.options),
  connections: target => [sshConnection(target, 'ssh')],
  fingerprint,
  async *capture(target, signal) {
    const model = modelOf(target)
    const wanted = capturesOf(model, target.options).filter(({ file }) => !target.excluded(file))
    target.observe('format', model.name)
    for (const [file, content] of await readAll(target, model, wanted, signal)) yield fileEntry(file, content)
  },
}

/** The whole dialogue in one session, which has ended before the first entry is given out. */
function readAll(target: Target<SshCliOptions>, model: CliModel, wanted: readonly CliCapture[], signal: AbortSignal) {
  const read = model.transport === 'exec' ? readByExec : readByShell
  return connected(target, model, signal, link => read(link, target, wanted))
}

/** Null where the item holds more than the file that the device dates. */
async function fingerprint(target: Target<SshCliOptions>, signal: AbortSignal): Promise<string | null> {
  const model = modelOf(target)
  const [only, ...others] = capturesOf(model, target.options).filter(({ file }) => !target.excluded(file))
  const [dated] = model.captures
  if (model.changed === null || model.transport !== 'shell' || others.length > 0) return null
  if (only?.file !== dated?.file || only?.command !== dated?.command) return null
  const { command, line } = model.changed
  return connected(target, model, signal, async link => {
    const session = await CliSession.open(link)
    const output = (await session.run(command)).replaceAll('\r', '')
    session.leave()
    return line.exec(output)?.[0].slice(0, 200) ?? null
  })
}

async function connected<Result>(
  target: Target<SshCliOptions>,
  model: CliModel,
  signal: AbortSignal,
  work: (link: CliLink) => Promise<Result>,
): Promise<Result> {
  const { enableSecret } = target.options
  const enable = enableSecret === undefined ? null : { name: enableSecret, password: target.secret(enableSecret) }
  await using connection = await connectSsh(target, target.options, signal)
  const peer = {
    item: target.item,
    device: connection.device,
    model: target.options.model,
    secrets: secretsOf(target, enable?.password ?? ''),
  }
  return await work({ target, connection, model, peer, enable })
}

async function readByShell(link: CliLink, target: Target<SshCliOptions>, wanted: readonly CliCapture[]) {
  const session = await CliSession.open(link)
  for (const { command, patterns } of link.model.facts) observe(target, await session.run(command), patterns)
  const files = new Map<string, Buffer>()
  for (const capture of wanted) {
    const content = await session.capture(capture)
    observe(target, content.toString('latin1'), capture.facts)
    files.set(capture.file, content)
  }
  session.leave()
  return files
}

async function readByExec(link: CliLink, target: Target<SshCliOptions>, wanted: readonly CliCapture[]) {
  for (const { command, patterns } of link.model.facts)
    observe(target, await runByExec(link, command, 'prepare'), patterns)
  const files = new Map<string, Buffer>()
  for (const capture of wanted) {
    const content = await captureByExec(link, capture)
    observe(target, content.toString('latin1'), capture.facts)
    files.set(capture.file, content)
  }
  return files
}

function modelOf({ item, options }: Target<SshCliOptions>): CliModel {
  if (options.define !== undefined) return definedModel(options.define)
  const model = cliModels.find(({ name }) => name === options.model)
  if (model !== undefined) return model
  throw new BlackstartError(
    'site-invalid',
    `${item}: there is no model ${options.model}. Choose one of ${modelNames.join(', ')}.`,
  )
}

/** The model's captures, with the item's own commands in place of them by file name, then the item's further ones. */
function capturesOf({ captures }: CliModel, { commands }: SshCliOptions): readonly CliCapture[] {
  const own = captures.map(capture => ({ ...capture, command: commands[capture.file] ?? capture.command }))
  const further = Object.entries(commands)
    .filter(([file]) => captures.every(capture => capture.file !== file))
    .map(([file, command]) => ({ command, file, endMark: null, facts: {} }))
  return [...own, ...further]
}

function observe(target: Target<SshCliOptions>, output: string, patterns: FactPatterns): void {
  const text = output.replaceAll('\r', '')
  for (const [fact, pattern] of Object.entries(patterns)) {
    const value = pattern.exec(text)?.[1]
    if (value !== undefined) target.observe(fact, value.slice(0, 200))
  }
}

/** What no sentence may show. A secret that is missing has been reported by the login. */
function secretsOf({ options, asset, secret }: Target<SshCliOptions>, enable: string): string[] {
  const password = options.secret ?? (options.keySecret === undefined ? asset.id : null)
  return [enable, password === null ? '' : secret(password)].filter(value => value !== '')
}

function fileEntry(path: string, content: Buffer): FileEntry {
  return {
    type: 'file',
    path,
    async read() {
      return { stat: {}, chunks: pieces(content) }
    },
  }
}

async function* pieces(content: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536)
}
