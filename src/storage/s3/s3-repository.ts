import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { HeadObjectOutput } from '@aws-sdk/client-s3'
import type { FileKind, Range, StoredFile } from '../backend.ts'
import { beyond, gathered } from '../http/answer-body.ts'
import { missingFile, tooShort } from '../http/http-failure.ts'
import { folderOf, layoutPath } from '../layout.ts'
import type { S3Call, S3Client, SendOptions } from './s3-client.ts'
import { notDeleted, refusalOf } from './s3-failure.ts'
import { listObjects } from './s3-listing.ts'
import type { S3Place } from './s3-place.ts'

const named = /^[0-9a-f]{64}$/

/** The requests that a backend's calls are made of. */
export class S3Repository implements Disposable {
  readonly #place: S3Place
  readonly #s3: S3Client

  constructor(place: S3Place, s3: S3Client) {
    this.#place = place
    this.#s3 = s3
  }

  async create(signal: AbortSignal): Promise<void> {
    const { bucket, region } = this.#place
    if (await this.#exists(signal)) return
    await this.#s3.ask('being prepared', signal, async ({ sdk, client, options }) => {
      const where = { LocationConstraint: region as 'eu-west-3' }
      const words = { Bucket: bucket, ...(region !== 'us-east-1' && { CreateBucketConfiguration: where }) }
      try {
        await client.send(new sdk.CreateBucketCommand(words), options)
      } catch (error) {
        if (refusalOf(error)?.code !== 'BucketAlreadyOwnedByYou') throw error
      }
    })
  }

  async #exists(signal: AbortSignal): Promise<boolean> {
    const { bucket } = this.#place
    return await this.#s3.ask('being asked for', signal, async ({ sdk, client, options }) => {
      try {
        // Not HeadBucket: its answer does not say what is wrong with a login.
        await client.send(new sdk.ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 }), options)
        return true
      } catch (error) {
        const code = refusalOf(error)?.code
        if (code === 'NoSuchBucket') return false
        if (code === 'AccessDenied') return true // it is there, for all that this key may know
        throw error
      }
    })
  }

  async *list(kind: FileKind, signal: AbortSignal): AsyncGenerator<StoredFile> {
    signal.throwIfAborted()
    const folder = folderOf(kind)
    if (folder === null) {
      const config = await this.stat(kind, 'config', signal)
      if (config !== null) yield config
      return
    }
    const { bucket, prefix } = this.#place
    for await (const { key, bytes } of listObjects(this.#s3, bucket, `${prefix}${folder}/`, signal)) {
      const name = key.slice(key.lastIndexOf('/') + 1)
      if (named.test(name) && key === this.#key(kind, name)) yield { name, bytes }
    }
  }

  async stat(kind: FileKind, name: string, signal: AbortSignal): Promise<StoredFile | null> {
    const [file, key] = [layoutPath(kind, name), this.#key(kind, name)]
    return await this.#s3.ask(`being asked for ${file}`, signal, async call => {
      const found = await this.#head(call, key)
      return found && stored(name, found.ContentLength ?? 0, found.VersionId)
    })
  }

  /** Without a version the newest one. */
  async read(
    kind: FileKind,
    name: string,
    version: string | undefined,
    range: Range | null,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const file = layoutPath(kind, name)
    const wanted: Wanted = { file, key: this.#key(kind, name), version }
    return await this.#s3.ask(`being read (${file})`, signal, async call => {
      if (range === null) return await this.#whole(call, wanted)
      const end = range.offset + range.length
      // A range cannot be empty.
      if (range.length === 0) {
        const size = await this.#size(call, wanted)
        if (size < end) throw tooShort(this.#place.location, file, end, size)
        return new Uint8Array(0)
      }
      const found = await this.#get(call, wanted, `bytes=${range.offset}-${end - 1}`)
      if (found === null) throw tooShort(this.#place.location, file, end, await this.#size(call, wanted))
      const content = await gathered(call.body(found.answer), found.partial ? 0 : range.offset, range.length)
      const ended = range.offset + content.byteLength
      if (ended < end) throw tooShort(this.#place.location, file, end, ended)
      return content
    })
  }

  async *stream(kind: FileKind, name: string, from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const file = layoutPath(kind, name)
    const wanted: Wanted = { file, key: this.#key(kind, name), version: undefined }
    using call = await this.#s3.begin(`being read (${file})`, signal)
    try {
      const found = await this.#get(call, wanted, from === 0 ? undefined : `bytes=${from}-`)
      if (found === null) {
        const size = await this.#size(call, wanted)
        if (size !== from) throw tooShort(this.#place.location, file, from, size)
        return
      }
      yield* beyond(found.partial ? 0 : from, call.body(found.answer))
    } catch (error) {
      throw call.failure(error)
    }
  }

  async write(kind: FileKind, name: string, parts: readonly Uint8Array[], signal: AbortSignal): Promise<StoredFile> {
    const [file, key] = [layoutPath(kind, name), this.#key(kind, name)]
    const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0)
    signal.throwIfAborted()
    const digest = digestOf(parts)
    return await this.#s3.ask(`being written (${file})`, signal, async ({ sdk, client, options }) => {
      const command = new sdk.PutObjectCommand({
        ...{ Bucket: this.#place.bucket, Key: key, ContentType: 'application/octet-stream' },
        ...{ ContentLength: bytes, ChecksumSHA256: digest.toString('base64') },
      })
      // The signature covers the content by its digest: a server that got something else refuses it.
      command.middlewareStack.add(
        next => args => {
          const { headers } = args.request as { headers: Record<string, string> }
          headers['x-amz-content-sha256'] = digest.toString('hex')
          return next(args)
        },
        { step: 'build', name: 'digest' },
      )
      const sending: SendOptions = { ...options, parts }
      const { VersionId } = await client.send(command, sending)
      return stored(name, bytes, VersionId)
    })
  }

  async remove(kind: FileKind, name: string, signal: AbortSignal): Promise<void> {
    const [file, key] = [layoutPath(kind, name), this.#key(kind, name)]
    await this.#s3.ask(`being changed (${file})`, signal, async call => {
      try {
        const { sdk, client, options } = call
        await client.send(new sdk.DeleteObjectCommand({ Bucket: this.#place.bucket, Key: key }), options)
      } catch (error) {
        if (refusalOf(error)?.status === 404) return
        if (refusalOf(error)?.code !== 'AccessDenied') throw error
        throw notDeleted(this.#place.location, file, await this.#lockedUntil(call, key), error)
      }
    })
  }

  [Symbol.dispose](): void {
    this.#s3[Symbol.dispose]()
  }

  #key(kind: FileKind, name: string): string {
    return `${this.#place.prefix}${layoutPath(kind, name)}`
  }

  async #whole(call: S3Call, wanted: Wanted): Promise<Uint8Array> {
    const found = await this.#get(call, wanted, undefined)
    return found === null ? new Uint8Array(0) : await gathered(call.body(found.answer), 0, found.bytes)
  }

  /** Null where the object ends before the range begins. Throws `not-found`. */
  async #get({ sdk, client, options }: S3Call, { file, key, version }: Wanted, range: string | undefined) {
    const words = { Bucket: this.#place.bucket, Key: key, VersionId: version, Range: range }
    try {
      const { Body, ContentLength, $metadata } = await client.send(new sdk.GetObjectCommand(words), options)
      return { answer: Body, bytes: ContentLength ?? null, partial: $metadata.httpStatusCode === 206 }
    } catch (error) {
      const { code, status } = refusalOf(error) ?? {}
      if (status === 416) return null
      if (code === 'NoSuchKey' || code === 'NoSuchVersion') throw missingFile(this.#place.location, file, error)
      throw error
    }
  }

  /** Null where there is none. The answer of a refusal has no body: what is behind it is asked for by reading. */
  async #head({ sdk, client, options }: S3Call, key: string, version?: string): Promise<HeadObjectOutput | null> {
    const words = { Bucket: this.#place.bucket, Key: key, VersionId: version }
    try {
      return await client.send(new sdk.HeadObjectCommand(words), options)
    } catch (error) {
      const { status = 500 } = refusalOf(error) ?? {}
      if (status === 404) return null
      if (status >= 500) throw error
      const { Body } = await client.send(new sdk.GetObjectCommand({ ...words, Range: 'bytes=0-0' }), options)
      ;(Body as Readable | undefined)?.destroy()
      throw error
    }
  }

  async #size(call: S3Call, { key, version, file }: Wanted): Promise<number> {
    const found = await this.#head(call, key, version)
    if (found === null) throw missingFile(this.#place.location, file)
    return found.ContentLength ?? 0
  }

  /** Null where nobody tells. */
  async #lockedUntil(call: S3Call, key: string): Promise<Date | 'hold' | null> {
    try {
      const found = await this.#head(call, key)
      return found?.ObjectLockRetainUntilDate ?? (found?.ObjectLockLegalHoldStatus === 'ON' ? 'hold' : null)
    } catch {
      return null // that it may not be deleted was the answer that counts
    }
  }
}

interface Wanted {
  readonly file: string
  readonly key: string
  readonly version: string | undefined
}

/** A bucket that keeps no versions gives none, or the word null. */
function stored(name: string, bytes: number, version: string | undefined): StoredFile {
  return { name, bytes, ...(version !== undefined && version !== 'null' && { version }) }
}

function digestOf(parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
