// Every row of docs/worked-cases.md against the functions that decide. One kind of table after the other, fourteen of them:
// that is why it is long.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import {
  listIn,
  markdownTables,
  oneOf,
  spanIn,
  type TableKind,
  tableKind,
  wordsIn,
  writtenSpan,
} from '../../lab/markdown-table.ts'
import { ago, copyIn, factsWith, readWhole, siteFrom, soundItem, testNow } from '../../lab/test-facts.ts'
import { durationOf, formatMilliseconds, milliseconds } from '../site/duration.ts'
import { type Exposure, exposures, media, type Score, scores } from '../site/site.ts'
import { type Class, classes, dutiesOf } from './class.ts'
import { unmetOf } from './copies/copy-terms.ts'
import { createCopyJudge } from './copies/judge-copies.ts'
import { deficitOf, placesById } from './criticality/deficit.ts'
import { classFor, highest } from './criticality/matrix.ts'
import { cyberOccurrence, lifeUsed, occurrence } from './criticality/occurrence.ts'
import { compareCauses, type Ordered } from './criticality/rank.ts'
import { assetReachability, zoneReachability } from './criticality/reachability.ts'
import { severityOf } from './criticality/severity.ts'
import type { CopyFacts, ItemFacts } from './facts.ts'
import type { FlowPurpose } from './flows/flow.ts'
import { flowGround } from './flows/flow-ground.ts'
import { judge } from './judge.ts'
import { floorOf } from './retention/floor-of.ts'
import { type KeptVersion, retain } from './retention/retain.ts'
import { type Loss, lossName, survives } from './scenario.ts'
import { createScheduler } from './schedule/item-schedule.ts'
import type { TooLarge } from './schedule/remedy.ts'
import { scheduleFindings } from './schedule/schedule-findings.ts'
import { indexSite } from './site-index.ts'
import { restoreTime, worstRecovery } from './verdict/recovery-time.ts'

const today = testNow.toZonedDateTimeISO('UTC').toPlainDate()

const shown = (total: number | null, none: string) => (total === null ? none : formatMilliseconds(total))
const spans = (list: string) => listIn(list).map(cell => spanIn(cell) ?? 0)
const past = (cell: string) => testNow.subtract({ milliseconds: spanIn(cell) ?? 0 })

const classIn = (cell: string): Class | null => (cell === '-' ? null : oneOf(classes, cell))
const scoreIn = (cell: string): Score => oneOf(scores, cell)

type Fields = Readonly<Record<string, unknown>>

/** A PLC with one program, as the site file writes it. */
const plcWith = (more: Fields, ofItem: Fields = {}) => ({
  ...{ id: 'plc', kind: 'plc', zone: 'cell-a' },
  items: [{ id: 'program', kind: 'program', via: 'files', ...ofItem }],
  ...more,
})

/** A site of that PLC and a disk, unless told otherwise; what is given replaces that. */
function siteOf(more: Fields = {}) {
  const whole = {
    site: { name: 'Plant', timezone: 'UTC' },
    zones: [
      { id: 'cell-a', level: 1 },
      { id: 'operations', level: 3 },
    ],
    node: { zone: 'operations', domain: 'node' },
    assets: [plcWith({})],
    places: [placeOf('disk', 'local')],
    ...more,
  }
  return siteFrom(JSON.stringify(whole))
}

const indexOf = (more: Fields) => indexSite(siteOf(more))

function first<Value>(values: readonly Value[]): Value {
  const [value] = values
  assert.ok(value !== undefined)
  return value
}

/** `removable offline offsite domain=safe`, as the site file writes it. */
function placeOf(text: string, id: string) {
  const { plain, given } = wordsIn(text)
  const { errors: _, ...rest } = given
  const medium = oneOf(media, plain[0] ?? '')
  for (const word of plain.slice(1)) oneOf(['offline', 'offsite', 'unverified'], word)
  const [online, offsite] = [!plain.includes('offline'), plain.includes('offsite')]
  const base = { id, via: 'local', options: { path: `./${id}` }, medium, location: 'plant', domain: 'node' }
  return { ...base, online, offsite, ...rest }
}

