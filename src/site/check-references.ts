import type { Complaint } from './complaint.ts'
import { findCycles } from './cycle.ts'
import { formatPath, type Path, quote } from './problem.ts'
import { type RawEntry, rawEntries, rawField, rawText, rawTexts } from './raw-site.ts'
import type { Suggest } from './suggest.ts'

/** The line on which the value at a path begins. */
type LineOf = (path: Path) => number

type Ids = ReadonlyMap<string, RawEntry>

/** Ids that are given twice, references to nothing, and circles of needs. `value` is the file's content, right or not. */
export function checkReferences(value: unknown, lineOf: LineOf, suggest: Suggest): Complaint[] {
  const assets = rawEntries(value, 'assets', [])
  const processes = rawEntries(value, 'processes', [])
  const zones = rawEntries(value, 'zones', [])
  const complaints: Complaint[] = []
  const unique = (entries: readonly RawEntry[], before?: Ids) => uniqueIds(entries, lineOf, complaints, before)
  const zoneIds = unique(zones)
  const processIds = unique(processes)
  const assetIds = unique(assets, processIds)
  const places = rawEntries(value, 'places', [])
  unique(places)

  const itemIds = new Map<string, RawEntry>()
  for (const asset of assets) {
    for (const [id, item] of unique(rawEntries(asset.fields, 'items', asset.path)))
      itemIds.set(`${asset.id}/${id}`, item)
  }

  const refer = (text: string | null, path: Path, known: readonly Ids[], what: string) => {
    if (text === null || known.some(ids => ids.has(text))) return
    const near = suggest(text, concat(known))
    const allowed = near === null ? `the id of ${what}` : `did you mean ${quote(near)}?`
    complaints.push({ path, of: 'value', message: `${quote(text)} is not ${what} of this site`, allowed })
  }
  for (const conduit of rawEntries(value, 'conduits', [])) {
    for (const end of ['from', 'to']) refer(rawText(conduit.fields, end), [...conduit.path, end], [zoneIds], 'a zone')
  }
  refer(rawText(rawField(value, 'node'), 'zone'), ['node', 'zone'], [zoneIds], 'a zone')
  for (const { path, text } of rawTexts(rawField(value, 'node'), 'pages', ['node'])) {
    refer(text, path, [zoneIds], 'a zone')
  }
  for (const place of places) refer(rawText(place.fields, 'zone'), [...place.path, 'zone'], [zoneIds], 'a zone')
  const modes = rawEntries(value, 'failureModes', [])
  for (const mode of modes) refer(rawText(mode.fields, 'asset'), [...mode.path, 'asset'], [assetIds], 'an asset')
  uniqueModes(modes, lineOf, complaints)
  const triggers = rawEntries(value, 'triggers', [])
  unique(triggers)
  for (const { fields, path: at } of triggers) {
    for (const { path, text } of rawTexts(fields, 'items', at)) refer(text, path, [itemIds], 'an item')
    for (const { path, text } of rawTexts(rawField(fields, 'options'), 'relays', [...at, 'options']))
      refer(text, path, [assetIds], 'an asset')
    if (rawText(fields, 'via') !== 'hook') continue
    refer(rawText(rawField(fields, 'options'), 'from'), [...at, 'options', 'from'], [zoneIds], 'a zone')
  }
  complaints.push(...sharedNetworks(zones, lineOf))
  for (const asset of assets) {
    refer(rawText(asset.fields, 'zone'), [...asset.path, 'zone'], [zoneIds], 'a zone')
    for (const { path, text } of rawTexts(asset.fields, 'needs', asset.path)) refer(text, path, [assetIds], 'an asset')
  }
  const notify = rawField(value, 'notify')
  const channelIds = unique(rawEntries(notify, 'channels', ['notify']))
  for (const { fields, path: rule } of rawEntries(notify, 'rules', ['notify'])) {
    for (const { path, text } of rawTexts(fields, 'to', rule)) refer(text, path, [channelIds], 'a channel')
    for (const { path, text } of rawTexts(fields, 'zones', rule)) refer(text, path, [zoneIds], 'a zone')
  }
  for (const { path, text } of rawTexts(notify, 'journal', ['notify'])) refer(text, path, [channelIds], 'a channel')
  for (const process of processes) {
    for (const { path, text } of rawTexts(process.fields, 'needs', process.path)) {
      refer(text, path, text.includes('/') ? [itemIds] : [assetIds, processIds], 'an asset, an item or a process')
    }
  }
  return [...complaints, ...circles(processIds), ...circles(assetIds)]
}

