import assert from 'node:assert/strict'
import { test } from 'node:test'
import { suggestedModes } from '../../src/policy/criticality/failure-mode-library.ts'
import { assetKinds } from '../../src/site/site.ts'
import { frenchMode } from './french-failure-modes.ts'

test('every failure mode of the library has a French name; a plant’s own words stay', () => {
  const names = assetKinds.flatMap(kind => suggestedModes(kind).map(({ name }) => name))
  assert.deepEqual(
    names.filter(name => frenchMode(name) === name),
    [],
  )
  assert.equal(frenchMode('Filler spills glass'), 'Filler spills glass')
})
