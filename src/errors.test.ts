import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BlackstartError, reasonOf, systemCode } from './errors.ts'

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
