import assert from 'node:assert/strict'
import { test } from 'node:test'
import { i18n } from '@lingui/core'
import { literalsOf, readSource, sourcesIn } from '../../text/sentences-of-source.ts'
import { detailWords, personDetail } from './person-detail.ts'

i18n.loadAndActivate({ locale: 'en', messages: {} })

test('every detail that the node writes of a person has its words', () => {
  const written = sourcesIn('src/node/people/**/*.ts').flatMap(file =>
    [...readSource(file).matchAll(/\bdetail(?: =|:) .*$/gmu)].flatMap(([line]) => literalsOf(line)),
  )
  const whole = written.map(({ text }) => text).filter(text => text.length > 2 && !text.includes('{}'))
  assert.ok(whole.length > 8, String(whole))
  const words = detailWords()
  assert.deepEqual(
    whole.filter(detail => !Object.hasOwn(words, detail)),
    [],
  )
})

test('rights, ends and locks are told in words', () => {
  const told = {
    'administrator everywhere; the first': 'Administrator (everywhere); the first account',
    'engineer in cell-a, cell-b; viewer everywhere': 'Engineer (cell-a, cell-b); Viewer (everywhere)',
    'operator in cell-a, until 2027-01-01T00:00:00.000Z': 'Operator (cell-a), until 2027-01-01T00:00:00.000Z',
    'by ldap, viewer everywhere': 'by LDAP, Viewer (everywhere)',
    'by password-and-code': 'by password and code',
    'locked for 1 s': 'for 1 second',
    'https://idp.example': 'https://idp.example',
  }
  assert.deepEqual(
    Object.keys(told).map(detail => personDetail(detail)),
    Object.values(told),
  )
})
