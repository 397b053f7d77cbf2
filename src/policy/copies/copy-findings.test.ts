import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ago, factsWith, readWhole, siteFrom, soundItem } from '../../../lab/test-facts.ts'
import type { Class } from '../class.ts'
import type { ItemFacts, PlaceFacts } from '../facts.ts'
import { indexSite } from '../site-index.ts'
import { copyFindings, verificationFindings } from './copy-findings.ts'
import { createCopyJudge } from './judge-copies.ts'

const local = 'local, via: local, options: { path: ./l }, medium: disk, location: plant, domain: node'
const nas = 'nas, via: local, options: { path: ./n }, medium: disk, location: plant, domain: storage, machine: nas'
const safe =
  'safe, via: local, options: { path: ./s }, medium: removable, location: bank, domain: safe, online: false, offsite: true, lag: 7d'

interface Plant {
  readonly places: readonly string[]
  /** Of the process that needs the item. */
  readonly process?: string
  readonly class?: Class | null
  readonly errors?: Readonly<Record<string, number>>
}

function plant({ places, process = '', class: cls = 'high', errors = {} }: Plant) {
  const index = indexSite(
    siteFrom(`site: { name: Plant, timezone: Europe/Paris }
zones:
  - { id: cell, level: 1 }
node: { zone: cell, domain: node }
processes:
  - { id: filling, data: configuration, needs: [plc]${process} }
assets:
  - { id: plc, kind: plc, zone: cell, items: [{ id: program, kind: program, via: files }] }
places:
${places.map(text => `  - { id: ${text} }`).join('\n')}
`),
  )
  const [of] = index.items
  assert.ok(of)
  const known = new Map<string, PlaceFacts>(
    Object.entries(errors).map(([id, count]) => [id, readWhole(ago('PT24H'), count)]),
  )
  const judge = (item: ItemFacts | undefined) => createCopyJudge(index)(of, item, cls, known)
  return {
    find: (item: ItemFacts | undefined) => copyFindings(index, judge(item), item, cls),
    verifications: (
      item: ItemFacts,
      facts: ReadonlyMap<string, PlaceFacts>,
      firstVersion: Temporal.Instant | null = null,
    ) =>
      verificationFindings(
        index,
        [{ class: cls, copies: judge(item) }],
        factsWith({}, { places: facts, firstVersion }),
      ),
  }
}

const told = (found: readonly { code: string; severity: string }[]) => found.map(one => `${one.code} ${one.severity}`)

test('an item that was never captured is somebody else’s finding', () => {
  assert.deepEqual(plant({ places: [local] }).find(undefined), [])
  assert.deepEqual(plant({ places: [local] }).find(soundItem([], { latest: null })), [])
})

test('a version without a verified copy is high, whatever the class; the way out is to read it back', () => {
  const copies = [{ place: 'local', newest: 'v2', verified: null }]
  const found = plant({ places: [local], class: 'low' }).find(soundItem([], { copies }))
  assert.deepEqual(told(found), ['no-copy high', 'copies-missing low'])
  assert.match(found[0]?.remedy ?? '', /What lies in local was never read back.*blackstart verify --read-data/)
})

test('the class decides how grave missing copies are', () => {
  for (const [cls, severity] of [
    ['very high', 'high'],
    ['high', 'high'],
    ['medium', 'medium'],
    [null, 'medium'],
    ['low', 'low'],
  ] as const) {
    const found = plant({ places: [local], class: cls }).find(soundItem(['local']))
    assert.equal(found.find(({ code }) => code === 'copies-missing')?.severity, severity, `${cls}`)
  }
})

test('all scenarios that leave nothing are one finding; the loss of the node is always high', () => {
  const { find } = plant({ places: [local], class: 'low' })
  const found = find(soundItem(['local'])).filter(({ code }) => code === 'no-surviving-copy')
  assert.deepEqual(told(found), ['no-surviving-copy high'])
  assert.deepEqual(found[0]?.facts.scenarios, ['node', 'domain:node', 'site'])
  assert.match(found[0]?.remedy ?? '', /Place local is the only one of the site\. Add a place to site\.yaml off site/)
  const onlySite = plant({ places: [local, nas], class: 'low' }).find(soundItem(['local', 'nas']))
  assert.deepEqual(told(onlySite), ['no-surviving-copy low', 'copies-missing low'])
})

test('scenarios that no process has to come back from are not asked for', () => {
  const scoped = plant({ places: [local, nas], process: ', scope: [device, node, domain]' })
  assert.deepEqual(told(scoped.find(soundItem(['local', 'nas']))), ['copies-missing high'])
})

test('the finding closes by itself once the copy is there', () => {
  assert.deepEqual(plant({ places: [local, safe] }).find(soundItem(['local', 'safe'])), [])
})

