import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { reasonOf } from '../../errors.ts'
import { openTar } from './open-tar.ts'
import { openXml } from './open-xml.ts'
import { broken, type Opening, sound } from './opening.ts'
import { headBytes, recognise } from './recognise.ts'

/** Unpacks it to its end, into nothing, which checks its CRC-32 and size; a tar archive or XML inside is opened as well. */
export async function openGzip(name: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Opening> {
  const gunzip = createGunzip()
  let failure: unknown = null
  gunzip.on('error', error => {
    failure ??= error
  })
  const source = Readable.from(chunks)
  source.on('error', error => gunzip.destroy(error))
  const unpacked = source.pipe(gunzip).iterator({ destroyOnReturn: false })
  try {
    const inner = await openInner(name, unpacked, signal)
    // whoever looked inside may have seen enough before the end, where the checksum is
    for await (const _ of unpacked) signal.throwIfAborted()
    return inner
  } catch (error) {
    signal.throwIfAborted()
    return broken(`cannot be unpacked: ${reasonOf(failure ?? error)}`)
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}

async function openInner(name: string, chunks: AsyncIterator<Uint8Array>, signal: AbortSignal): Promise<Opening> {
  const { head, all } = await peek(chunks)
  const inner = recognise(/\.tgz$/i.test(name) ? 'inner.tar' : name.replace(/\.gz$/i, ''), head)
  if (inner.kind === 'tar') return within(await openTar(all, signal))
  if (inner.kind === 'xml') return within(await openXml(head, all))
  for await (const _ of all) signal.throwIfAborted()
  return sound
}

function within(opening: Opening): Opening {
  return opening.problem === null ? opening : broken(`what is packed in it is damaged: ${opening.problem}`)
}

/** The first bytes of a stream, and the whole of it again. */
async function peek(
  chunks: AsyncIterator<Uint8Array>,
): Promise<{ readonly head: Buffer; readonly all: AsyncIterable<Uint8Array> }> {
  const first: Uint8Array[] = []
  let bytes = 0
  while (bytes < headBytes) {
    const next = await chunks.next()
    if (next.done === true) break
    first.push(next.value)
    bytes += next.value.length
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* first
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value
  }
  return { head: Buffer.concat(first).subarray(0, headBytes), all: all() }
}
