import assert from 'node:assert/strict'
import { it } from 'node:test'
import { openStorage } from './all.ts'
import { parseLocation } from './location.ts'

const kinds = ['local', 'rest', 'sftp', 's3']

it('reads locations as restic does', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['/srv/repository', 'local', '/srv/repository'],
    ['repository', 'local', 'repository'],
    ['./a:b', 'local', './a:b'],
    ['../a:b', 'local', '../a:b'],
    ['/a:b', 'local', '/a:b'],
    ['C:\\repository', 'local', 'C:\\repository'],
    ['local:a:b', 'local', 'a:b'],
    ['rest:https://host:8000/', 'rest', 'https://host:8000/'],
    ['sftp:user@host:/path', 'sftp', 'user@host:/path'],
    ['sftp://user@host:2222//path', 'sftp', '//user@host:2222//path'],
    ['s3:https://host:9000/bucket/prefix', 's3', 'https://host:9000/bucket/prefix'],
    ['s3:host/bucket', 's3', 'host/bucket'],
  ]
  for (const [location, kind, place] of cases) assert.deepEqual(parseLocation(location, kinds), { kind, place })
})

it('refuses what is neither a known kind nor a path, and repeats no password', () => {
  assert.throws(
    () => parseLocation('https://user:hunter2@host/', kinds),
    (error: Error) => {
      assert.match(error.message, /^"https:" is no kind of storage: there are local, rest, sftp, s3\./)
      return !error.message.includes('hunter2')
    },
  )
  assert.throws(() => parseLocation('', kinds), { code: 'usage' })
})

it('opens a folder under both of its names', async () => {
  assert.equal((await openStorage('/srv/repository', {})).location, '/srv/repository')
  assert.equal((await openStorage('local:/srv/repository', {})).location, '/srv/repository')
})
