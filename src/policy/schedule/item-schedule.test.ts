import assert from 'node:assert/strict'
import { test } from 'node:test'
import { siteFrom, soundItem } from '../../../lab/test-facts.ts'
import { formatDuration } from '../../site/duration.ts'
import type { Site } from '../../site/site.ts'
import { lossName } from '../scenario.ts'
import { indexSite } from '../site-index.ts'
import { assumedCapture } from './capture-time.ts'
import { createScheduler, type ItemSchedule } from './item-schedule.ts'

const minute = 60_000
const hour = 60 * minute

interface Plant {
  readonly processes?: string
  readonly asset?: string
  readonly item?: string
  readonly places?: string
}

const local = '{ id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }'
const vault =
  '{ id: vault, via: local, options: { path: ./v }, medium: disk, location: cellar, domain: vault, machine: vault, lag: 10m }'
const bank =
  '{ id: bank, via: local, options: { path: ./b }, medium: removable, location: bank, domain: safe, online: false, offsite: true, lag: 7d }'

function plant({
  processes = '{ id: filling, data: configuration, mtdl: 4h, needs: [plc] }',
  asset = '',
  item = '',
  places = local,
}: Plant): Site {
  return siteFrom(`site: { name: Plant, timezone: Europe/Paris }
zones: [{ id: cell, level: 1, pace: { bandwidth: 200 kB/s } }, { id: operations, level: 3 }]
node: { zone: operations }
processes: [${processes}]
assets:
  - { id: plc, kind: plc, zone: cell${asset}, items: [{ id: program, kind: program, via: files, options: {}${item} }] }
places: [${places}]
`)
}

/** The schedule of `plc/program`; `times` are milliseconds. */
function scheduleOf(site: Site, times: readonly number[] = []): ItemSchedule {
  const index = indexSite(site)
  const [of] = index.items
  assert.ok(of)
  return createScheduler(index)(of, soundItem([], { captureTimes: times }))
}

function scenario(schedule: ItemSchedule, name: string) {
  const found = schedule.scenarios.find(one => lossName(one.scenario) === name)
  assert.ok(found, name)
  return found
}

const interval = (schedule: ItemSchedule) => formatDuration(schedule.interval)

test('an MTDL of 4 h, a capture that took 8 s, read back at once: every 3 h 59 min 48 s', () => {
  // 8 s and a quarter more are 10 s, 2 s for the loop: 4 h − 12 s
  const schedule = scheduleOf(plant({}), [3_000, 8_000, 5_000])
  assert.deepEqual(schedule.captureTime, { milliseconds: 12_000, measured: true })
  assert.equal(interval(schedule), '3h 59m 48s')
  assert.deepEqual([schedule.source, schedule.process, schedule.mtdl?.total('hours')], ['derived', 'filling', 4])
  assert.deepEqual(scenario(schedule, 'device'), {
    scenario: { kind: 'device' },
    process: 'filling',
    place: 'local',
    interval: 4 * hour - 12_000,
    terms: { mtdl: 4 * hour, quiet: 0, capture: 12_000, lag: 0 },
    tooLarge: null,
    remedy: null,
  })
})

test('a capture that was never measured is assumed: a minute, or the total timeout, or a quarter of the MTDL', () => {
  const assumed = (of: Plant) => scheduleOf(plant(of)).captureTime
  assert.deepEqual(assumed({}), { milliseconds: assumedCapture, measured: false })
  const asset = ', timeouts: { connect: 1s, idle: 1s, total: 20s }'
  assert.deepEqual(assumed({ asset }), { milliseconds: 20_000, measured: false })
  const processes = '{ id: filling, data: configuration, mtdl: 1m, needs: [plc] }'
  assert.deepEqual(assumed({ processes }), { milliseconds: 15_000, measured: false })
  assert.equal(interval(scheduleOf(plant({ processes }))), '45s')
})

test('without an MTDL: what is typed, else an hour, and nothing of scenarios', () => {
  const none = '{ id: filling, data: configuration, needs: [plc] }'
  const byDefault = scheduleOf(plant({ processes: none }))
  assert.deepEqual([interval(byDefault), byDefault.source, byDefault.scenarios.length], ['1h', 'default', 0])
  const typed = scheduleOf(plant({ processes: none, item: ', every: 10m' }))
  assert.deepEqual([interval(typed), typed.source, typed.mtdl, typed.process], ['10m', 'typed', null, null])
})

