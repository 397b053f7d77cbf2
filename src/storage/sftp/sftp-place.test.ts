import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BlackstartError } from '../../errors.ts'
import { parseSftpPlace, sftpLocation } from './sftp-place.ts'

const read: readonly (readonly [string, string | null, string, number | null, string])[] = [
  ['backup@nas:/srv/repository', 'backup', 'nas', null, '/srv/repository'],
  ['backup@nas:plant/one', 'backup', 'nas', null, 'plant/one'],
  ['nas:/srv//repository/', null, 'nas', null, '/srv/repository/'],
  ['first@second@nas:x', 'first@second', 'nas', null, 'x'],
  ['backup@[fd00::1]:/srv', 'backup', 'fd00::1', null, '/srv'],
  ['//backup@nas:2222//srv/repository', 'backup', 'nas', 2222, '/srv/repository'],
  ['//backup@nas:80//srv', 'backup', 'nas', 80, '/srv'],
  ['//backup@nas/plant/one', 'backup', 'nas', null, 'plant/one'],
  ['//back%40up@[fd00::1]:2222//srv/a%20b', 'back@up', 'fd00::1', 2222, '/srv/a b'],
]

describe('the place of a repository over SFTP', () => {
  for (const [place, user, host, port, folder] of read) {
    it(`is read from ${place}`, () => assert.deepEqual(parseSftpPlace(place), { user, host, port, folder }))
  }

  it('is refused where it lacks a host or a folder, holds a password or begins with ~', () => {
    for (const place of [
      '',
      'nas',
      ':/srv',
      '/srv',
      'nas:',
      '//nas',
      '//nas/',
      '//:22//srv',
      'nas:~/x',
      '//nas/~x',
      '//nas/%zz',
    ]) {
      assert.throws(() => parseSftpPlace(place), { code: 'usage' }, place)
    }
    assert.throws(
      () => parseSftpPlace('//backup:hunter2@nas//srv'),
      (error: unknown) =>
        error instanceof BlackstartError && error.code === 'usage' && !error.message.includes('hunter2'),
    )
  })

  it('is told in words that are read again as the same place', () => {
    for (const [place] of read) {
      const parsed = parseSftpPlace(place)
      const told = sftpLocation({ ...parsed, port: parsed.port ?? 22 }, parsed.user ?? 'somebody')
      assert.deepEqual(parseSftpPlace(told.slice('sftp:'.length)), { ...parsed, user: parsed.user ?? 'somebody' })
    }
  })
})
