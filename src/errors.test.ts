import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BlackstartError, plainReason, reasonOf, systemCode } from './errors.ts'

test('an error keeps its code, facts and cause', () => {
  const cause = new Error('ECONNREFUSED')
  const error = new BlackstartError('unreachable', 'plc/program: nobody answers', {
    facts: { port: 21 },
    retry: true,
    cause,
  })
  assert.equal(error.code, 'unreachable')
  assert.deepEqual(error.facts, { port: 21 })
  assert.equal(error.retry, true)
  assert.equal(error.cause, cause)
})

test('the system code and the reason of any thrown value', () => {
  assert.equal(systemCode(Object.assign(new Error('x'), { code: 'ENOENT' })), 'ENOENT')
  assert.equal(systemCode('x'), null)
  assert.equal(systemCode({ code: 7 }), null)
  assert.equal(reasonOf(new Error('gone')), 'gone')
  assert.equal(reasonOf(5), '5')
})

test('says in words what the system refused, and keeps what stands before it', () => {
  const error = (code: string, message: string) => Object.assign(new Error(message), { code })
  const cases: readonly (readonly [unknown, string])[] = [
    [error('ENOENT', 'ENOENT: statx'), 'there is no such file or folder'],
    [error('EACCES', "EACCES: permission denied, open '/a: b'"), 'this user has no right to it'],
    [
      error('EIO', 'the attribute user.x cannot be read: EIO: getxattr'),
      'the attribute user.x cannot be read: the disk, or what connects it, failed',
    ],
    [error('ENOENT', '/a is no file any more'), '/a is no file any more'],
    [error('EXDEV', 'EXDEV: link'), 'EXDEV: link'],
    [new BlackstartError('storage', 'no ENOENT: here'), 'no ENOENT: here'],
    ['text', 'text'],
  ]
  for (const [thrown, expected] of cases) assert.equal(plainReason(thrown), expected)
})
