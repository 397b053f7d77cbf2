import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { parseSite } from '../site/parse-site.ts'
import type { Process, Site } from '../site/site.ts'
import { type PlanVerdict, planRecovery, type RecoveryFacts } from './plan-recovery.ts'
import { worstLoss } from './worst-loss.ts'

const time = Temporal.Instant.from('2026-11-01T03:00:00Z')
const minute = 60_000

function siteOf(process: string): Site {
  const text = `site: { name: Test, timezone: Europe/Paris }
zones: [{ id: cell, level: 1 }]
node: { zone: cell }
processes:
  - { id: filling, data: configuration, ${process} }
  - { id: power, data: configuration, mtd: 1h, needs: [ups] }
assets:
  - { id: ups, kind: ups, zone: cell }
  - id: plc
    name: Filler PLC
    kind: plc
    zone: cell
    needs: [switch]
    items: [{ id: program, kind: program, via: files, options: {} }, { id: recipes, kind: recipes, via: files, options: {} }]
  - { id: switch, kind: switch, zone: cell, items: [{ id: config, kind: configuration, via: ssh-cli, options: {} }] }
places: [{ id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }]
`
  const { site, problems } = parseSite(
    Buffer.from(text),
    new Map(['files', 'ssh-cli'].map(kind => [kind, z.unknown()])),
  )
  assert.ok(site, JSON.stringify(problems))
  return site
}

function processOf(site: Site): Process {
  const [process] = site.processes
  assert.ok(process)
  return process
}

const version = { id: 'v1', choice: 'latest', bytes: 1000, inRepository: true } as const

function facts(milliseconds: number | null, rest: Partial<RecoveryFacts> = {}): RecoveryFacts {
  const drill = milliseconds === null ? null : { time, version: 'v1', passed: true, milliseconds }
  return { version, drill, writeBack: 'writes', ...rest }
}

function planOf(process: string, items: Readonly<Record<string, RecoveryFacts>>) {
  const site = siteOf(process)
  return planRecovery(site, processOf(site), new Map(Object.entries(items)))
}

const measured = {
  'switch/config': facts(2 * minute, { writeBack: 'unsupported' }),
  'plc/program': facts(10 * minute, { writeBack: 'stops' }),
  'plc/recipes': facts(minute),
}

