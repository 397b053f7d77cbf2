import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { durationOf, milliseconds, parseDuration } from '../../site/duration.ts'
import { setSiteValues } from '../../site/edit-site.ts'
import { parseSite } from '../../site/parse-site.ts'
import type { Process, Site } from '../../site/site.ts'
import { indexSite } from '../site-index.ts'
import { durationText, readAnswer } from './answer.ts'
import { contradictionOf, editsOf, withAnswer } from './apply-answers.ts'
import { consequenceText, longestLoss } from './consequence.ts'
import { interviewQuestions, missingAnswers, mtdlQuestion, mtdQuestion, stepsQuestion } from './questions.ts'

const connectors = new Map([['files', z.strictObject({ path: z.string() })]])
const item = (id: string, kind: string) => `{ id: ${id}, kind: ${kind}, via: files, options: { path: ./x } }`
const asset = (id: string, name: string, ...items: string[]) =>
  `  - { id: ${id}, name: ${name}, kind: plc, zone: cell, items: [${items.join(', ')}] }\n`

function textOf(process: string): string {
  return `site: { name: Plant, timezone: UTC }
zones: [{ id: cell, level: 1 }]
node: { zone: cell }
processes:
  - { id: filling, name: Filling, data: configuration, ${process} }
assets:
${asset('plc', 'Filler PLC', item('program', 'program'), item('recipes', 'recipes'))}${asset('db', 'Historian', item('values', 'database'))}places:
  - { id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }
`
}

function siteOf(text: string): Site {
  const { site, problems } = parseSite(new TextEncoder().encode(text), connectors)
  assert.deepEqual(problems, [])
  assert.ok(site)
  return site
}

function filling(text: string) {
  const site = siteOf(textOf(text))
  const [process] = site.processes
  assert.ok(process)
  return { index: indexSite(site), process }
}

const duration = (text: string) => parseDuration(text) ?? durationOf(0)

test('what is lost is named as the plant calls it, and asked for the kinds of data that the process needs', () => {
  const plc = filling('needs: [plc]')
  assert.equal(
    mtdlQuestion(plc.index, plc.process),
    'If all that changed in the last hour in the program and recipes of Filler PLC were gone, what would you have to do, and for how long?',
  )
  assert.equal(
    mtdQuestion(plc.process),
    'How long may Filling stand still before the damage is more than the plant can bear?',
  )
  const ids = (needs: string) => {
    const { index, process } = filling(`needs: [${needs}]`)
    return interviewQuestions(index, process).flatMap(({ id }) => (id.startsWith('mtdl.') ? [id] : []))
  }
  assert.deepEqual(ids('plc'), ['mtdl.configuration'])
  assert.deepEqual(ids('db'), ['mtdl.history'])
  assert.deepEqual(ids('db, plc'), ['mtdl.configuration', 'mtdl.history'])
  assert.deepEqual(ids(''), ['mtdl.configuration'])
})

test('of an MTDL that is stated for one kind of data, the question is about the other', () => {
  const { index, process } = filling('needs: [plc, db], mtdl: { configuration: 1d }')
  assert.match(mtdlQuestion(index, process), /in the database of Historian were gone/)
})

test('a question for the steps names those that nobody has stated', () => {
  const { process } = filling(
    'mtd: 2d, recovery: { detect: 1m, decide: 1m, isolate: 1m, keys: 1m, media: 1m, reissue: 1m }',
  )
  assert.equal(
    stepsQuestion(process),
    'How long do people usually need, whatever is restored, to set addresses and names and test it before the restart?',
  )
})

