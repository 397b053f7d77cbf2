import assert from 'node:assert/strict'
import { test } from 'node:test'
import { i18n } from '@lingui/core'
import { journalEvent } from '../../src/archive/journal-event.ts'
import { findingCodes } from '../../src/policy/finding.ts'
import { eventTypes, eventWord } from '../features/journal/event-word.ts'
import { findingTitle } from './words.ts'

i18n.loadAndActivate({ locale: 'en', messages: {} })

test('every finding that the node makes has a title', () => {
  assert.deepEqual(
    findingCodes.filter(code => findingTitle(code) === code),
    [],
  )
})

test('every kind of event of the journal has a word, and can be filtered by', () => {
  const types = journalEvent.options.map(option => option.shape.type.value)
  assert.deepEqual(
    types.filter(type => eventWord(type) === type || !(eventTypes as readonly string[]).includes(type)),
    [],
  )
})
