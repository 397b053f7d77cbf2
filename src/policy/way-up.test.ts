import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Class } from './class.ts'
import { findingCodes, type JudgedFinding } from './finding.ts'
import { wayUp } from './way-up.ts'

const classOf = (subject: string): Class | null =>
  ({ boiler: 'very high' as const, line: 'high' as const, lamp: 'low' as const })[subject.split('/')[0] ?? ''] ?? null

function finding(code: JudgedFinding['code'], subject: string, remedy = `mend ${subject}`): JudgedFinding {
  return { code, severity: 'high', subject, facts: {}, remedy, acknowledged: null }
}

const steps = (findings: readonly JudgedFinding[]) =>
  wayUp(findings, classOf).map(step => `${step.stage}, ${step.class}`)

test('the first step is a first verified copy of what is gravest', () => {
  const found = [
    finding('not-approved', 'boiler/program'),
    finding('no-version', 'lamp/x'),
    finding('no-version', 'boiler/program'),
  ]
  assert.equal(steps(found)[0], 'a first verified copy, very high')
})

test('the gravest class is one stage ahead of the next', () => {
  const found = ['boiler/p', 'line/p', 'lamp/p'].flatMap(item => [
    finding('never-drilled', item),
    finding('no-surviving-copy', item),
    finding('stale', item),
    finding('no-copy', item),
  ])
  assert.deepEqual(steps(found).slice(0, 5), [
    'a first verified copy, very high',
    'a first verified copy, high',
    'captured within what may be lost, very high',
    'captured within what may be lost, high',
    'a copy that survives the node and its credentials, very high',
  ])
})

test('a step names what it closes, and its commonest remedies once', () => {
  const found = [
    finding('no-copy', 'boiler/a', 'verify'),
    finding('no-copy', 'boiler/b', 'verify'),
    finding('no-version', 'boiler/c', 'capture'),
  ]
  const [step] = wayUp(found, classOf)
  assert.equal(step?.findings.length, 3)
  assert.deepEqual(step?.remedies, ['verify', 'capture'])
  assert.match(step?.title ?? '', /class very high, 3 subjects/)
})

test('what somebody bears is no step', () => {
  const acknowledged = { reason: 'known', actor: 'anna', until: Temporal.Instant.from('2027-01-01T00:00:00Z') }
  assert.deepEqual(wayUp([{ ...finding('stale', 'line/p'), acknowledged }], classOf), [])
})

test('every finding has its stage', () => {
  assert.equal(
    wayUp(
      findingCodes.map(code => finding(code, 'line/p')),
      classOf,
    ).flatMap(step => step.findings).length,
    findingCodes.length,
  )
})
