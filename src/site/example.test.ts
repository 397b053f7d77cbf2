import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { commentedSite } from './example.ts'
import { parseSite } from './parse-site.ts'
import type { Path } from './problem.ts'
import { schemaKeys } from './schema-keys.ts'
import { siteSchema } from './site-schema.ts'

const connectors = new Map([['files', z.strictObject({ path: z.string() })]])
const parse = (text: string) => parseSite(new TextEncoder().encode(text), connectors)

test('the commented site is valid, whatever its name', () => {
  for (const name of ['Saint-Aubin bottling', "O'Brien: #1", 'Werk "Süd" \\ 3', '0042', 'null']) {
    const { site, problems } = parse(commentedSite({ name, timezone: 'Europe/Paris' }))
    assert.deepEqual(problems, [])
    assert.equal(site?.name, name)
    assert.deepEqual(site?.assets[0]?.items[0]?.options, { path: './plc' })
  }
})

test('every example in its comments is valid too', () => {
  const text = commentedSite({ name: 'Test', timezone: 'UTC' })
  const uncommented = text.replace(/^( *)# ([a-z]\w*: .*)$/gm, '$1$2').replace('[switch-a]', '[]')
  const kinds = uncommented.replace('mtdl: 1h ', 'mtdl: { configuration: 1d, history: 5m } ')
  const { site, problems } = parse(kinds)
  assert.deepEqual(problems, [])
  const asset = site?.assets[0]
  assert.equal(asset?.serial, '0012345')
  assert.equal(asset?.retries, 3)
  assert.equal(asset?.pace.bandwidth, 200_000)
  assert.equal(asset?.quiet.length, 2)
  assert.equal(asset?.items[0]?.change.length, 1)
  assert.equal(site?.processes[0]?.downtimeCost?.currency, 'EUR')
  assert.equal(site?.places[0]?.locked?.total('hour'), 720)
  assert.deepEqual(
    [asset?.domain, asset?.life?.years, asset?.exposure.length, asset?.spare?.onSite],
    ['cell-a', 15, 2, true],
  )
  assert.deepEqual([asset?.items[0]?.data, asset?.items[0]?.keep?.daily], ['configuration', 90])
  const [filling] = site?.processes ?? []
  assert.equal(filling?.mtdl.history?.total('minute'), 5)
  assert.equal(filling?.recovery.validate?.total('minute'), 20)
  assert.deepEqual([site?.conduits[0]?.oneWay, typeof site?.conduits[0]?.exception], [true, 'string'])
  assert.deepEqual(
    [site?.places[0]?.machine, site?.places[0]?.share, site?.places[0]?.lag?.total('hour')],
    ['node', 'smb', 1],
  )
  assert.equal(site?.failureModes[0]?.failed.length, 2)
  assert.equal(site?.keep.floor?.total('day'), 90)
})

test('every key of the schema stands in the commented site', () => {
  const text = commentedSite({ name: 'Test', timezone: 'UTC' })
  const missing = (path: Path) => schemaKeys(siteSchema, path).filter(key => !new RegExp(`\\b${key}\\b`).test(text))
  const lists = ['zones', 'conduits', 'processes', 'assets', 'failureModes', 'places']
  const paths: Path[] = [[], ['node'], ['keep'], ...lists.map(list => [list, 0]), ['assets', 0, 'items', 0]]
  for (const key of ['recovery', 'afterLoss', 'downtimeCost']) paths.push(['processes', 0, key])
  for (const key of ['life', 'spare', 'pace', 'timeouts']) paths.push(['assets', 0, key])
  assert.deepEqual(paths.flatMap(missing), [])
})
