import assert from 'node:assert/strict'
import { test } from 'node:test'
import { criticalityFindings } from './criticality-findings.ts'
import { assets, judged, modes, plant } from './test-plant.ts'

function found(text: Parameters<typeof plant>[0] = {}) {
  const { index, criticality } = judged(plant(text))
  return criticalityFindings(index, criticality)
}
const of = (code: string, text: Parameters<typeof plant>[0] = {}) => found(text).filter(one => one.code === code)
const subjects = (code: string, text: Parameters<typeof plant>[0] = {}) => of(code, text).map(({ subject }) => subject)
/** The PLC with more keys. */
const plc = (more: string) => assets.replace('id: plc, kind: plc,', `id: plc, kind: plc, ${more},`)

test('an asset without failure modes is named with some to start from', () => {
  assert.deepEqual(subjects('failure-modes-missing'), ['scale', 'drive', 'pump'])
  const [first] = of('failure-modes-missing')
  assert.equal(first?.severity, 'medium')
  assert.match(first?.remedy ?? '', /failureModes in site\.yaml.*battery-lost, program-overwritten, cpu-dead/)
})

test('an asset of another kind is described in own words', () => {
  const [first] = of('failure-modes-missing', {
    assets: assets.replace('id: scale, kind: plc', 'id: scale, kind: other'),
  })
  assert.match(first?.remedy ?? '', /say in your own words how it fails/)
})

test('a service life that is not stated is named where there are failure modes', () => {
  assert.deepEqual(subjects('life-missing'), ['plc', 'hmi'])
  assert.deepEqual(subjects('life-missing', { assets: plc('life: { since: 2020-01, years: 15 }') }), ['hmi'])
  assert.equal(of('life-missing')[0]?.severity, 'low')
})

test('what is beyond its service life is named from that day on, with failure modes or without', () => {
  assert.deepEqual(subjects('life-exceeded', { assets: plc('life: { since: 2011-11-24, years: 15 }') }), [])
  const [first] = of('life-exceeded', { assets: plc('life: { since: 2011-11-23, years: 15 }'), modes: '' })
  assert.deepEqual(
    [first?.subject, first?.severity, first?.facts],
    ['plc', 'medium', { since: '2011-11-23', ends: '2026-11-23' }],
  )
})

test('a very high class asks for a spare on site', () => {
  const exposed = 'exposure: [known-exploited]'
  const [first] = of('spare-missing', { assets: plc(exposed) })
  assert.deepEqual([first?.subject, first?.severity], ['plc', 'high'])
  assert.deepEqual(first?.facts, { class: 'very high', modes: ['battery-lost'], spare: 'unknown' })
  assert.deepEqual(subjects('spare-missing', { assets: plc(`${exposed}, spare: { onSite: false }`) }), ['plc'])
  assert.deepEqual(subjects('spare-missing', { assets: plc(`${exposed}, spare: { onSite: true }`) }), [])
  assert.deepEqual(subjects('spare-missing'), [])
})

test('a register that lacks nothing gives no finding', () => {
  const whole = assets.replaceAll(', zone:', ', life: { since: 2020-01, years: 20 }, zone:')
  const every = `${modes}${['scale', 'drive', 'pump'].map(id => `  - { asset: ${id}, mode: dead, severity: { production: 2 } }\n`).join('')}`
  assert.deepEqual(found({ assets: whole, modes: every }), [])
})
