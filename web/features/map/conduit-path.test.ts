import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { PlantMap } from '../../../src/api/schema/map.ts'
import { conduitCorners } from './conduit-path.ts'
import { layOut } from './map-layout.ts'

const levels = [0, 1, 2, 3, 3.5, 4, 5] as const

function plant(zones: readonly { level: (typeof levels)[number]; assets: number }[]): PlantMap {
  const named = zones.map(({ level, assets }, at) => ({ id: `z${at}`, name: null, level, node: false, assets }))
  const assets = named.flatMap(({ id, assets: count }) =>
    Array.from({ length: count }, (_, at) => ({
      ...{ id: `${id}-${at}`, name: null, kind: 'plc', zone: id, state: 'fresh' as const, failed: false },
      ...{ drifted: false, changed: false, running: false, class: null, items: 1, findings: 0, needs: [] },
    })),
  )
  return { judged: 1, zones: named, assets, conduits: [] }
}

const plants = fc
  .array(fc.record({ level: fc.constantFrom(...levels), assets: fc.integer({ min: 0, max: 30 }) }), {
    minLength: 2,
    maxLength: 14,
  })
  .map(plant)

test('no line of a conduit runs behind a zone, whichever zones are open', () => {
  fc.assert(
    fc.property(plants, fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 3 }), (map, number, every) => {
      const layout = layOut(map, id => Number(id.slice(1)) % every === 0)
      for (const from of layout.zones)
        for (const to of layout.zones) {
          if (from === to) continue
          const corners = conduitCorners(layout, from, to, number)
          for (const [at, a] of corners.slice(0, -1).entries()) {
            const b = corners[at + 1] ?? a
            assert.ok(Math.abs(a.x - b.x) < 0.01 || Math.abs(a.y - b.y) < 0.01, 'lines are level or upright')
            const hit = layout.zones.find(
              zone =>
                Math.max(a.x, b.x) > zone.x + 0.01 &&
                Math.min(a.x, b.x) < zone.x + zone.width - 0.01 &&
                Math.max(a.y, b.y) > zone.y + 0.01 &&
                Math.min(a.y, b.y) < zone.y + zone.height - 0.01,
            )
            assert.equal(hit?.zone.id, undefined)
          }
        }
    }),
    { numRuns: 200 },
  )
})
