import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse } from 'yaml'
import { connectors, type Described, deviceYaml, withDevice } from './device-yaml.ts'

const filler: Described = {
  ...{ id: 'plc-filler', name: 'Filler PLC', kind: 'plc', zone: 'cell-a', level: 1, address: '192.168.10.11' },
  ...{ connector: 'ftp', user: 'backup', path: '/TwinCAT', model: 'cisco-ios' },
}

test('a device joins the list of assets, and every comment stays where it was', () => {
  const site = `site: { name: A, timezone: UTC } # mine
zones:
  - { id: cell-a, level: 1 }
assets:
  - id: other # kept
    kind: plc

# Places
places: []
`
  const text = withDevice(site, filler, false)
  const { assets, places } = parse(text)
  assert.deepEqual(
    assets.map(({ id }: { id: string }) => id),
    ['other', 'plc-filler'],
  )
  assert.deepEqual(places, [])
  for (const comment of ['# mine', '# kept', '# Places\nplaces: []']) assert.ok(text.includes(comment))
})

test('a list that is empty, or missing, is begun', () => {
  for (const site of ['site: {}\nzones: []\nassets: []\n', 'site: {}\n', 'assets:\nzones:\n']) {
    const { assets, zones } = parse(withDevice(site, filler, true))
    assert.equal(assets[0].id, 'plc-filler')
    assert.deepEqual(zones, [{ id: 'cell-a', level: 1 }])
  }
})

test('whatever is typed stays text: it can add nothing else to the file', () => {
  const typed = fc.oneof(fc.string(), fc.constantFrom('a\n  b: c', '# x', '}, evil: 1', "'", '{{', 'null', '0x1f'))
  fc.assert(
    fc.property(typed, typed, typed, fc.constantFrom(...connectors), (name, user, path, connector) => {
      const [asset] = parse(`assets:\n${deviceYaml({ ...filler, name, user, path, connector })}\n`).assets
      assert.equal(asset.name, name)
      assert.equal(asset.items.length, 1)
      if (connector === 'ftp')
        assert.deepEqual([asset.items[0].options.user, asset.items[0].options.path], [user, path])
    }),
  )
})
