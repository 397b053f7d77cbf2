import assert from 'node:assert/strict'
import { z } from 'zod'
import { parseSite } from '../../site/parse-site.ts'
import type { Site } from '../../site/site.ts'
import type { Facts, ItemFacts } from '../facts.ts'
import { indexSite } from '../site-index.ts'
import { createCriticality } from './criticality.ts'

// What the tests of this folder judge.

export const today = Temporal.PlainDate.from('2026-11-23')
export const now = Temporal.Instant.from('2026-11-23T12:00:00Z')

/** An office that reaches a DMZ, that reaches the operations, that reach two cells; a cell on its own besides. */
export const zones = `zones:
  - { id: office, level: 4 }
  - { id: dmz, level: 3.5 }
  - { id: operations, level: 3 }
  - { id: cell-a, level: 1 }
  - { id: cell-b, level: 1 }
  - { id: alone, level: 1 }
conduits:
  - { from: office, to: dmz, allow: [https] }
  - { from: dmz, to: operations, allow: [smb] }
  - { from: operations, to: cell-a, allow: [ftp] }
`

const files = 'items: [{ id: program, kind: program, via: files, options: {} }]'
export const assets = `assets:
  - { id: plc, kind: plc, zone: cell-a, domain: cell-accounts, ${files} }
  - { id: hmi, kind: hmi, zone: cell-a, domain: cell-accounts, ${files} }
  - { id: scale, kind: plc, zone: cell-b }
  - { id: drive, kind: drive, zone: cell-b }
  - { id: pump, kind: rtu, zone: alone }
`

export const modes = `failureModes:
  - { asset: plc, mode: battery-lost, severity: { production: 4 } }
  - { asset: hmi, mode: ransomware, severity: { production: 3, quality: 3 } }
`

const places = `places:
  - { id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }
  - { id: nas, via: local, options: { path: ./n }, medium: disk, location: plant, domain: office, machine: nas, zone: office }
  - { id: safe, via: local, options: { path: ./s }, medium: removable, location: safe, domain: safe, online: false }
  - { id: vault, via: local, options: { path: ./v }, medium: disk, location: plant, domain: vault, machine: vault, locked: 30d, zone: cell-a }
`

export interface PlantText {
  readonly zones?: string
  readonly assets?: string
  readonly modes?: string
}

export function plant(text: PlantText = {}): Site {
  const parts = { zones, assets, modes, ...text }
  const yaml = `site: { name: Plant, timezone: UTC }\n${parts.zones}node: { zone: operations }\n${parts.assets}${parts.modes}${places}`
  const { site, problems } = parseSite(new TextEncoder().encode(yaml), new Map([['files', z.unknown()]]))
  assert.ok(site, JSON.stringify(problems))
  return site
}

export function judged(site: Site) {
  const index = indexSite(site)
  return { index, criticality: createCriticality(index, today) }
}

/** What is known of an item with copies there; a place with `?` holds something that was never read back. */
export function copiesIn(places: readonly string[], restored: Temporal.Instant | null = null): ItemFacts {
  const seen = now.subtract({ hours: 1 })
  return {
    ...{
      latest: { version: 'v1', inRepository: true },
      lastConfirmed: now,
      failure: null,
      approved: null,
      drifted: false,
      unexpected: false,
      changedFrom: null,
    },
    drills: restored === null ? [] : [{ time: restored, version: 'v1', passed: true, milliseconds: 1000 }],
    captureTimes: [],
    copies: places.map(name => ({
      ...{ place: name.replace('?', ''), newest: 'v1' },
      verified: name.endsWith('?') ? null : { version: 'v1', seen, time: now },
    })),
  }
}

export function factsOf(items: Readonly<Record<string, ItemFacts>>): Pick<Facts, 'items' | 'now'> {
  return { now, items: new Map(Object.entries(items)) }
}
