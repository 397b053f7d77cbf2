import { blob, pack, packHeader, sealedEnvelope, unpackedFile, zstdFrame } from './byte-subjects.ts'
import { config, index, keyFile, lock, masterKey, snapshot } from './json-subjects.ts'
import { byteString, quotedName, time } from './text-subjects.ts'
import { tree } from './tree-subject.ts'
import type { Trial } from './trial.ts'

/** Every parser of what lies in a repository. */
export const subjects: readonly Trial[] = [
  ...[packHeader, pack, index, tree, snapshot, config, keyFile, masterKey, lock],
  ...[sealedEnvelope, unpackedFile, zstdFrame, blob, quotedName, byteString, time],
]