/** Places of a cell, with what is known of the copies in them. */
function copiesOf(cell: string, cls: Class | null, of: Partial<ItemFacts>) {
  const texts = listIn(cell)
  const index = indexOf({ places: ['disk', ...texts].map((text, at) => placeOf(text, `p${at}`)) })
  const copies = texts.map((text, at): CopyFacts => {
    const copy = copyIn(`p${at + 1}`)
    return wordsIn(text).plain.includes('unverified') ? { ...copy, verified: null } : copy
  })
  const errors = texts.map((text, at) => [`p${at + 1}`, Number(wordsIn(text).given.errors ?? 0)] as const)
  const places = new Map(errors.map(([id, count]) => [id, readWhole(ago('PT1H'), count)] as const))
  const known = soundItem([], { copies, ...of })
  return { index, known, places, cls }
}

const bank = placeOf('removable offline offsite domain=safe lag=1d', 'bank')

const termWords: Readonly<Record<TooLarge, string>> = {
  ...{ quiet: 'quiet window', capture: 'capture', lag: 'lag' },
  ...{ 'no-place': 'no place', 'lag-missing': 'lag not stated' },
}

const longestInterval = tableKind(
  ['MTDL', 'Quiet windows', 'Captures took', 'Lag', 'Longest interval', 'Too large'],
  row => {
    const kind = row.Lag === '0s' ? 'device' : 'node'
    const other = { ...placeOf('disk machine=nas', 'nas'), lag: row.Lag === 'not stated' ? undefined : row.Lag }
    const index = indexOf({
      processes: [{ id: 'a', data: 'configuration', mtdl: writtenSpan(row.MTDL), scope: [kind], needs: ['plc'] }],
      assets: [plcWith({ quiet: listIn(row['Quiet windows']) })],
      places: [placeOf('disk', 'local'), ...(row.Lag === 'no place' || kind === 'device' ? [] : [other])],
    })
    const known = soundItem([], { captureTimes: spans(row['Captures took']) })
    const schedule = createScheduler(index)(first(index.items), known)
    const scenario = first(schedule.scenarios.filter(one => lossName(one.scenario) === kind))
    if (scenario.interval !== null) assert.equal(milliseconds(schedule.interval), scenario.interval)
    return {
      'Longest interval': shown(scenario.interval, 'infeasible'),
      'Too large': scenario.tooLarge === null ? '-' : termWords[scenario.tooLarge],
    }
  },
)

/** `4h/5m in device, site` */
function processOf(id: string, cell: string) {
  const [mtdl = '-', scope] = cell.split(' in ')
  const [configuration = '-', history = configuration] = mtdl.split('/')
  return {
    ...{ id, data: 'configuration', needs: ['plc'] },
    mtdl: { configuration: writtenSpan(configuration), history: writtenSpan(history) },
    scope: scope === undefined ? undefined : listIn(scope),
  }
}

const whoseMtdl = tableKind(['Process A', 'Process B', 'Item', 'Interval', 'From', 'Finding'], row => {
  const { plain, given } = wordsIn(row.Item)
  const index = indexOf({
    processes: [processOf('a', row['Process A']), processOf('b', row['Process B'])],
    assets: [plcWith({}, { data: plain[0], ...given })],
    places: [placeOf('disk', 'local'), bank],
  })
  const schedule = createScheduler(index)(first(index.items), soundItem([], { captureTimes: [8_000] }))
  const codes = new Set(scheduleFindings(schedule).map(({ code }) => code))
  const Interval = formatMilliseconds(milliseconds(schedule.interval))
  return { Interval, From: schedule.source, Finding: [...codes].join(', ') || '-' }
})

function lossIn(cell: string): Loss {
  const [kind, name = ''] = cell.split(':')
  if (kind === 'domain') return { kind, domain: name }
  return kind === 'zone' ? { kind, zone: name } : { kind: oneOf(['device', 'node', 'site'] as const, cell) }
}

const whatSurvives = tableKind(['Place', 'Lost', 'Usable'], row => {
  const site = siteOf({ places: [placeOf(row.Place, 'one')] })
  return { Usable: survives(site, first(site.places), lossIn(row.Lost)) ? 'yes' : 'no' }
})

const copyRules = tableKind(['Places', 'Class', 'Rule', 'Not met'], row => {
  const { index, known, places, cls } = copiesOf(row.Places, classIn(row.Class), {})
  const { rule, met, terms } = createCopyJudge(index)(first(index.items), known, cls, places)
  const open = unmetOf(terms).map(({ term, has, needs }) => `${term} ${has}/${needs}`)
  assert.equal(met, open.length === 0)
  return { Rule: rule, 'Not met': open.join(', ') || '-' }
})

