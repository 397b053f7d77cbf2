import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { parseSite } from '../../site/parse-site.ts'
import { assetKinds } from '../../site/site.ts'
import { libraryYaml, suggestedModes } from './failure-mode-library.ts'

const kinds = assetKinds.filter(kind => kind !== 'other')

test('every kind of asset but "other" has at least two failure modes, each with a name of its own', () => {
  for (const kind of kinds) {
    const ids = suggestedModes(kind).map(({ id }) => id)
    assert.ok(ids.length >= 2, kind)
    assert.equal(new Set(ids).size, ids.length, kind)
    for (const id of ids) assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/)
  }
  assert.deepEqual(suggestedModes('other'), [])
})

test('every failure mode says what happens, how it is noticed, what brings it back and what to think of', () => {
  for (const mode of kinds.flatMap(suggestedModes)) {
    for (const text of [mode.name, mode.happens, mode.noticed, mode.severityHint]) assert.ok(text.length >= 4, mode.id)
    assert.match(mode.happens, /\.$/)
    assert.match(mode.noticed, /\.$/)
    assert.ok(mode.bringsBack.length > 0, mode.id)
    assert.doesNotMatch(mode.name, /: | #/, 'would end a value of YAML')
  }
})

const site = (kind: string, yaml: string) => `site: { name: Plant, timezone: UTC }
zones: [{ id: cell, level: 1 }]
node: { zone: cell }
assets: [{ id: one, kind: ${kind}, zone: cell }]
places: [{ id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }]
${yaml}`
const parse = (text: string) => parseSite(new TextEncoder().encode(text), new Map([['files', z.unknown()]]))

for (const kind of kinds) {
  test(`the YAML for ${kind} is read once somebody has named the asset and decided the severities, and not before`, () => {
    const yaml = libraryYaml(kind)
    const undecided = parse(site(kind, yaml))
    assert.equal(undecided.site, null)
    const lines = site(kind, yaml).split('\n')
    for (const { line, path } of undecided.problems) {
      assert.match(path, /^failureModes\[\d+\]\.(asset|severity)/)
      assert.match(lines[line - 1] ?? '', /asset:|severity:|safety:|environment:|production:|quality:/)
    }
    const decided = yaml.replaceAll('asset: #', 'asset: one #').replaceAll(/^( {6}\w+:) # 1 to 5/gm, '$1 3 #')
    const { site: read, problems } = parse(site(kind, decided))
    assert.deepEqual(problems, [])
    assert.deepEqual(
      read?.failureModes.map(({ mode, name }) => [mode, name]),
      suggestedModes(kind).map(({ id, name }) => [id, name]),
    )
  })
}

test('there is nothing to paste for "other", and it says so', () => {
  assert.match(libraryYaml('other'), /^# There are no suggestions .* in your own words\.\n$/)
})
