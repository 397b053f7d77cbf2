import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureRemedy } from './failure-remedy.ts'

const item = 'hmi-filler/project'

test('what to do about a failure is said once: where its message does not say it', () => {
  const bare = { code: 'unreachable', message: `${item}: 10.0.3.7:22 does not answer (EHOSTUNREACH).` }
  assert.match(failureRemedy(bare, item), /^Check that hmi-filler is switched on/)
  const advice = 'Check that the device is switched on, its address, and the firewall in between.'
  assert.equal(failureRemedy({ ...bare, message: `${bare.message} ${advice}` }, item), '')
  const secret = `${item}: needs the secret "hmi", which is not set. Set it: blackstart secrets set hmi`
  assert.equal(failureRemedy({ code: 'secret-missing', message: secret }, item), '')
})