test('the remedy is the cheapest next step', () => {
  const remedy = (of: Plant, item: ItemFacts) =>
    plant(of)
      .find(item)
      .find(({ code }) => code === 'copies-missing')?.remedy
  assert.equal(
    remedy({ places: [local] }, soundItem(['local'])),
    'Place local is the only one of the site. Add one place to site.yaml that is off site (offsite: true), offline (online: false) and on another medium than disk: a removable disk in another building that is attached only while it is written.',
  )
  assert.equal(
    remedy({ places: [local, nas, safe] }, soundItem(['local'])),
    'Copy the repository to place safe and read it back there: blackstart verify --read-data tells how.',
    'a place that the site has costs nothing',
  )
  const unverified = soundItem(['local'])
  assert.equal(
    remedy(
      { places: [local, safe] },
      { ...unverified, copies: [...unverified.copies, { place: 'safe', newest: 'v2', verified: null }] },
    ),
    'Verify what lies in place safe: blackstart verify --read-data.',
  )
  assert.match(
    remedy({ places: [local, safe], errors: { safe: 1 } }, soundItem(['local', 'safe'])) ?? '',
    /^Place safe had errors when it was last verified: until a verification ends without one .* do not count\.$/,
  )
  assert.match(
    remedy({ places: [local, nas], class: 'medium' }, soundItem(['local', 'nas'])) ?? '',
    /^Add one place to site\.yaml that is off site \(offsite: true\) and on another medium than disk: a removable disk in another building\.$/,
  )
})

test('each place is read whole as often as the gravest class of what it holds asks', () => {
  const verified = (days: number, errors = 0) => new Map([['local', readWhole(ago(`PT${days * 24}H`), errors)]])
  const high = plant({ places: [local, nas], class: 'high' })
  const held = soundItem(['local'])
  assert.deepEqual(told(high.verifications(held, verified(7))), [])
  assert.deepEqual(told(high.verifications(held, verified(8))), ['verification-due medium'])
  assert.deepEqual(told(high.verifications(held, new Map())), ['verification-due medium'], 'never')
  assert.deepEqual(told(plant({ places: [local], class: 'low' }).verifications(held, verified(31))), [])
  assert.deepEqual(told(plant({ places: [local], class: 'low' }).verifications(held, verified(32))), [
    'verification-due low',
  ])
  assert.deepEqual(told(high.verifications(held, verified(1, 3))), ['verification-errors high'])
  const structure = new Map([['local', { ...readWhole(ago('PT24H')), damage: readWhole(ago('PT1H'), 3).damage }]])
  assert.deepEqual(told(high.verifications(held, structure)), ['verification-errors high'], 'the structure was enough')
  const [due] = high.verifications(held, verified(8))
  assert.deepEqual(due?.facts, {
    verified: '2026-11-16T12:00:00Z',
    due: '2026-11-23T12:00:00Z',
    class: 'high',
    everyDays: 7,
  })
})

test('a site that is younger than the period is not due yet in the place that it captures into', () => {
  const { verifications } = plant({ places: [local, nas], class: 'high' })
  const held = soundItem(['local'])
  assert.deepEqual(verifications(held, new Map(), ago('PT20M')), [])
  assert.deepEqual(told(verifications(held, new Map(), ago('PT169H'))), ['verification-due medium'])
  const elsewhere = verifications(soundItem(['nas']), new Map(), ago('PT20M'))
  assert.deepEqual(told(elsewhere), ['verification-due medium'], 'nothing was read back there')
})

test('what is in the safe is attached first', () => {
  const [due] = plant({ places: [local, safe] }).verifications(soundItem(['safe']), new Map())
  assert.match(due?.remedy ?? '', /^Attach it, then read all of it: blackstart verify --read-data/)
})

test('findings hold instants, never ages', () => {
  const found = plant({ places: [local] }).find(soundItem(['local']))
  assert.deepEqual(JSON.parse(JSON.stringify(found)), found, 'facts are plain data')
})

test('damage names the items whose newest version is concerned, of many some', () => {
  const { verifications } = plant({ places: [local] })
  const without = Array.from({ length: 23 }, (_, at) => `plc-${at}/program`)
  const facts = (items: readonly string[]) =>
    verifications(soundItem(['local']), new Map([['local', readWhole(ago('PT1H'), 3, items)]]))[0]?.facts
  assert.deepEqual(facts(without.slice(0, 2)), {
    ...{ verified: ago('PT1H').toString(), errors: 3 },
    withoutNewestOf: ['plc-0/program', 'plc-1/program'],
  })
  assert.deepEqual(facts(without), {
    ...{ verified: ago('PT1H').toString(), errors: 3 },
    ...{ withoutNewestOf: without.slice(0, 20), andMore: 3 },
  })
})
