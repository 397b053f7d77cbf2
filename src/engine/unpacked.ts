import type { Backend, FileKind } from '../storage/backend.ts'
import { compress, decompress } from './crypto/compression.ts'
import type { SealingKey } from './crypto/sealing-key.ts'
import { sha256 } from './crypto/sha256.ts'
import { damaged, readExpected } from './damage.ts'

/** restic's "unpacked" files (index, snapshot, lock): sealed, `2 ‖ zstd(JSON)` inside, or bare JSON from version 1 times. */
const encodingVersion = 2
/** Bytes of JSON beyond which a file is refused. */
const mostJson = 1024 * 1024 * 1024

export interface SealedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

export function sealUnpacked(key: SealingKey, json: string): SealedFile {
  const bytes = key.seal(Buffer.concat([Buffer.of(encodingVersion), compress(Buffer.from(json))]))
  return { name: sha256(bytes), bytes }
}

/** The JSON value in a file. Throws `integrity`, naming the file, where its bytes are not what was written. */
export async function readUnpacked(
  backend: Backend,
  key: SealingKey,
  kind: FileKind,
  name: string,
  signal: AbortSignal,
): Promise<unknown> {
  const bytes = await readExpected(backend, kind, name, signal)
  if (sha256(bytes) !== name) throw damaged(backend, kind, name, 'does not match its name, the SHA-256 of its content')
  const plain = key.open(bytes)
  if (plain === null) throw damaged(backend, kind, name, "was not sealed with this repository's key")
  try {
    const bare = plain[0] === 0x7b || plain[0] === 0x5b
    if (!bare && plain[0] !== encodingVersion) throw new Error(`unknown encoding ${plain[0]}`)
    return JSON.parse((bare ? plain : decompress(plain.subarray(1), mostJson)).toString())
  } catch (error) {
    throw damaged(backend, kind, name, 'holds no readable JSON', error)
  }
}
