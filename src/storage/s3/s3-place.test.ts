import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BlackstartError } from '../../errors.ts'
import { parseS3Place } from './s3-place.ts'

describe('the place of a repository on S3', () => {
  it('is read from a URL, and from a host that is followed by bucket and prefix', () => {
    for (const [place, location, bucket, prefix] of [
      ['https://nas:9000/plant', 's3:https://nas:9000/plant', 'plant', ''],
      ['http://nas/plant/line 1/', 's3:http://nas/plant/line 1', 'plant', 'line 1/'],
      ['http://nas/plant/line%201', 's3:http://nas/plant/line 1', 'plant', 'line 1/'],
      ['nas:9000/plant//a/../b', 's3:https://nas:9000/plant/b', 'plant', 'b/'],
      ['//nas/plant/a/b', 's3:https://nas/plant/a/b', 'plant', 'a/b/'],
      ['http://[fd00::1]:80/plant', 's3:http://[fd00::1]/plant', 'plant', ''],
    ] as const) {
      const parsed = parseS3Place(place, {})
      assert.deepEqual([parsed.location, parsed.bucket, parsed.prefix], [location, bucket, prefix])
      assert.equal(parsed.endpoint?.origin, new URL(location.slice(3)).origin)
      assert.deepEqual([parsed.region, parsed.pathStyle], ['us-east-1', true])
    }
  })

  it('names the bucket in the path but for hosts of Amazon, unless it is told', () => {
    const style = (place: string, bucketLookup: 'auto' | 'path' | 'dns') =>
      parseS3Place(place, { bucketLookup }).pathStyle
    assert.deepEqual(
      (['auto', 'path', 'dns'] as const).map(each => [style('https://nas/b', each), style('s3.amazonaws.com/b', each)]),
      [
        [true, false],
        [true, true],
        [false, false],
      ],
    )
  })

  it('takes the region from a host of Amazon, else as it is told', () => {
    const region = (place: string) => {
      const { endpoint, region } = parseS3Place(place, { region: 'eu-central-1' })
      return [endpoint?.host ?? null, region]
    }
    assert.deepEqual(region('s3.amazonaws.com/b'), [null, 'eu-central-1'])
    assert.deepEqual(region('https://s3.eu-west-3.amazonaws.com/b'), [null, 'eu-west-3'])
    assert.deepEqual(region('s3.us-gov-west-1.amazonaws.com/b'), [null, 'us-gov-west-1'])
    assert.deepEqual(region('nas/b'), ['nas', 'eu-central-1'])
  })

  it('is refused without a bucket, and with keys in it, which are not told on', () => {
    for (const place of [
      '',
      'nas',
      'https://nas',
      'https://nas/',
      '/plant',
      'https://nas/plant?x',
      'ftp://nas/plant/x',
    ]) {
      assert.throws(() => parseS3Place(place, {}), { code: 'usage' }, place)
    }
    assert.throws(
      () => parseS3Place('https://KEY:hunter2@nas/plant', {}),
      error => error instanceof BlackstartError && error.code === 'usage' && !error.message.includes('hunter2'),
    )
  })
})