const wear = tableKind(['In service since', 'Made for, years', 'Failures', 'O_f'], row => {
  const since = row['In service since']
  const life = since === '-' ? undefined : { since, years: Number(row['Made for, years']) }
  const asset = first(siteOf({ assets: [plcWith({ life })] }).assets)
  const failed = listIn(row.Failures).map(date => Temporal.PlainDate.from(date))
  return { O_f: String(occurrence(lifeUsed(asset, today), failed, today).score) }
})

const attack = tableKind(
  ['Level of its zone', 'Conduits from levels', 'Others in the zone', 'Exposure', 'Reachability', 'O_c'],
  row => {
    const from = listIn(row['Conduits from levels']).map((level, at) => ({ id: `from-${at}`, level: Number(level) }))
    const ids = ['plc', ...Array.from({ length: Number(row['Others in the zone']) }, (_, at) => `other-${at}`)]
    const site = siteOf({
      zones: [{ id: 'its', level: Number(row['Level of its zone']) }, { id: 'operations', level: 3 }, ...from],
      conduits: from.map(({ id }) => ({ from: id, to: 'its', allow: ['https'] })),
      assets: ids.map(id => plcWith({ id, zone: 'its' })),
    })
    const exposed = listIn(row.Exposure).map((one): Exposure => oneOf(exposures, one))
    const zone = zoneReachability(site).get('its')
    assert.ok(zone)
    const reach = assetReachability(zone, exposed)
    return { Reachability: String(reach.score), O_c: String(cyberOccurrence(reach, exposed).score) }
  },
)

const classOfMode = tableKind(
  ['Safety', 'Environment', 'Production', 'Quality', 'O_f', 'O_c', 'S', 'P', 'Class'],
  row => {
    const severity = {
      ...{ safety: scoreIn(row.Safety), environment: scoreIn(row.Environment) },
      ...{ production: scoreIn(row.Production), quality: scoreIn(row.Quality) },
    }
    const s = severityOf({ asset: 'plc', mode: 'any', name: null, severity, failed: [], notes: null }).score
    const p = highest([scoreIn(row.O_f), scoreIn(row.O_c)])
    return { S: String(s), P: String(p), Class: classFor(s, p) }
  },
)

const deficit = tableKind(['Places', 'Class', 'Restored, days ago', 'D'], row => {
  const days = row['Restored, days ago']
  const drill = { version: 'v2', passed: true, milliseconds: 60_000 }
  const drills = days === '-' ? [] : [{ ...drill, time: ago(`PT${24 * Number(days)}H`) }]
  const { index, known, cls } = copiesOf(row.Places, classIn(row.Class), { drills })
  const facts = factsWith({ 'plc/program': known })
  const scope = { facts, places: placesById(index.site.places), counts: () => true }
  return { D: String(deficitOf(index.site.assets, () => cls, scope)?.score) }
})

/** `very high S4 P3 D2 slack=2h plc` */
function causeIn(cell: string): Ordered {
  const match = /^([a-z ]+) S(\d) P(\d) D(\d)(?: slack=(\S+))? (\S+)$/.exec(cell)
  assert.ok(match, cell)
  const [, cls = '', s = '', p = '', d = '', slack = '-', id = ''] = match
  const rated = { class: oneOf(classes, cls), s: scoreIn(s), p: scoreIn(p), d: scoreIn(d) }
  return { id, kind: 'mode', ...rated, slack: spanIn(slack) }
}

const order = tableKind(['One', 'Other', 'First'], row => {
  const [one, other] = [causeIn(row.One), causeIn(row.Other)]
  assert.equal(Math.sign(compareCauses(one, other)), -Math.sign(compareCauses(other, one)))
  return { First: compareCauses(one, other) < 0 ? 'one' : 'other' }
})

/** `plc onsite lead=2d replace=30m restore=10m/30m needs=hmi domain=office`; restores are what drills took. */
function deviceOf(text: string) {
  const { plain, given } = wordsIn(text)
  const [id = '', ...flags] = plain
  for (const word of flags) oneOf(['onsite'], word)
  const { lead: leadTime, replace, restore, needs, domain, ...unknown } = given
  assert.deepEqual(Object.keys(unknown), [])
  const stated = flags.length > 0 || leadTime !== undefined || replace !== undefined
  const spare = stated ? { onSite: flags.includes('onsite'), leadTime, replace } : undefined
  const asset = plcWith({ id, domain, needs: needs === undefined ? [] : [needs], spare })
  return { asset, restores: (restore?.split('/') ?? []).map(cell => spanIn(cell) ?? 0) }
}

