import { BlackstartError } from '../../errors.ts'
import type { BlobType } from '../pack/pack-header.ts'

/** The error for a blob that a snapshot needs and that no index knows. */
export function lostBlob(location: string, type: BlobType, id: string, snapshot: string): BlackstartError {
  return new BlackstartError(
    'integrity',
    `${location}: ${type} blob ${id}, which snapshot ${snapshot} needs, is in no index: a file of index/ is missing. Bring it back from another copy, or run repair index.`,
    { facts: { file: 'index/', kind: 'index', blob: id, type } },
  )
}
