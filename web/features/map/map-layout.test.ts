import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { MapAsset, PlantMap } from '../../../src/api/schema/map.ts'
import { type Box, layOut } from './map-layout.ts'

const levels = [0, 1, 2, 3, 3.5, 4, 5] as const

function plant(zones: readonly { level: (typeof levels)[number]; assets: number }[]): PlantMap {
  const named = zones.map(({ level, assets }, at) => ({ id: `z${at}`, name: null, level, node: false, assets }))
  const assets = named.flatMap(zone =>
    Array.from(
      { length: zone.assets },
      (_, at): MapAsset => ({
        ...{ id: `${zone.id}-a${at}`, name: null, kind: 'plc', zone: zone.id, state: 'fresh', failed: false },
        ...{ drifted: false, changed: false, running: false, class: null, items: 1, findings: 0, needs: [] },
      }),
    ),
  )
  return { judged: 1, zones: named, assets, conduits: [] }
}

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
const within = (inner: Box, outer: Box) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height

const plants = fc
  .array(fc.record({ level: fc.constantFrom(...levels), assets: fc.integer({ min: 0, max: 60 }) }), { maxLength: 14 })
  .map(plant)

test('zones never lie over one another, and stand in the band of their level', () => {
  fc.assert(
    fc.property(plants, map => {
      const { zones, bands } = layOut(map)
      for (const [at, one] of zones.entries()) {
        for (const other of zones.slice(at + 1)) assert.ok(!overlap(one, other))
        const band = bands.find(({ level }) => level === one.zone.level)
        assert.ok(band !== undefined && within(one, band))
      }
    }),
  )
})

test('each asset stands once, inside its zone, over no other', () => {
  fc.assert(
    fc.property(plants, map => {
      const { zones, assets } = layOut(map)
      assert.equal(assets.length, map.assets.length)
      for (const placed of assets) {
        const zone = zones.find(one => one.zone.id === placed.asset.zone)
        assert.ok(zone !== undefined && within(placed, zone))
      }
      for (const group of Map.groupBy(assets, one => one.asset.zone).values()) {
        for (const [at, one] of group.entries()) assert.ok(!group.slice(at + 1).some(other => overlap(one, other)))
      }
    }),
    { numRuns: 30 },
  )
})

test('a zone that is closed only counts its assets, and takes little room', () => {
  const map = plant([
    { level: 1, assets: 40 },
    { level: 1, assets: 40 },
  ])
  const { zones, assets } = layOut(map, id => id === 'z1')
  assert.ok((zones[0]?.height ?? 0) < (zones[1]?.height ?? 0) / 4)
  assert.deepEqual([...new Set(assets.map(({ asset }) => asset.zone))], ['z1'])
})

test('higher levels stand higher', () => {
  const { bands } = layOut(plant(levels.map(level => ({ level, assets: 3 }))))
  assert.deepEqual(
    bands.toSorted((a, b) => a.y - b.y).map(({ level }) => level),
    [5, 4, 3.5, 3, 2, 1, 0],
  )
})

test('two thousand assets are laid out within 100 ms, about as wide as a screen', () => {
  const map = plant(Array.from({ length: 40 }, (_, at) => ({ level: levels[at % 5] ?? 0, assets: 50 })))
  const begun = performance.now()
  const { width, height } = layOut(map)
  assert.ok(performance.now() - begun < 100)
  assert.ok(width / height > 0.8 && width / height < 4, `${width} x ${height}`)
})
