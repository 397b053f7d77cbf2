import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { RestAccess } from '../storage-access.ts'
import { parseRestPlace } from './rest-place.ts'

function read(place: string, access: RestAccess = {}) {
  const { url, location, login } = parseRestPlace(place, access)
  return { url: url.href, location, login: login === null ? null : `${login.user}:${login.password}` }
}

it('reads addresses as restic does, and shows them without the password', () => {
  assert.deepEqual(read('http://host:8000'), {
    ...{ url: 'http://host:8000/', location: 'rest:http://host:8000/', login: null },
  })
  assert.deepEqual(read('https://node:a%3Ab%40c%2Fd@host/deep/path'), {
    url: 'https://host/deep/path/',
    location: 'rest:https://node@host/deep/path/',
    login: 'node:a:b@c/d',
  })
  assert.deepEqual(read('http://[::1]:8000/r/'), {
    ...{ url: 'http://[::1]:8000/r/', location: 'rest:http://[::1]:8000/r/', login: null },
  })
})

it('takes the login of the address before the one that is handed in', () => {
  const access = { user: 'other', password: 'secret' }
  assert.equal(read('http://host/', access).login, 'other:secret')
  assert.equal(read('http://node:own@host/', access).login, 'node:own')
  assert.equal(read('http://node@host/', access).login, 'node:secret')
  assert.equal(read('http://host/', access).location, 'rest:http://other@host/')
})

it('refuses what is no address of a server, without repeating it', () => {
  for (const place of ['', 'host:8000', 'ftp://node:hunter2@host/', 'https://', '//node:hunter2@host/']) {
    assert.throws(
      () => read(place),
      (error: Error & { code?: string }) => error.code === 'usage' && !error.message.includes('hunter2'),
    )
  }
  assert.throws(
    () => read('http://node:hunter2@host/?a=b'),
    (error: Error) => !error.message.includes('hunter2'),
  )
})