test('what is typed wins over what follows from the MTDL, which is still told', () => {
  const schedule = scheduleOf(plant({ item: ', every: 6h' }))
  assert.deepEqual([interval(schedule), schedule.source], ['6h', 'typed'])
  assert.equal(scenario(schedule, 'device').interval, 4 * hour - assumedCapture)
})

test('the tightest MTDL of what needs it counts, of the kind of its data, the first of equals', () => {
  const processes = [
    '{ id: a, data: configuration, mtdl: 8h, needs: [plc] }',
    '{ id: b, data: configuration, mtdl: { configuration: 2h, history: 5m }, needs: [plc] }',
    '{ id: c, data: configuration, mtdl: 2h, needs: [plc] }',
    '{ id: d, data: configuration, needs: [plc] }',
  ].join(', ')
  const schedule = scheduleOf(plant({ processes }))
  assert.deepEqual([schedule.process, schedule.mtdl?.total('hours')], ['b', 2])
  const history = scheduleOf(plant({ processes, item: ', data: history' }))
  assert.deepEqual([history.process, history.mtdl?.total('minutes')], ['b', 5])
})

test('each scenario is judged by the best place that survives it', () => {
  const schedule = scheduleOf(
    plant({
      processes: '{ id: filling, data: configuration, mtdl: 14d, needs: [plc] }',
      places: `${local}, ${vault}, ${bank}`,
    }),
    [8_000],
  )
  assert.deepEqual(
    schedule.scenarios.map(one => [lossName(one.scenario), one.place, one.terms.lag]),
    [
      ['device', 'local', 0],
      ['node', 'vault', 10 * minute],
      ['domain:node', 'vault', 10 * minute],
      ['domain:vault', 'local', 0],
      ['domain:safe', 'local', 0],
      ['site', 'bank', 7 * 24 * hour],
    ],
  )
  // 14 d − 12 s − 7 d: the loss of the site asks for the most
  assert.equal(interval(schedule), '6d 23h 59m 48s')
})

test('a scenario that nothing survives is told, and forces nothing', () => {
  const schedule = scheduleOf(plant({}), [8_000])
  assert.equal(interval(schedule), '3h 59m 48s')
  const lost = scenario(schedule, 'site')
  assert.deepEqual([lost.place, lost.interval, lost.terms.lag, lost.tooLarge], [null, null, null, 'no-place'])
  assert.equal(
    lost.remedy,
    'No place survives the loss of the node, of the credential domain node or of the site: add a place under places that is off site (offsite: true) and in another credential domain than node (domain), with a lag of 237m at most.',
  )
  assert.equal(scenario(schedule, 'node').remedy, lost.remedy)
})

test('a place that does not state its lag counts for nothing, and its lag is what is asked for', () => {
  const schedule = scheduleOf(plant({ places: `${local}, ${vault.replace(', lag: 10m', '')}` }), [8_000])
  const node = scenario(schedule, 'node')
  assert.deepEqual([node.place, node.tooLarge, node.interval], [null, 'lag-missing', null])
  assert.match(node.remedy ?? '', /^State lag of place vault, .* where it is at most 237m\.$/)
  assert.equal(interval(schedule), '3h 59m 48s')
})

test('a quiet window that is longer than the MTDL: infeasible, and outside it the interval still holds', () => {
  const asset = ', quiet: [mon-fri 22:00-06:00]'
  const schedule = scheduleOf(plant({ asset }), [8_000])
  const device = scenario(schedule, 'device')
  assert.deepEqual([device.tooLarge, device.interval, device.terms.quiet], ['quiet', null, 8 * hour])
  assert.equal(
    device.remedy,
    'The quiet window of 8h alone is longer than the MTDL of 4h of process filling: shorten, split or move quiet of asset plc, so that no stretch is longer than 3h 59m.',
  )
  assert.equal(interval(schedule), '3h 59m 48s')
})

test('a quiet window just short enough: 3 h and 12 s of capture hold 3 h 12 s, and not a second less', () => {
  const asset = ', quiet: [daily 06:00-09:00]'
  const within = (mtdl: string) => {
    const processes = `{ id: filling, data: configuration, mtdl: ${mtdl}, needs: [plc] }`
    return scenario(scheduleOf(plant({ processes, asset }), [8_000]), 'device').interval
  }
  assert.equal(within('PT3H12S'), 3 * hour)
  assert.equal(within('PT3H11S'), null)
})

