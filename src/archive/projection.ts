import type { CatalogBatch } from '../catalog/catalog.ts'
import type { ReadLine } from './journal.ts'

/** The batch as it is being gathered. */
type Gathered = {
  -readonly [Key in keyof CatalogBatch]: CatalogBatch[Key] extends readonly (infer Row)[] ? Row[] : CatalogBatch[Key]
}

/** What journal lines mean for the catalog: the one place that turns events into rows, live and in a rebuild. */
export function projection(lines: readonly ReadLine[]): CatalogBatch {
  const batch: Gathered = {
    versions: [],
    captures: [],
    approvals: [],
    holds: [],
    releases: [],
    drills: [],
    writes: [],
    verifications: [],
    acknowledgements: [],
    acknowledgementsEnded: [],
    connections: [],
    trusts: [],
    forgotten: [],
    lines: [],
    position: null,
  }
  for (const read of lines) {
    batch.lines.push(lineRow(read))
    add(batch, read)
    batch.position = read.end
  }
  return batch
}

function lineRow({ line: { seq, actor, event }, end }: ReadLine): Gathered['lines'][number] {
  const item = 'item' in event ? event.item : null
  return { seq, behind: end.offset, type: event.type, actor, item }
}

function readBackOf(known: boolean | undefined): -1 | 0 | 1 {
  if (known === undefined) return 0
  return known ? 1 : -1
}

function add(batch: Gathered, { line }: ReadLine): void {
  const { event, time, actor, seq } = line
  switch (event.type) {
    case 'captured': {
      const {
        type: _,
        at,
        milliseconds,
        found: __,
        own: ___,
        version: id,
        outcome,
        tree = null,
        readBack,
        expected,
        ...row
      } = event
      const known = { seq, received: time, seen: at, read_back: readBackOf(readBack) } as const
      const mark = expected === undefined ? null : expected ? 1 : 0
      batch.versions.push({ ...row, ...known, id, outcome, tree, time: at, expected: mark })
      const capture = { seq, item: row.item, time: at, outcome, version: id, milliseconds }
      batch.captures.push({ ...capture, code: null, message: null })
      return
    }
    case 'confirmed':
      for (const [item, [version, later, milliseconds]] of Object.entries(event.items)) {
        const time = new Date(Date.parse(event.at) + later).toISOString()
        const capture = { seq, item, time, outcome: 'confirmed', version, milliseconds } as const
        batch.captures.push({ ...capture, code: null, message: null })
      }
      return
    case 'failed': {
      const { item, at, code, message, milliseconds } = event
      batch.captures.push({ seq, item, time: at, outcome: 'failed', version: null, milliseconds, code, message })
      return
    }
    case 'approved':
      batch.approvals.push({ seq, item: event.item, version: event.version, time, actor, note: event.note })
      return
    case 'held':
      batch.holds.push({ item: event.item, version: event.version, time, actor, reason: event.reason })
      return
    case 'released':
      // a batch holds before it releases: what an earlier line of this batch held is taken out here
      batch.holds = batch.holds.filter(hold => hold.item !== event.item || hold.version !== event.version)
      batch.releases.push({ item: event.item, version: event.version })
      return
    case 'trusted':
      batch.trusts.push({ asset: event.asset, device: event.device, fingerprint: event.fingerprint, time })
      return
    case 'forgotten':
      batch.trusts = batch.trusts.filter(trust => trust.asset !== event.asset)
      batch.forgotten.push(event.asset)
      return
    case 'drilled':
      batch.drills.push({
        seq,
        item: event.item,
        version: event.version,
        time,
        passed: event.passed ? 1 : 0,
        details: JSON.stringify(event.details),
      })
      return
    case 'verified': {
      const { place, readData, errors, versions, behind } = event
      const read_data = readData ? 1 : 0
      batch.verifications.push({ seq, place, time, read_data, errors, versions, behind: JSON.stringify(behind) })
      return
    }
    case 'acknowledged': {
      const { type: _, ...row } = event
      batch.acknowledgements.push({ ...row, seq, actor, time })
      return
    }
    case 'acknowledgement-ended': {
      const { code, subject } = event
      // as with holds: what an earlier line of this batch acknowledged is taken out here
      batch.acknowledgements = batch.acknowledgements.filter(one => one.code !== code || one.subject !== subject)
      batch.acknowledgementsEnded.push({ code, subject })
      return
    }
    case 'connected':
      for (const connection of event.connections) batch.connections.push({ ...connection, first: time, last: time })
      return
    case 'interrupted': {
      const { item, does, at } = event
      if (does === 'write') return
      const message = `${item}: the node was stopped while it read this; nothing of it was kept.`
      const row = { seq, item, time: at, outcome: 'failed', version: null, milliseconds: 0 } as const
      batch.captures.push({ ...row, code: 'interrupted', message })
      return
    }
    case 'stopped': {
      const { item, does, at } = event
      if (does === 'write' || at === null) return
      // from where they came is for whoever reads the journal
      const name = actor.replace(/ \([^()]+\)$/, '')
      const message = `${item}: ${name} stopped the capture; nothing of it was kept.`
      const row = { seq, item, time: at, outcome: 'failed', version: null, milliseconds: 0 } as const
      batch.captures.push({ ...row, code: 'interrupted', message })
      return
    }
    case 'restored': {
      const { item, version, to, made = null, result, reason = null } = event
      if (to === 'folder') return
      batch.writes.push({ seq, item, version, made, time, actor, result, reason })
      return
    }
    case 'downloaded':
    case 'secret':
    case 'site-changed':
    case 'cut-short':
    case 'administered':
    case 'person':
    case 'request':
      return
  }
}
