import assert from 'node:assert/strict'
import { test } from 'node:test'
import { i18n } from '@lingui/core'
import { sayButtons } from './say-buttons.ts'

i18n.loadAndActivate({ locale: 'en', messages: {} })

test('a command for which there is a button is told as the button', () => {
  assert.doesNotMatch(sayButtons('Capture it now: blackstart capture plc/program'), /blackstart/)
  assert.match(
    sayButtons('Capture it (blackstart capture plc/program), and see why.'),
    /“Capture now”.*\), and see why\.$/,
  )
  assert.match(
    sayButtons('Look at it: blackstart diff a/b approved latest. Then approve it (blackstart approve a/b@latest).'),
    /“Difference” on the page of .*“Approve” on the page of/,
  )
  assert.match(
    sayButtons('Read all of it: blackstart verify --read-data. What it holds'),
    /“Verify every byte” under Storage\. /,
  )
  assert.match(sayButtons('Rehearse it: blackstart drill plc/program; it says what failed.'), /“Rehearse…”.*; it says/)
  const both =
    'write it back to the version that you choose (blackstart versions a/b, blackstart restore a/b@VERSION --to-device)'
  assert.match(sayButtons(both), /\(“Roll back to it…” in the timeline of .*\)$/)
  const missing = 'plc/program: needs the secret "plc", which is not set. Set it: blackstart secrets set plc'
  assert.match(sayButtons(missing), /Set it: “Set the secret” on its page$/)
  assert.match(sayButtons('plc/a has no version "x". See: blackstart versions plc/a'), /See: the timeline of plc\/a$/)
  assert.match(sayButtons('Set its secret: blackstart secrets set plc'), /“Set the secret”/)
})

test('what no page does stays the command', () => {
  for (const sentence of [
    'Copy it there: blackstart verify --read-data tells how.',
    'Check the account on plc, then set its secret anew: blackstart secrets set plc',
    'It differs.',
  ])
    assert.equal(sayButtons(sentence), sentence)
})
