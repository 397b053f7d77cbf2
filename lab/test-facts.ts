import assert from 'node:assert/strict'
import { z } from 'zod'
import type { CopyFacts, Facts, ItemFacts, PlaceFacts } from '../src/policy/facts.ts'
import { parseSite } from '../src/site/parse-site.ts'
import type { Site } from '../src/site/site.ts'

/** When the facts of tests are looked at. */
export const testNow = Temporal.Instant.from('2026-11-24T12:00:00Z')

/** `PT10M` before that. */
export const ago = (text: string): Temporal.Instant => testNow.subtract(Temporal.Duration.from(text))

const anything = z.unknown()
const anyConnector = new Map(['files', 'ftp', 'sftp', 'ssh-cli', 'sqlite'].map(kind => [kind, anything]))

/** The site that a text describes; options of connectors are taken as they are. */
export function siteFrom(text: string): Site {
  const { site, problems } = parseSite(new TextEncoder().encode(text), anyConnector)
  assert.ok(site, JSON.stringify(problems, null, 1))
  return site
}

/** A copy whose newest version was read back a while ago. */
export function copyIn(place: string, of: Partial<NonNullable<CopyFacts['verified']>> = {}): CopyFacts {
  return { place, newest: 'v2', verified: { version: 'v2', seen: ago('PT10M'), time: ago('PT10M'), ...of } }
}

/** An item with which nothing is wrong, its copies in these places. */
export function soundItem(places: readonly string[], of: Partial<ItemFacts> = {}): ItemFacts {
  return {
    latest: { version: 'v2', inRepository: true },
    lastConfirmed: ago('PT10M'),
    failure: null,
    approved: 'v2',
    drifted: false,
    unexpected: false,
    changedFrom: null,
    drills: [{ time: ago('PT24H'), version: 'v2', passed: true, milliseconds: 60_000 }],
    captureTimes: [4_000],
    copies: places.map(place => copyIn(place)),
    ...of,
  }
}

/** A place that was read whole a while ago, with so many errors. */
export function readWhole(time: Temporal.Instant, errors = 0, without: readonly string[] = []): PlaceFacts {
  return { readWhole: time, damage: errors === 0 ? null : { found: time, errors, without } }
}

export function factsWith(items: Readonly<Record<string, ItemFacts>>, more: Partial<Facts> = {}): Facts {
  return {
    now: testNow,
    items: new Map(Object.entries(items)),
    places: new Map(),
    firstVersion: null,
    rehearsals: new Map(),
    connections: new Map(),
    observed: [],
    services: [],
    acknowledgements: [],
    keyBesideData: false,
    recoveryKitOnDisk: false,
    authorityEnds: null,
    ...more,
  }
}
