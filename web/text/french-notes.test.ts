import assert from 'node:assert/strict'
import { test } from 'node:test'
import { captureSheet } from '../../src/archive/capture-sheet.ts'
import { cliModels } from '../../src/capture/ssh-cli/models/all.ts'
import { frenchFact, frenchNote } from './french-notes.ts'
import { readSource, sourcesIn } from './sentences-of-source.ts'

test('what a capture notes of itself is said in French; what the device says of itself stays as it came', () => {
  for (const [english, french] of [
    [
      'completion reply only: options.sizes is ignore',
      'par la seule réponse de fin de transfert : options.sizes vaut ignore',
    ],
    ['pipe (a named pipe), run/sock (a socket)', 'pipe (un tube nommé), run/sock (un socket)'],
    ['old (a device) copy (a mount of a folder above it)', 'old (a device) copy (un montage d’un dossier parent)'],
    ['ProFTPD Server (a device of ours) [10.0.3.7]', 'ProFTPD Server (a device of ours) [10.0.3.7]'],
    ['vsFTPd 3.0.5', 'vsFTPd 3.0.5'],
  ] as const)
    assert.equal(frenchNote(english), french)
})

test('every fact that a capture notes, and that is said of an asset, has a name in French', () => {
  const noted = sourcesIn('src/capture/**/*.ts').flatMap(file =>
    [...readSource(file).matchAll(/\.observe\(\s*'(\w+)'/gu)].map(([, fact = '']) => fact),
  )
  assert.ok(noted.length > 8, String(noted.length))
  const ofModels = cliModels.flatMap(({ facts, captures }) => [
    ...facts.flatMap(({ patterns }) => Object.keys(patterns)),
    ...captures.flatMap(capture => Object.keys(capture.facts)),
  ])
  const ofAssets = Object.keys(captureSheet.shape.asset.shape)
  assert.deepEqual(
    [...noted, ...ofModels, ...ofAssets].filter(
      fact => frenchFact(fact) === fact && !['format', 'zone'].includes(fact),
    ),
    [],
  )
  assert.equal(frenchFact('constructor'), 'constructor')
})
