import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstChoice, holdsApproved } from './first-choice.ts'

function row(id: string, more: Partial<Parameters<typeof firstChoice>[0][number]> = {}) {
  return { id, approved: false, sameAsApproved: false, unexpected: false, stored: true, ...more }
}

test('a write-back begins with the approved version where the device differs from it', () => {
  const versions = [row('tampered', { unexpected: true }), row('right', { approved: true, sameAsApproved: true })]
  assert.equal(holdsApproved(versions), false)
  assert.equal(firstChoice(versions, 'right'), 'right')
  assert.equal(firstChoice(versions, 'older than what is listed'), 'older than what is listed')
})

test('where the device holds the approved version, by whatever name, a person has to choose', () => {
  const before = [row('tampered', { unexpected: true }), row('right', { approved: true, sameAsApproved: true })]
  assert.equal(firstChoice([row('written back', { sameAsApproved: true }), ...before], 'right'), '')
  const [tampered = row(''), right = row('')] = before
  const again = [row('written back', { approved: true, sameAsApproved: true }), tampered, { ...right, approved: false }]
  assert.deepEqual([holdsApproved(again), firstChoice(again, 'written back')], [true, ''])
})

test('where none is approved it begins with the newest one before that nobody has to wonder about', () => {
  const none = { sameAsApproved: null }
  const versions = [
    row('now', none),
    row('odd', { ...none, unexpected: true }),
    row('lost', { ...none, stored: false }),
  ]
  assert.equal(firstChoice([...versions, row('before', { ...none, unexpected: null })], null), 'before')
  assert.equal(firstChoice(versions, null), '')
  assert.equal(firstChoice([row('only', none)], null), 'only')
  assert.equal(firstChoice([], null), '')
})