test('windows of the asset and the item that touch are one stretch', () => {
  const of = { asset: ', quiet: [daily 06:00-09:00]', item: ', quiet: [daily 09:00-12:00]' }
  const device = scenario(scheduleOf(plant(of), [8_000]), 'device')
  assert.equal(device.terms.quiet, 6 * hour)
  assert.match(device.remedy ?? '', /quiet of asset plc and quiet of item plc\/program/)
})

test('a capture that is too long: the pace is raised, or the item narrowed', () => {
  // 3 h and a quarter more are 3 h 45 min: nothing is left for the next one to end in time
  const device = scenario(scheduleOf(plant({}), [3 * hour]), 'device')
  assert.deepEqual([device.tooLarge, device.interval], ['capture', null])
  assert.equal(
    device.remedy,
    'The capture, counted with 3h 45m 2s, leaves too little of the MTDL of 4h of process filling to read again in time: raise pace.bandwidth of zone cell or leave out what need not be kept (exclude of item plc/program), so that a capture takes 1h 35m 58s at most; the longest took 3h.',
  )
})

test('an item that cannot hold is read no more often than one reading takes', () => {
  assert.equal(interval(scheduleOf(plant({}), [3 * hour])), '3h 45m 2s')
})

test('a lag that is too long: attached more often where a shift is enough, else another place', () => {
  const at = (mtdl: string) => {
    const processes = `{ id: filling, data: configuration, mtdl: ${mtdl}, needs: [plc] }`
    return scheduleOf(plant({ processes, places: `${local}, ${bank}` }), [8_000])
  }
  const oftener = scenario(at('2d'), 'site')
  assert.deepEqual([oftener.tooLarge, oftener.place], ['lag', 'bank'])
  assert.match(
    oftener.remedy ?? '',
    /^The lag of 7d of place bank alone is longer than the MTDL of 2d of process filling: attach bank more often, so that lag of place bank is 2850m at most\.$/,
  )
  const another = scenario(at('4h'), 'site')
  assert.match(another.remedy ?? '', /: add a place under places that is off site .*, with a lag of 237m at most\.$/)
})

test('where a lag breaks the MTDL, the device is read 96 times in that lag and not without end', () => {
  // 7 d / 96 = 1 h 45 min
  const schedule = scheduleOf(plant({ places: `${local}, ${bank}` }), [8_000])
  assert.equal(interval(schedule), '1h 45m')
})

test('several terms at once: each is named, and the MTDL that would hold', () => {
  const asset = ', quiet: [daily 22:00-06:00]'
  const site = scenario(scheduleOf(plant({ asset, places: `${local}, ${bank}` }), [8_000]), 'site')
  assert.equal(
    site.remedy,
    'The quiet window of 8h and the lag of 7d of place bank are each longer than the MTDL of 4h of process filling: shorten, split or move quiet of asset plc and bring lag of place bank down; or accept an mtdl of 177h for process filling.',
  )
})

test('quiet windows that cover the week: endless, and no MTDL would hold', () => {
  const device = scenario(scheduleOf(plant({ asset: ', quiet: [daily 00:00-24:00]' }), [8_000]), 'device')
  assert.deepEqual([device.tooLarge, device.terms.quiet], ['quiet', Number.POSITIVE_INFINITY])
  assert.match(device.remedy ?? '', /^The quiet window, which covers the whole week, alone is longer/)
})

test('a scenario counts with the MTDL of those processes only that must come back from it', () => {
  const processes =
    '{ id: a, data: configuration, mtdl: 1h, scope: [device], needs: [plc] }, { id: b, data: configuration, mtdl: 14d, scope: [device, site], needs: [plc] }'
  const schedule = scheduleOf(plant({ processes, places: `${local}, ${bank}` }), [8_000])
  assert.deepEqual(
    schedule.scenarios.map(one => [lossName(one.scenario), one.process, one.interval === null]),
    [
      ['device', 'a', false],
      ['node', null, true],
      ['domain:node', null, true],
      ['domain:safe', null, false],
      ['site', 'b', false],
    ],
  )
  assert.equal(interval(schedule), '59m 48s')
  assert.equal(scenario(schedule, 'site').terms.mtdl, 14 * 24 * hour)
})
