import type { Entry, Target } from '../../src/capture/connector.ts'
import { type FtpOptions, ftpOptions } from '../../src/capture/ftp/ftp-options.ts'
import { BlackstartError } from '../../src/errors.ts'
import { type RecordingTarget, recordingTarget } from './recording-target.ts'

/** A target for tests of the connector `ftp`: what archive would hand it, with what it was told kept to be asserted. */
export function ftpTarget(
  address: string,
  options: Record<string, unknown> = {},
  more: Partial<Target<FtpOptions>> & { readonly password?: string } = {},
): RecordingTarget<FtpOptions> {
  return recordingTarget({
    item: 'plc-filler/program',
    kind: 'program',
    asset: { id: 'plc-filler', address },
    options: ftpOptions.parse(options),
    folder: import.meta.dirname,
    secret(name) {
      if (more.password !== undefined) return more.password
      throw new BlackstartError(
        'secret-missing',
        `plc-filler/program: no secret "${name}". Enter it with secrets set ${name}.`,
      )
    },
    timeouts: { connect: 8000, idle: 4000 },
    ...more,
  })
}

/** What a capture gives, read whole: folders as `null`, links as `-> target`, files as their bytes. */
export async function readEntries(
  entries: AsyncIterable<Entry>,
  signal: AbortSignal,
): Promise<Map<string, Buffer | string | null>> {
  const read = new Map<string, Buffer | string | null>()
  for await (const entry of entries) {
    if (read.has(entry.path)) throw new Error(`${entry.path} came twice`)
    if (entry.type === 'folder') read.set(entry.path, null)
    else if (entry.type === 'link') read.set(entry.path, `-> ${entry.target}`)
    else read.set(entry.path, Buffer.concat(await Array.fromAsync((await entry.read(signal)).chunks)))
  }
  return read
}

/** The entries of what readEntries gave, to restore them. */
export async function* entriesOf(read: ReadonlyMap<string, Buffer | string | null>): AsyncGenerator<Entry> {
  for (const [path, content] of read) {
    if (content === null) yield { path, type: 'folder', stat: {} }
    else if (typeof content === 'string') yield { path, type: 'link', target: content.slice(3), stat: {} }
    else {
      async function* chunks() {
        for (let at = 0; at < content!.length; at += 65_536) yield (content as Buffer).subarray(at, at + 65_536)
      }
      yield { path, type: 'file', read: async () => ({ stat: {}, chunks: chunks() }) }
    }
  }
}
