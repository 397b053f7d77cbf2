import assert from 'node:assert/strict'
import { test } from 'node:test'
import { i18n } from '@lingui/core'
import { refusedWords } from './refused-words.ts'

test('a refusal that the node does not say, whatever an address makes of it, has no words', () => {
  i18n.loadAndActivate({ locale: 'en', messages: {} })
  for (const known of ['oidc-late', 'forbidden', 'not-found']) assert.equal(typeof refusedWords(known), 'string')
  for (const strange of ['', '__proto__', 'constructor', 'toString', '<b>']) assert.equal(refusedWords(strange), null)
})
