/** What the tests of this folder share: a Ceph, repositories in it, and how an error must look. */
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { S3Client } from '@aws-sdk/client-s3'
import { type Ceph, cephLacking, startCeph } from '../../../lab/peers/ceph.ts'
import { BlackstartError, type ErrorCode } from '../../errors.ts'
import type { StorageAccess } from '../storage-access.ts'
import { type S3Backend, s3Backend } from './s3-backend.ts'

/** Null where none can run: then its tests are skipped. */
export const ceph: Ceph | null = cephLacking === null ? await startCeph() : null

export const keys = { accessKeyId: ceph?.accessKeyId ?? '', secretAccessKey: ceph?.secretAccessKey ?? '' }

let next = 0
/** A prefix of its own in a bucket that all share. */
export function onCeph(port: number, access: StorageAccess = {}, bucket = 'shared'): S3Backend {
  next += 1
  return s3Backend(`http://127.0.0.1:${port}/${bucket}/plant/${next}`, { s3: keys, ...access })
}

/** For what a test prepares beside the backend. */
export function rawClient(): S3Client {
  return new S3Client({
    endpoint: `http://127.0.0.1:${ceph?.port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: keys,
  })
}

/** For `assert.rejects`. `words` are in the message; `secret` is nowhere in the error. */
export function failing(code: ErrorCode, retry: boolean, words: readonly string[] = [], secret?: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof BlackstartError, inspect(error))
    assert.deepEqual([error.code, error.retry], [code, retry], error.message)
    for (const word of words) assert.ok(error.message.includes(word), error.message)
    if (secret !== undefined) assert.ok(!inspect(error, { depth: 8 }).includes(secret))
    return true
  }
}
