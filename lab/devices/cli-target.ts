import type { Entry, Target } from '../../src/capture/connector.ts'
import { type SshCliOptions, sshCli } from '../../src/capture/ssh-cli/ssh-cli.ts'
import { BlackstartError } from '../../src/errors.ts'
import { type RecordingTarget, recordingTarget } from './recording-target.ts'

/** A target for tests of the connector `ssh-cli` against 127.0.0.1. `secrets` are all that it has. */
export function cliTarget(
  options: Record<string, unknown>,
  secrets: Readonly<Record<string, string>>,
  more: Partial<Target<SshCliOptions>> = {},
): RecordingTarget<SshCliOptions> {
  return recordingTarget({
    item: 'switch-1/config',
    kind: 'configuration',
    asset: { id: 'switch-1', address: '127.0.0.1' },
    options: sshCli.options.parse(options),
    folder: import.meta.dirname,
    secret(name) {
      const value = secrets[name]
      if (value !== undefined) return value
      throw new BlackstartError(
        'secret-missing',
        `switch-1/config: no secret ${name}. Enter it with secrets set ${name}.`,
      )
    },
    timeouts: { connect: 5000, idle: 4000 },
    ...more,
  })
}

/** The captured files as text with a byte a character. */
export async function capturedFiles(
  entries: AsyncIterable<Entry>,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for await (const entry of entries) {
    if (entry.type !== 'file') throw new Error(`${entry.path} is a ${entry.type}`)
    const reading = await entry.read(signal)
    files[entry.path] = Buffer.concat(await Array.fromAsync(reading.chunks)).toString('latin1')
  }
  return files
}
