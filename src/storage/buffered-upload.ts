import type { StoredFile, Upload } from './backend.ts'

/** For storage that wants a file's name or checksum first: holds the bytes, a pack's at most, until `finish`. */
export function bufferedUpload(write: (name: string, parts: readonly Uint8Array[]) => Promise<StoredFile>): Upload {
  const parts: Uint8Array[] = []
  return {
    append(bytes) {
      parts.push(Buffer.from(bytes))
      return Promise.resolve()
    },
    finish: name => write(name, parts),
    discard() {
      parts.length = 0
      return Promise.resolve()
    },
  }
}
