import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { BlackstartError } from '../errors.ts'
import { dependencyOrder } from './dependency-order.ts'
import { parseSite } from './parse-site.ts'
import type { Site } from './site.ts'

const connectors = new Map([['files', z.strictObject({ path: z.string() })]])
const item = (id: string) => ({ id, kind: 'program', via: 'files', options: { path: id } })

interface Needs {
  readonly id: string
  readonly needs: readonly string[]
}

/** A site with these assets and processes; each asset has the items `program` and `recipes`. */
function siteOf(assets: readonly Needs[], processes: readonly Needs[]): Site {
  const content = {
    site: { name: 'Test', timezone: 'UTC' },
    zones: [{ id: 'cell', level: 1 }],
    node: { zone: 'cell' },
    processes: processes.map(process => ({ ...process, data: 'history' })),
    assets: assets.map(asset => ({ ...asset, kind: 'plc', zone: 'cell', items: [item('program'), item('recipes')] })),
    places: [
      { id: 'local', via: 'local', options: { path: './r' }, medium: 'disk', location: 'plant', domain: 'node' },
    ],
  }
  const { site, problems } = parseSite(new TextEncoder().encode(JSON.stringify(content)), connectors)
  assert.deepEqual(problems, [])
  return site!
}

const line = siteOf(
  [
    { id: 'filler', needs: ['switch'] },
    { id: 'labeller', needs: ['switch', 'historian'] },
    { id: 'switch', needs: ['router'] },
    { id: 'historian', needs: [] },
    { id: 'router', needs: [] },
    { id: 'spare', needs: [] },
  ],
  [
    { id: 'labelling', needs: ['labeller/recipes', 'filling'] },
    { id: 'filling', needs: ['filler'] },
  ],
)
const order = (processes: readonly string[] | null) => dependencyOrder(line, processes).map(step => step.asset.id)

test('an asset comes after everything that it needs, and only what is needed comes at all', () => {
  assert.deepEqual(order(['filling']), ['router', 'switch', 'filler'])
})

test('a process that another needs comes first', () => {
  assert.deepEqual(order(['labelling']), ['router', 'switch', 'filler', 'historian', 'labeller'])
})

test('without processes named it is every process of the site', () => {
  assert.deepEqual(order(null), order(['labelling', 'filling']))
  assert.deepEqual(order([]), [])
})

test('of an asset of which only an item is named, only that item is restored', () => {
  const items = dependencyOrder(line, ['labelling']).map(step => step.items.map(({ id }) => id).join())
  assert.deepEqual(items, [...Array(4).fill('program,recipes'), 'recipes'])
})

test('a process that the site does not have is an error', () => {
  assert.throws(
    () => dependencyOrder(line, ['packing']),
    (error: unknown) => error instanceof BlackstartError && error.code === 'not-found',
  )
})

test('in any site without circles each needed asset comes once, after its needs, in the same order each time', () => {
  const graph = fc.array(fc.array(fc.nat(30), { maxLength: 4 }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(graph, edges => {
      const assets = edges.map((needs, index) => ({
        id: `a${index}`,
        needs: needs.filter(need => need < index).map(need => `a${need}`),
      }))
      const site = siteOf(assets.toReversed(), [{ id: 'all', needs: assets.map(({ id }) => id) }])
      const ids = dependencyOrder(site, null).map(step => step.asset.id)
      assert.deepEqual(ids.toSorted(), assets.map(({ id }) => id).toSorted())
      for (const asset of assets) {
        for (const need of asset.needs) assert.ok(ids.indexOf(need) < ids.indexOf(asset.id))
      }
      assert.deepEqual(
        ids,
        dependencyOrder(site, ['all']).map(step => step.asset.id),
      )
    }),
    { numRuns: 50 },
  )
})

test('a chain of twenty thousand needs is followed to its end', () => {
  const asset = (index: number) => ({
    ...line.assets[0]!,
    id: `a${index}`,
    needs: index === 0 ? [] : [`a${index - 1}`],
  })
  const assets = Array.from({ length: 20_000 }, (_, index) => asset(index))
  const site: Site = { ...line, assets, processes: [{ ...line.processes[0]!, needs: ['a19999'] }] }
  assert.equal(dependencyOrder(site, null).at(0)?.asset.id, 'a0')
})