const recovery = tableKind(['People', 'Devices', 'Lost', 'After the loss', 'At least', 'Nine of ten'], row => {
  const { rehearsed, ...stated } = wordsIn(row.People).given
  const { lost, ...afterLoss } = wordsIn(row['After the loss']).given
  const devices = listIn(row.Devices).map(deviceOf)
  const needs = devices.map(({ asset }) => asset.id)
  const index = indexOf({
    processes: [{ id: 'a', data: 'configuration', needs, recovery: stated, afterLoss }],
    assets: devices.map(({ asset }) => asset),
  })
  const times = new Map(devices.map(({ asset, restores }) => [`${asset.id}/program`, restores]))
  const drillOf = (took: number) => ({ time: ago('PT1H'), version: 'v2', passed: true, milliseconds: took })
  const time = worstRecovery(index, first(index.site.processes), lossIn(row.Lost), spanIn(lost ?? '-'), {
    rehearsal: rehearsed === undefined ? undefined : { time: ago('PT1H'), milliseconds: spanIn(rehearsed) ?? 0 },
    restoreOf: id => restoreTime(id, (times.get(id) ?? []).map(drillOf)),
  })
  const none = time === null ? '-' : 'unknown'
  if (time !== null) assert.equal(time.unknown.length > 0, time.p90 === null)
  return { 'At least': shown(time?.lower ?? null, none), 'Nine of ten': shown(time?.p90 ?? null, none) }
})

const verdictPlaces = [
  placeOf('disk', 'local'),
  placeOf('disk machine=vault domain=vault lag=10m', 'vault'),
  placeOf('disk offsite domain=away lag=30m', 'away'),
]

const verdict = tableKind(
  ['Copies', 'Restored', 'Rehearsed', 'MTDL', 'MTD', 'Comes back from', 'Verdict', 'Reason'],
  row => {
    const scope = row['Comes back from'] === 'all' ? undefined : listIn(row['Comes back from'])
    const stated = { mtdl: writtenSpan(row.MTDL), mtd: writtenSpan(row.MTD), scope }
    const { asset } = deviceOf('plc onsite replace=30m lead=2h')
    const site = siteOf({
      processes: [{ id: 'filling', data: 'configuration', needs: ['plc'], ...stated }],
      assets: [asset],
      failureModes: [{ asset: 'plc', mode: 'battery-lost', severity: { production: 2 } }],
      places: verdictPlaces,
    })
    const copies = listIn(row.Copies).map(cell => {
      const [place = '', age = '-'] = cell.split(' ')
      return copyIn(place, { seen: past(age) })
    })
    const drill = { time: past(row.Restored), version: 'v2', passed: true, milliseconds: 600_000 }
    const item = soundItem([], { copies, drills: row.Restored === '-' ? [] : [drill] })
    const people = { time: past(row.Rehearsed), milliseconds: 3_600_000 }
    const rehearsals = new Map(row.Rehearsed === '-' ? [] : [['filling', people] as const])
    const found = first(judge(site, factsWith({ 'plc/program': item }, { rehearsals })).processes)
    assert.equal(found.class, 'medium')
    const failed = found.scenarios.filter(one => one.inScope && one.verdict === 'FAIL').map(one => one.scenario)
    const told = row.Reason !== '-' && found.reasons.some(reason => reason.includes(row.Reason))
    const where = failed.length === 0 ? '' : ` in ${failed.join(', ')}`
    return { Verdict: `${found.verdict}${where}`, Reason: told ? row.Reason : found.reasons.join('; ') || '-' }
  },
)

const zoneId = (cell: string) => (cell === 'backup' ? cell : `level-${cell}`)

const flows = tableKind(['From', 'To', 'For', 'Protocol', 'Conduit', 'Judgement'], row => {
  const purpose = oneOf<FlowPurpose>(['capture', 'restore', 'replication', 'conduit'], row.For)
  const levels = ['0', '1', '2', '3', '3.5', '4', '5'].map(level => ({ id: zoneId(level), level: Number(level) }))
  const [from, to] = [zoneId(row.From), zoneId(row.To)]
  const word = oneOf(['-', 'listed', 'exception', 'one-way'], row.Conduit)
  const listed = { from, to, allow: [row.Protocol], oneWay: word === 'one-way' }
  const conduit = { ...listed, ...(word === 'exception' ? { exception: 'agreed' } : {}) }
  const index = indexOf({
    zones: [...levels, { id: 'backup', level: 3 }],
    node: { zone: purpose === 'conduit' ? 'backup' : from },
    conduits: word === '-' ? [] : [conduit],
    assets: [],
  })
  const ground = flowGround(index)
  assert.ok(ground)
  const ruling =
    purpose === 'conduit'
      ? ground.declared(first(index.site.conduits), 0, row.Protocol)
      : ground.needed(from, to, row.Protocol, purpose)
  if (ruling?.judgement === 'denied') assert.ok(ruling.remedy, 'what is denied has a way round')
  return { Judgement: ruling?.judgement ?? 'unknown zone' }
})

