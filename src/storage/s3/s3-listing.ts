import type { S3Client } from './s3-client.ts'
import { notS3 } from './s3-failure.ts'

export interface ListedObject {
  readonly key: string
  readonly bytes: number
}

interface Page {
  readonly objects: readonly ListedObject[]
  /** Null for the last one. */
  readonly next: string | null
}

/** One page at a time. */
type Ask = (within: {
  readonly prefix: string
  readonly after?: string
  readonly from?: string | null
}) => Promise<Page>

const digits = '0123456789abcdef'

/**
 * Every object below a prefix, in no order; nothing where the bucket is missing. A page holds a thousand, and each tells
 * where the next begins: where there is more than one, the objects are asked for by the first digit of their names, all
 * digits at the same time.
 */
export async function* listObjects(
  s3: S3Client,
  bucket: string,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<ListedObject> {
  const stop = new AbortController()
  const ask = asking(s3, bucket, AbortSignal.any([signal, stop.signal]))
  try {
    const first = await ask({ prefix })
    yield* first.objects
    const after = first.objects.at(-1)?.key
    if (first.next === null || after === undefined) return
    const left = [...digits].filter(digit => prefix + digit >= after.slice(0, prefix.length + 1))
    yield* together(left.map(digit => pages(ask, prefix + digit, after)))
  } finally {
    stop.abort(new Error('the listing is not read to its end'))
  }
}

async function* pages(ask: Ask, prefix: string, after: string): AsyncGenerator<readonly ListedObject[]> {
  let from: string | null = null
  do {
    const page: Page = await ask({ prefix, after, from })
    yield page.objects
    from = page.next
  } while (from !== null)
}

/** What several listings give, as it comes; each is one page ahead at most. */
async function* together(listings: readonly AsyncGenerator<readonly ListedObject[]>[]): AsyncGenerator<ListedObject> {
  const step = async (listing: AsyncGenerator<readonly ListedObject[]>) => ({ listing, step: await listing.next() })
  const coming = new Map(listings.map(listing => [listing, step(listing)]))
  for (const each of coming.values()) each.catch(() => undefined) // the first failure is thrown below
  while (coming.size > 0) {
    const { listing, step: got } = await Promise.race(coming.values())
    coming.delete(listing)
    if (got.done === true) continue
    const ahead = step(listing)
    ahead.catch(() => undefined)
    coming.set(listing, ahead)
    yield* got.value
  }
}

function asking(s3: S3Client, bucket: string, signal: AbortSignal): Ask {
  return ({ prefix, after, from }) =>
    s3.ask(`being listed (${prefix})`, signal, async ({ sdk, client, options }) => {
      const words = { Bucket: bucket, Prefix: prefix, StartAfter: after, ContinuationToken: from ?? undefined }
      try {
        const found = await client.send(new sdk.ListObjectsV2Command(words), options)
        const { Contents = [], IsTruncated, NextContinuationToken } = found
        // Without that word, what was read is some other document, and no bucket without objects.
        if (IsTruncated === undefined) throw notS3(s3.location, options.what, 'it is no list of a bucket')
        return {
          objects: Contents.map(({ Key = '', Size = 0 }) => ({ key: Key, bytes: Size })),
          next: IsTruncated ? (NextContinuationToken ?? null) : null,
        }
      } catch (error) {
        if (error instanceof sdk.S3ServiceException && error.name === 'NoSuchBucket') return { objects: [], next: null }
        throw error
      }
    })
}
