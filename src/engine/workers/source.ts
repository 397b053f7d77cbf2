import type { ChunkBuffer } from '../chunker/chunk-buffer.ts'
import type { Exclusion } from '../files/exclusion.ts'
import { type ExtendedAttribute, readAttributes } from '../files/extended-attributes.ts'
import type { FileStat } from '../files/file-stat.ts'
import { type NodeExtras, nodeText } from '../files/node-text.ts'
import type { UserNames } from '../files/user-names.ts'
import type { BlobStore, BlobTables } from '../pack/blob-store.ts'
import { failureOf } from './failure.ts'
import type { FailedEntry, FolderRules } from './messages.ts'

/** What a thread has for storing the files of this machine. */
export interface Source {
  readonly store: BlobStore
  readonly tables: BlobTables
  readonly buffer: ChunkBuffer
  readonly names: UserNames
  readonly rules: FolderRules
  readonly exclusion: Exclusion
}

/** The node's text up to its content, of a file whose kind is known. */
export function textOf(
  name: string,
  stat: FileStat,
  { names, rules }: Pick<Source, 'names' | 'rules'>,
  extras: NodeExtras,
): string {
  const text = nodeText(name, stat, names, { ...extras, withAtime: rules.withAtime })
  if (text === null) throw new RangeError(`${name} is of no known kind`)
  return text
}

/** An attribute that cannot be read is told in `failures`; the others are stored. */
export function attributesOf(path: string, failures: FailedEntry[]): readonly ExtendedAttribute[] {
  return readAttributes(path, (name, error) => {
    const failure = failureOf(error)
    failures.push({
      path,
      failure: { ...failure, message: `the attribute ${name} cannot be read: ${failure.message}` },
    })
  })
}