describe('a recovery plan', () => {
  test('restores what an asset needs before it, and adds up measured times', () => {
    const { steps, total } = planOf('mtd: 4h, needs: [plc]', measured)
    assert.deepEqual(
      steps.map(({ number, item, to, total }) => [number, item, to, total / minute]),
      [
        [1, 'switch/config', 'by-hand', 2],
        [2, 'plc/program', 'device', 12],
        [3, 'plc/recipes', 'device', 13],
      ],
    )
    assert.equal(total, 13 * minute)
    assert.match(steps[0]?.words ?? '', /by hand/)
    assert.match(steps[1]?.words ?? '', /Filler PLC stands still/)
    assert.equal(steps[0]?.command, 'blackstart restore switch/config@latest --to DIR')
    assert.equal(steps[1]?.command, 'blackstart restore plc/program@latest --to-device')
  })

  test('takes of an asset only the item that is needed', () => {
    const { steps } = planOf('mtd: 4h, needs: [plc/recipes]', measured)
    assert.deepEqual(
      steps.map(({ item }) => item),
      ['switch/config', 'plc/recipes'],
    )
  })

  test('names the steps that dominate, longest first', () => {
    const { dominant } = planOf('mtd: 4h, needs: [plc]', measured)
    assert.deepEqual(
      dominant.map(({ item, milliseconds }) => [item, milliseconds]),
      [['plc/program', 10 * minute]],
    )
  })

  test('says from which step on a total is only a lower bound', () => {
    const { steps } = planOf('mtd: 4h, needs: [plc]', { ...measured, 'plc/program': facts(null) })
    assert.deepEqual(
      steps.map(({ total, totalWhole, unmeasured }) => [total / minute, totalWhole, unmeasured]),
      [
        [2, true, null],
        [2, false, 'never-drilled'],
        [3, false, null],
      ],
    )
  })

  const lost = facts(minute, { version: { ...version, inRepository: false } })
  const failed = facts(null, { drill: { time, version: 'v1', passed: false, milliseconds: 5 } })
  const verdicts: readonly (readonly [string, string, Readonly<Record<string, RecoveryFacts>>, PlanVerdict])[] = [
    ['all measured, inside the MTD', 'mtd: 4h, rto: 2h, needs: [plc]', measured, 'fits'],
    ['exactly the MTD', 'mtd: 13m, needs: [plc]', measured, 'fits'],
    ['more than the MTD', 'mtd: 12m, needs: [plc]', measured, 'over-mtd'],
    ['more than the RTO, inside the MTD', 'mtd: 4h, rto: 5m, needs: [plc]', measured, 'over-rto'],
    ['no MTD', 'needs: [plc]', measured, 'no-mtd'],
    ['a step never drilled', 'mtd: 4h, needs: [plc]', { ...measured, 'plc/recipes': facts(null) }, 'unproven'],
    ['a step whose drill failed', 'mtd: 4h, needs: [plc]', { ...measured, 'plc/recipes': failed }, 'unproven'],
    [
      'unmeasured, yet the rest alone is over',
      'mtd: 5m, needs: [plc]',
      { ...measured, 'plc/recipes': facts(null) },
      'over-mtd',
    ],
    ['an asset without a backup', 'mtd: 4h, needs: [plc, ups]', measured, 'unproven'],
    ['nothing backed up', 'mtd: 4h, needs: [power]', measured, 'unproven'],
    [
      'an item never captured',
      'mtd: 4h, needs: [plc]',
      { ...measured, 'plc/recipes': facts(null, { version: null }) },
      'not-restorable',
    ],
    [
      'a version that the repository lost',
      'mtd: 4h, needs: [plc]',
      { ...measured, 'plc/recipes': lost },
      'not-restorable',
    ],
  ]
  for (const [name, process, items, verdict] of verdicts) {
    test(`${name}: ${verdict}`, () => assert.equal(planOf(process, items).verdict, verdict))
  }
})

describe('the work after the worst loss', () => {
  const cases: readonly (readonly [string, number | null | undefined])[] = [
    ['mtdl: 2h, afterLoss: { fixed: 30m, perLostHour: 15m }, needs: [plc]', 60],
    ['mtdl: 30m, afterLoss: { perLostHour: 1h }, needs: [plc]', 30],
    ['afterLoss: { fixed: 30m }, needs: [plc]', 30],
    ['afterLoss: { fixed: 30m, perLostHour: 15m }, needs: [plc]', null],
    ['mtdl: 2h, needs: [plc]', undefined],
  ]
  for (const [process, minutes] of cases) {
    test(`${process}: ${minutes === undefined ? 'not stated' : (minutes ?? 'unknown')}`, () => {
      const loss = worstLoss(processOf(siteOf(process)))
      const total = loss?.total
      assert.equal(typeof total === 'number' ? total / minute : total, minutes)
    })
  }
})

test('what people need, as the site file states it, counts against the MTD and is told beside the steps', () => {
  const recovery = 'needs: [plc], mtd: 1h, recovery: { detect: 20m, validate: 30m }'
  const plan = planOf(recovery, measured)
  assert.deepEqual(
    plan.people.stated.map(({ step }) => step),
    ['detect', 'validate'],
  )
  assert.equal(plan.people.total, 50 * minute)
  assert.ok(plan.people.unknown.includes('decide'))
  assert.equal(plan.total, 13 * minute)
  assert.equal(plan.verdict, 'over-mtd')
  assert.equal(planOf(recovery.replace('mtd: 1h', 'mtd: 2h'), measured).verdict, 'fits')
})

test('the work after any loss counts against the MTD', () => {
  assert.equal(planOf('needs: [plc], mtd: 1h, afterLoss: { fixed: 50m }', measured).verdict, 'over-mtd')
})
