import type { Backend, FileKind } from '../storage/backend.ts'
import { compress, decompress } from './crypto/compression.ts'
import type { SealingKey } from './crypto/sealing-key.ts'
import { sha256 } from './crypto/sha256.ts'
import { damaged, readExpected } from './damage.ts'
import { parseExact } from './tree/exact-json.ts'

/** restic's "unpacked" files (index, snapshot, lock): sealed, `2 ‖ zstd(JSON)` inside, or bare JSON from version 1 times. */
const encodingVersion = 2
type UnpackedKind = Extract<FileKind, 'index' | 'snapshot' | 'lock'>
/** Bytes of JSON beyond which a file is refused: a million blobs, a snapshot of a million paths. */
const mostJson: Readonly<Record<UnpackedKind, number>> = { index: 2 ** 28, snapshot: 2 ** 27, lock: 2 ** 20 }

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
  kind: UnpackedKind,
  name: string,
  signal: AbortSignal,
): Promise<unknown> {
  return openUnpacked(backend, key, { kind, name, bytes: await readExpected(backend, kind, name, signal) })
}

/** As `readUnpacked`, of a file that was read already. */
export function openUnpacked(
  backend: Backend,
  key: SealingKey,
  file: SealedFile & { readonly kind: UnpackedKind },
): unknown {
  const json = openJson(backend, key, file)
  try {
    return parseJson(file.kind, json)
  } catch (error) {
    throw unreadable(backend, file, error)
  }
}

/** The bytes of the JSON in a file, which need not be any. Throws `integrity`, naming the file, where its bytes are not what was written. */
export function openJson(
  backend: Backend,
  key: SealingKey,
  { kind, name, bytes }: SealedFile & { readonly kind: UnpackedKind },
): Buffer {
  if (sha256(bytes) !== name) throw damaged(backend, kind, name, 'does not match its name, the SHA-256 of its content')
  const plain = key.open(bytes)
  if (plain === null) throw damaged(backend, kind, name, "was not sealed with this repository's key")
  try {
    return jsonOf(kind, plain)
  } catch (error) {
    throw unreadable(backend, { kind, name }, error)
  }
}

/** The JSON value in what was sealed. Throws where there is none. */
export function decodeUnpacked(kind: UnpackedKind, plain: Buffer): unknown {
  return parseJson(kind, jsonOf(kind, plain))
}

function jsonOf(kind: UnpackedKind, plain: Buffer): Buffer {
  const bare = plain[0] === 0x7b || plain[0] === 0x5b
  if (!bare && plain[0] !== encodingVersion) throw new Error(`unknown encoding ${plain[0]}`)
  const json = bare ? plain : decompress(plain.subarray(1), mostJson[kind])
  if (json.byteLength > mostJson[kind]) throw new Error('it is too long')
  return json
}

/** What a snapshot holds that this program does not know is written again as it was. */
function parseJson(kind: UnpackedKind, json: Buffer): unknown {
  return kind === 'snapshot' ? parseExact(json.toString()) : JSON.parse(json.toString())
}

function unreadable(
  backend: Backend,
  { kind, name }: Omit<SealedFile, 'bytes'> & { readonly kind: UnpackedKind },
  cause: unknown,
) {
  return damaged(backend, kind, name, 'holds no readable JSON', cause)
}
