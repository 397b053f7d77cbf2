import { crc32 } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { reasonOf } from '../../errors.ts'
import { broken, noted, type Opening, sound } from './opening.ts'

/** Lists the archive and unpacks every entry, into nothing: sizes and CRC-32 must be what the archive says. */
export async function openZip(file: string, signal: AbortSignal): Promise<Opening> {
  let zip: ZipFile
  try {
    // names as bytes: any name that a tool has written is good
    zip = await openPromise(file, { autoClose: false, decodeStrings: false })
  } catch (error) {
    return broken(`no zip archive that can be listed: ${reasonOf(error)}`)
  }
  try {
    return await openEntries(zip, signal)
  } finally {
    zip.close()
  }
}

async function openEntries(zip: ZipFile, signal: AbortSignal): Promise<Opening> {
  let at = 'the list of entries'
  let locked = 0
  try {
    for await (const entry of zip.eachEntry()) {
      signal.throwIfAborted()
      at = JSON.stringify(entry.fileNameRaw.toString('utf8'))
      if (!entry.canDecodeFileData()) locked += 1
      else if (!(await hasItsCrc(zip, entry, signal)))
        return broken(`${at} in it does not have the CRC-32 that it should`)
    }
  } catch (error) {
    signal.throwIfAborted()
    return broken(`${at} in it cannot be unpacked: ${reasonOf(error)}`)
  }
  return locked === 0 ? sound : noted(`${locked} encrypted or oddly packed entries were listed, not unpacked`)
}

async function hasItsCrc(zip: ZipFile, entry: Entry, signal: AbortSignal): Promise<boolean> {
  const stream = await zip.openReadStreamPromise(entry)
  let crc = 0
  for await (const chunk of stream.iterator({ destroyOnReturn: true })) {
    signal.throwIfAborted()
    crc = crc32(chunk, crc)
  }
  return crc === entry.crc32
}