test('a loss is told in work, against the MTD, with the most that could be done again', () => {
  const { process } = filling(
    'mtd: 4h, mtdl: 4h, afterLoss: { fixed: 30m, perLostHour: 10m }, recovery: { detect: 30m }',
  )
  assert.equal(longestLoss(process), 18 * 3_600_000)
  assert.match(
    consequenceText(process, process.mtdl.history),
    /^Losing 4h costs 40m of work\. Of the MTD of 4h people need 1h in any case/,
  )
  assert.match(consequenceText(process, null), /; the 3h left are enough to make good a loss of 18h/)
  const full = filling('mtd: 1h, afterLoss: { fixed: 1h, perLostHour: 10m }').process
  assert.match(consequenceText(full, null), /no time is left/)
  assert.match(consequenceText(filling('mtd: 1h').process, null), /is not stated/)
})

test('an answer is what the file takes, or what people say', () => {
  const cases: [string, string | null][] = [
    ['4h', '4h'],
    [' PT1H30M ', 'PT1H30M'],
    ['90 min', '90m'],
    ['2 hours', '2h'],
    ['1h 30m', '90m'],
    ['1h 0m', '1h'],
    ['1 day', '1d'],
    ['', null],
    ['?', null],
    ['Unknown', null],
  ]
  for (const [given, expected] of cases) {
    const answer = readAnswer(given, 366)
    assert.equal(answer.kind === 'duration' ? answer.text : null, expected, given)
    assert.notEqual(answer.kind, 'wrong', given)
  }
  for (const wrong of ['soon', '0', '0h', '-1h', '5', '3 months', '400d', '4 h about', '1h1', '1h 9999999999d']) {
    assert.equal(readAnswer(wrong, 366).kind, 'wrong', wrong)
  }
})

test('every duration has one word for the file', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4_000_000_000 }), total => {
      const rounded = total >= 1000 ? total - (total % 1000) : total
      const parsed = parseDuration(durationText(durationOf(rounded)))
      assert.equal(parsed === null ? null : milliseconds(parsed), rounded)
    }),
  )
})

test('what contradicts is said at once, in the words of the file', () => {
  const { index, process } = filling('mtd: 4h, rto: 2h, needs: [plc]')
  const question = (id: string) => interviewQuestions(index, process).find(one => one.id === id)
  const [mtd, detect] = [question('mtd'), question('recovery.detect')]
  assert.ok(mtd && detect)
  assert.equal(contradictionOf(process), null)
  assert.match(
    contradictionOf(withAnswer(process, mtd, duration('1h'))) ?? '',
    /RTO of 2h is longer than the MTD of 1h/,
  )
  assert.match(
    contradictionOf(withAnswer(process, detect, duration('5h'))) ?? '',
    /takes 5h together, longer than the MTD of 4h/,
  )
})

test('whatever is answered without contradiction, the file says it, and nothing is missing any more', () => {
  const starts = [
    'needs: [plc]',
    'needs: [db, plc], mtdl: 1h',
    'mtdl: { history: 5m }, needs: [db, plc], mtd: 100d',
    'needs: [db], recovery: { validate: 1h }, afterLoss: { fixed: 5m }',
  ]
  const answers = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 14, maxLength: 14 })
  fc.assert(
    fc.property(fc.constantFrom(...starts), answers, (start, minutes) => {
      const { index, process } = filling(start)
      const questions = interviewQuestions(index, process)
      const given = new Map(questions.map(({ id }, at) => [id, id === 'mtd' ? '200d' : `${minutes[at]}m`]))
      const edits = editsOf(index, 0, process, start.includes('mtdl: {'), given)
      const [now] = siteOf(setSiteValues(textOf(start), edits)).processes
      assert.ok(now)
      assert.deepEqual(missingAnswers(index, now), [])
      let expected: Process = process
      for (const question of questions)
        expected = withAnswer(expected, question, duration(given.get(question.id) ?? ''))
      for (const { id, current } of interviewQuestions(index, now)) {
        assert.equal(current?.total('minute'), duration(given.get(id) ?? '').total('minute'), id)
      }
      assert.equal(expected.mtd?.total('day'), 200)
    }),
    { numRuns: 60 },
  )
})
