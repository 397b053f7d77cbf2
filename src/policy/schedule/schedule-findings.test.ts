import assert from 'node:assert/strict'
import { test } from 'node:test'
import { siteFrom, soundItem } from '../../../lab/test-facts.ts'
import { indexSite } from '../site-index.ts'
import { createScheduler } from './item-schedule.ts'
import { placeFindings, scheduleFindings } from './schedule-findings.ts'

const local = '{ id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }'
const away =
  '{ id: away, via: local, options: { path: ./a }, medium: disk, location: office, domain: office, offsite: true }'
const other =
  '{ id: other, via: local, options: { path: ./o }, medium: disk, location: cellar, domain: cellar, machine: o, lag: 5m }'

function plant(asset: string, item: string, places: string, scope = '') {
  return siteFrom(`site: { name: Plant, timezone: Europe/Paris }
zones: [{ id: operations, level: 3 }]
node: { zone: operations }
processes: [{ id: filling, data: configuration, mtdl: 4h, needs: [plc]${scope} }]
assets:
  - { id: plc, kind: plc, zone: operations${asset}, items: [{ id: program, kind: program, via: files, options: {}${item} }] }
places: [${places}]
`)
}

function findingsOf(...of: Parameters<typeof plant>) {
  const index = indexSite(plant(...of))
  const schedule = createScheduler(index)
  return index.items.flatMap(one => scheduleFindings(schedule(one, soundItem([], { captureTimes: [8_000] }))))
}

const brief = (findings: ReturnType<typeof findingsOf>) =>
  findings.map(({ code, severity, subject, facts }) => [code, severity, subject, facts.scenarios])

const withLag = away.replace('offsite: true', 'offsite: true, lag: 30m')

test('nothing is found where every scenario holds', () => {
  assert.deepEqual(findingsOf('', '', `${local}, ${withLag}`), [])
})

test('scenarios with one cause are one finding, grave where a failed device is among them', () => {
  const quiet = ', quiet: [daily 22:00-06:00]'
  assert.deepEqual(brief(findingsOf(quiet, '', `${local}, ${withLag}`)), [
    ['mtdl-infeasible', 'high', 'plc/program', ['device', 'domain:office']],
    ['mtdl-infeasible', 'medium', 'plc/program', ['node', 'domain:node', 'site']],
  ])
  const [found] = findingsOf(quiet, '', local)
  assert.deepEqual(found?.facts, {
    scenarios: ['device'],
    process: 'filling',
    tooLarge: 'quiet',
    place: 'local',
    mtdlSeconds: 14_400,
    quietSeconds: 28_800,
    captureSeconds: 12,
    captureMeasured: true,
    lagSeconds: 0,
    holdsFromSeconds: 28_812,
  })
})

test('what no place survives is one finding with one remedy', () => {
  assert.deepEqual(brief(findingsOf('', '', local)), [
    ['mtdl-infeasible', 'medium', 'plc/program', ['node', 'domain:node', 'site']],
  ])
})

test('a scenario that no process must come back from is no finding', () => {
  assert.deepEqual(findingsOf('', '', local, ', scope: [device]'), [])
})

test('an unknown lag is a finding of the place, not of ten thousand items', () => {
  assert.deepEqual(findingsOf('', '', `${local}, ${away}`), [])
  const found = placeFindings(plant('', '', `${local}, ${away}, ${other}`))
  assert.deepEqual(
    found.map(({ code, severity, subject }) => [code, severity, subject]),
    [['lag-missing', 'medium', 'away']],
  )
})

test('an interval typed in by hand is found where it breaks the MTDL, with the longest that does not', () => {
  const typed = (every: string) => findingsOf('', `, every: ${every}`, `${local}, ${withLag}`)
  // 4 h − 12 s − 30 min
  assert.deepEqual(typed('PT3H29M48S'), [])
  const [broken] = typed('PT3H29M49S')
  assert.deepEqual(brief(broken === undefined ? [] : [broken]), [
    ['interval-breaks-mtdl', 'medium', 'plc/program', ['node', 'domain:node', 'site']],
  ])
  assert.match(broken?.remedy ?? '', /^Set every of item plc\/program to 209m at most/)
  assert.equal(typed('4h')[0]?.severity, 'high')
})

test('an interval typed in by hand is measured also where the quiet windows break the MTDL already', () => {
  const codes = (every: string) =>
    findingsOf(', quiet: [daily 22:00-06:00]', `, every: ${every}`, local, ', scope: [device]').map(one => one.code)
  assert.deepEqual(codes('3h'), ['mtdl-infeasible'])
  assert.deepEqual(codes('5h'), ['mtdl-infeasible', 'interval-breaks-mtdl'])
})

test('where nothing would hold, an interval over the MTDL is still found', () => {
  const slow = local.replace('domain: node', 'domain: node, lag: 5h')
  const codes = (every: string) => findingsOf('', `, every: ${every}`, slow, ', scope: [device]').map(one => one.code)
  assert.deepEqual(codes('3h'), ['mtdl-infeasible'])
  assert.deepEqual(codes('5h'), ['mtdl-infeasible', 'interval-breaks-mtdl'])
})
