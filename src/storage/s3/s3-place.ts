import { posix } from 'node:path'
import { BlackstartError } from '../../errors.ts'
import type { S3Access } from '../storage-access.ts'

export interface S3Place {
  /** Where requests go; null for Amazon's own, which follows from the region and the bucket. */
  readonly endpoint: URL | null
  readonly region: string
  /** True: host/bucket/key; false: bucket.host/key. */
  readonly pathStyle: boolean
  readonly bucket: string
  /** Of every key; empty, or it ends with `/`. */
  readonly prefix: string
  /** For people. */
  readonly location: string
}

/**
 * Reads what follows `s3:` by restic's rules: `https://host/bucket/prefix`, `http://…`, `//host/bucket/prefix` and
 * `host/bucket/prefix`. A region in the name of a host of Amazon's counts, else that of `access`. Throws `usage`.
 */
export function parseS3Place(place: string, access: S3Access): S3Place {
  const url = URL.parse(/^https?:/.test(place) ? place : `https://${place.replace(/^\/\//, '')}`)
  const [bucket = '', ...names] = decoded(url?.pathname ?? '')
    .split('/')
    .slice(1)
  if (url === null || bucket === '' || url.username + url.password + url.search + url.hash !== '') {
    throw new BlackstartError(
      'usage',
      'A repository on S3 is written s3:https://HOST/BUCKET/PREFIX, without keys in it.',
    )
  }
  const folder = posix.normalize(names.join('/')).replace(/^\.?\/*|\/+$/g, '')
  const prefix = folder === '' ? '' : `${folder}/`
  const amazon = /^s3(?:[.-](?<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com(?:\.cn)?$/.exec(url.hostname)
  const lookup = access.bucketLookup ?? 'auto'
  return {
    endpoint: amazon === null ? new URL(url.origin) : null,
    region: amazon?.groups?.region ?? access.region ?? 'us-east-1',
    pathStyle: lookup === 'path' || (lookup === 'auto' && amazon === null),
    ...{ bucket, prefix, location: `s3:${url.origin}/${bucket}${folder === '' ? '' : `/${folder}`}` },
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path // a percent sign that encodes nothing stands for itself
  }
}
