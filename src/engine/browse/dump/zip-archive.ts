import { pipeline } from 'node:stream/promises'
import { crc32, createDeflateRaw, deflateRawSync } from 'node:zlib'
import { encodeBytes } from '../../tree/byte-string.ts'
import type { TreeNode } from '../../tree/tree-node.ts'
import type { ArchiveEntry } from './archive-entry.ts'
import { centralRecord, descriptor, endRecords, localHeader, type ZipEntry } from './zip-records.ts'

/** Up to here a file is compressed at once, and its sizes are written before it. */
const mostAtOnce = 1024 * 1024
/** From here sizes may not fit into 32 bits, once deflate has made incompressible content a little longer. */
const largeBytes = 4_000_000_000

/**
 * A zip archive with modes, owners and times in seconds; a file with several names is in it several times. What zip has no
 * word for, as devices, is given to `onSkip`. Memory: about 150 bytes an entry.
 */
export async function* zipArchive(
  entries: AsyncIterable<ArchiveEntry>,
  onSkip: (path: string, node: TreeNode) => void,
): AsyncGenerator<Uint8Array> {
  const central: Buffer[] = []
  let offset = 0
  for await (const entry of entries) {
    const { node, path } = entry
    if (node.type !== 'file' && node.type !== 'dir' && node.type !== 'symlink') {
      onSkip(path, node)
      continue
    }
    const written = writeEntry(entry, offset)
    for (let next = await written.next(); ; next = await written.next()) {
      if (next.done) {
        central.push(centralRecord(next.value))
        break
      }
      offset += next.value.byteLength
      yield next.value
    }
  }
  yield* endRecords(central, offset)
}

async function* writeEntry(entry: ArchiveEntry, offset: number): AsyncGenerator<Uint8Array, ZipEntry> {
  const { node } = entry
  const name = encodeBytes(node.type === 'dir' ? `${entry.path}/` : entry.path)
  const file = { name, node, offset, crc: 0, bytes: 0, packed: 0, deflated: false, streamed: false, large: false }
  if (node.type === 'file' && (node.size ?? 0) > mostAtOnce) return yield* writeStreamed(entry, file)
  const content = node.type === 'file' ? await whole(entry.content()) : encodeBytes(node.linktarget ?? '')
  const deflated = node.type === 'file' ? deflateRawSync(content) : content
  const shorter = deflated.byteLength < content.byteLength
  const body = shorter ? deflated : content
  const known = { crc: crc32(content), bytes: content.byteLength, packed: body.byteLength, deflated: shorter }
  yield localHeader({ ...file, ...known })
  if (body.byteLength > 0) yield body
  return { ...file, ...known }
}

/** Sizes and sum are known behind the content only. */
async function* writeStreamed(entry: ArchiveEntry, file: ZipEntry): AsyncGenerator<Uint8Array, ZipEntry> {
  const opened = { ...file, deflated: true, streamed: true, large: (file.node.size ?? 0) > largeBytes }
  yield localHeader(opened)
  let [crc, bytes, packed] = [0, 0, 0]
  const summed = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of entry.content()) {
      crc = crc32(piece, crc)
      bytes += piece.byteLength
      yield piece
    }
  }
  const deflate = createDeflateRaw()
  const done = pipeline(summed(), deflate)
  done.catch(() => undefined) // the loop throws it
  for await (const piece of deflate) {
    packed += (piece as Uint8Array).byteLength
    yield piece as Uint8Array
  }
  await done
  const known = { ...opened, crc, bytes, packed }
  yield descriptor(known)
  return known
}

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(pieces))
}
