import assert from 'node:assert/strict'
import { test } from 'node:test'
import { i18n } from '@lingui/core'
import { type FindingCode, findingCodes } from '../../../src/policy/finding.ts'
import { wayUp } from '../../../src/policy/way-up.ts'
import { stageWords } from './stage-words.ts'

i18n.loadAndActivate({ locale: 'en', messages: {} })

test('every stage of the way up has its words, which say the same as the node', () => {
  const of = (code: FindingCode) =>
    ({ code, severity: 'high', subject: 'plc', facts: {}, remedy: 'do it', acknowledged: null }) as const
  const steps = wayUp(findingCodes.map(of), () => null)
  assert.equal(steps.length, 8)
  for (const { stage, title, why } of steps) {
    const words = stageWords(stage)
    assert.equal(words?.why, why)
    assert.ok(title.startsWith(`${words?.title}: `), title)
  }
  assert.equal(stageWords('constructor'), null)
})
