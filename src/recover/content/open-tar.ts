import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar-stream'
import { reasonOf } from '../../errors.ts'
import { broken, type Opening, sound } from './opening.ts'

/** Lists the archive to its end: every header's checksum, every entry as long as its header says. */
export async function openTar(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Opening> {
  const tar = extract()
  let last: string | null = null
  tar.on('entry', (header, stream, next) => {
    last = header.name
    // an end that comes too early is told here too; the pipeline throws it
    stream.on('error', next)
    stream.on('end', next)
    stream.resume()
  })
  try {
    await pipeline(Readable.from(chunks), tar, { signal })
    return last === null ? broken('no tar archive: it holds no entry') : sound
  } catch (error) {
    signal.throwIfAborted()
    const where = last === null ? 'at its first entry' : `at ${JSON.stringify(last)} or after it`
    return broken(`the tar archive cannot be listed to its end, ${where}: ${reasonOf(error)}`)
  }
}