/** `a 06-08T23:50 approved received=06-10T10:01` */
function versionIn(text: string): KeptVersion {
  const { plain, given } = wordsIn(text)
  const [id = '', time = '', ...flags] = plain
  for (const flag of flags) oneOf(['approved', 'held', 'equivalent'], flag)
  const at = (cell: string) => Temporal.Instant.from(`${cell.length > 11 ? '' : '2026-'}${cell}Z`)
  const has = (flag: string) => flags.includes(flag)
  const times = { time: at(time), received: at(given.received ?? time) }
  return { id, ...times, approved: has('approved'), held: has('held'), equivalent: has('equivalent') }
}

const noRules = { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, floor: null }

const retention = tableKind(['Keep', 'Floor', 'Versions', 'Stay'], row => {
  const given = Object.entries(wordsIn(row.Keep).given).map(([rule, count]) => [rule, Number(count)])
  const rules = { ...noRules, ...Object.fromEntries(given) }
  assert.deepEqual(Object.keys(rules), Object.keys(noRules))
  const floor = durationOf(spanIn(row.Floor) ?? 0)
  const now = Temporal.Instant.from('2026-06-10T12:00:00Z')
  const decided = retain(listIn(row.Versions).map(versionIn), rules, floor, 'UTC', now)
  return { Stay: decided.flatMap(({ id, kept }) => (kept ? id : [])).join(', ') }
})

const floors = tableKind(['Class', 'Floor in the rules', 'Floor'], row => {
  const stated = row['Floor in the rules']
  const rules = { ...noRules, floor: stated === '-' ? null : durationOf(spanIn(stated) ?? 0) }
  const cls = classIn(row.Class)
  assert.ok(milliseconds(floorOf(rules, cls)) >= milliseconds(dutiesOf(cls).floor))
  return { Floor: formatMilliseconds(milliseconds(floorOf(rules, cls))) }
})

const kinds: ReadonlyMap<string, TableKind> = new Map([
  ['How often to read', longestInterval],
  ['Whose MTDL counts', whoseMtdl],
  ['What a loss leaves', whatSurvives],
  ['How many copies', copyRules],
  ['How often it fails: O_f', wear],
  ['How easily it is attacked: O_c', attack],
  ['Class', classOfMode],
  ['Can it be restored: the deficit D', deficit],
  ['What comes first', order],
  ['How long it takes', recovery],
  ['Verdict', verdict],
  ['Who may open a connection', flows],
  ['Which versions stay', retention],
  ['The floor', floors],
])

const file = path.join(import.meta.dirname, '../../docs/worked-cases.md')
const tables = markdownTables(readFileSync(file, 'utf8'))

test('every table of the worked cases is one that is checked here, with its columns and with rows', () => {
  assert.deepEqual(
    tables.map(({ heading, columns }) => [heading, ...columns]),
    [...kinds].map(([heading, { columns }]) => [heading, ...columns]),
  )
  for (const { heading, rows } of tables) assert.ok(rows.length > 0, `${heading} has no rows`)
})

test('there are at least 60 worked cases, no two the same, each with its reasoning', () => {
  const rows = tables.flatMap(table => table.rows.map(({ cells }) => ({ heading: table.heading, cells })))
  assert.ok(rows.length >= 60, `${rows.length} rows`)
  for (const { cells } of rows) assert.ok((cells.at(-1) ?? '').length > 5, cells.join(' | '))
  const asked = rows.map(({ heading, cells }) => [heading, ...cells.slice(0, -1)].join('|'))
  assert.equal(new Set(asked).size, asked.length)
})

for (const { heading, columns, rows } of tables) {
  for (const { line, cells } of rows) {
    test(`${heading}, line ${line}: ${cells.at(-1)}`, () => {
      const answers = kinds.get(heading)?.answer(cells) ?? {}
      const written = Object.keys(answers).map(column => [column, cells[columns.indexOf(column)]])
      assert.deepEqual(answers, Object.fromEntries(written))
      assert.ok(written.length > 0, `nothing of ${heading} is checked`)
    })
  }
}
