import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everywhere, oncePerSight, sightInto } from './sight.ts'

test('a sight into the same zones is the same, whoever has it and in whatever order', () => {
  const sees = sightInto(['cell-a', 'cell-b'])
  assert.equal(sightInto(['cell-b', 'cell-a', 'cell-b']), sees)
  assert.notEqual(sightInto(['cell-a']), sees)
  assert.notEqual(sightInto(['cell-a,cell-b']), sees)
  assert.deepEqual(
    ['cell-a', 'cell-b', 'cell-c'].map(zone => sees(zone)),
    [true, true, false],
  )
})

test('however many sights there were, each sees its own zones', () => {
  const many = Array.from({ length: 1_200 }, (_, at) => sightInto([`zone-${at}`]))
  // they are not kept for ever
  assert.notEqual(sightInto(['zone-0']), many[0])
  assert.ok(many.every((sees, at) => sees(`zone-${at}`) && !sees(`zone-${at + 1}`)))
})

test('what is made of something for a sight is made once, also where nothing comes of it', () => {
  const asked: string[] = []
  const made = oncePerSight((of: { readonly name: string }, sees) => {
    asked.push(`${of.name} ${sees('cell-b')}`)
    return null
  })
  const [one, other] = [{ name: 'one' }, { name: 'other' }]
  for (let time = 0; time < 3; time += 1) {
    for (const what of [one, other])
      for (const sees of [everywhere, sightInto(['cell-a'])]) assert.equal(made(what, sees), null)
  }
  assert.deepEqual(asked, ['one true', 'one false', 'other true', 'other false'])
})