function* concat(known: readonly Ids[]): Generator<string> {
  for (const ids of known) yield* ids.keys()
}

/** The entries by id; complains where an id was given before, in `entries` or in `others`. */
function uniqueIds(entries: readonly RawEntry[], lineOf: LineOf, complaints: Complaint[], others?: Ids): Ids {
  const ids = new Map<string, RawEntry>()
  for (const entry of entries) {
    if (entry.id === null) continue
    const path = [...entry.path, 'id']
    const first = ids.get(entry.id) ?? others?.get(entry.id)
    if (first === undefined) ids.set(entry.id, entry)
    else {
      const where = `${formatPath(first.path)} in line ${lineOf([...first.path, 'id'])}`
      complaints.push({
        path,
        of: 'value',
        message: `the id ${quote(entry.id)} is taken by ${where}`,
        allowed: 'an id that is not used yet',
      })
      if (!ids.has(entry.id)) ids.set(entry.id, entry)
    }
  }
  return ids
}

/** A failure mode stands in the register once for each asset. */
function uniqueModes(modes: readonly RawEntry[], lineOf: LineOf, complaints: Complaint[]): void {
  const seen = new Map<string, Path>()
  for (const { fields, path } of modes) {
    const [asset, mode] = [rawText(fields, 'asset'), rawText(fields, 'mode')]
    if (asset === null || mode === null) continue
    const first = seen.get(`${asset}:${mode}`)
    if (first === undefined) seen.set(`${asset}:${mode}`, path)
    else {
      const message = `the failure mode ${quote(mode)} of ${quote(asset)} stands in line ${lineOf(first)} already`
      complaints.push({ path: [...path, 'mode'], of: 'value', message, allowed: 'each failure mode of an asset once' })
    }
  }
}

/** A machine stands in one zone. */
function sharedNetworks(zones: readonly RawEntry[], lineOf: LineOf): Complaint[] {
  const seen = new Map<string, Path>()
  return zones.flatMap(zone =>
    rawTexts(zone.fields, 'networks', zone.path).flatMap(({ path, text }): Complaint[] => {
      const first = seen.get(text.toLowerCase())
      if (first === undefined) seen.set(text.toLowerCase(), path)
      if (first === undefined) return []
      const message = `${quote(text)} stands in line ${lineOf(first)} already`
      return [{ path, of: 'value', message, allowed: 'each network and each host in one zone, once' }]
    }),
  )
}

function circles(entries: Ids): Complaint[] {
  const edges = new Map<string, { readonly path: Path; readonly text: string }[]>()
  for (const [id, entry] of entries) edges.set(id, rawTexts(entry.fields, 'needs', entry.path))
  const needs = (id: string) => (edges.get(id) ?? []).map(need => need.text)
  return findCycles([...entries.keys()], needs).map(({ names, edge }) => {
    const path = edges.get(names.at(-1) ?? '')?.[edge]?.path ?? []
    const shown = names.length > 12 ? [...names.slice(0, 6), '…', ...names.slice(-5)] : names
    const message =
      names.length === 1
        ? `${quote(names[0] ?? '')} needs itself`
        : `needs go in a circle: ${[...shown, names[0]].join(' → ')}`
    return { path, of: 'value', message, allowed: 'needs that end somewhere' }
  })
}
