// A large site for bench/api.ts: its file, and a catalog and a journal as years of captures would have left them.
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openCatalog } from '../src/catalog/catalog.ts'

export interface Scale {
  readonly assets: number
  readonly itemsPerAsset: number
  readonly captures: number
  readonly versionsPerItem: number
}

export const zoneCount = 40
const processCount = 60
const lines = 20_000

export function siteYaml({ assets, itemsPerAsset }: Scale): string {
  const levels = [0, 1, 1, 1, 2, 2, 3, 3.5]
  const zones = Array.from(
    { length: zoneCount },
    (_, z) => `  - { id: zone-${z}, name: Cell ${z}, level: ${levels[z % levels.length]} }`,
  )
  const conduits = Array.from(
    { length: zoneCount - 1 },
    (_, z) => `  - { from: operations, to: zone-${z}, allow: [sftp, ssh] }`,
  )
  const kinds = ['plc', 'hmi', 'robot', 'switch', 'drive', 'scada']
  const blocks = Array.from({ length: assets }, (_, a) => {
    const own = Array.from(
      { length: itemsPerAsset },
      (__, i) =>
        `      - { id: item-${i}, kind: program, via: files, options: { path: ./devices/${a}-${i} }, every: 30d }`,
    )
    return `  - id: asset-${a}\n    name: ${kinds[a % kinds.length]} number ${a}\n    kind: ${kinds[a % kinds.length]}\n    zone: zone-${a % zoneCount}\n    items:\n${own.join('\n')}`
  })
  const processes = Array.from({ length: processCount }, (_, p) => {
    const needs = Array.from({ length: Math.floor(assets / processCount) }, (__, n) => `asset-${n * processCount + p}`)
    return `  - { id: process-${p}, name: Line ${p}, data: configuration, mtdl: 40d, mtd: 3d, needs: [${needs.join(', ')}] }`
  })
  const modes = Array.from(
    { length: assets },
    (_, a) =>
      `  - { asset: asset-${a}, mode: cpu-failure, name: CPU fails, severity: { safety: 1, environment: 1, production: ${1 + (a % 5)}, quality: 1 } }`,
  )
  return `site: { name: Bench plant, timezone: Europe/Paris }
zones:
${zones.join('\n')}
  - { id: operations, level: 3 }
conduits:
${conduits.join('\n')}
node: { zone: operations }
processes:
${processes.join('\n')}
assets:
${blocks.join('\n')}
failureModes:
${modes.join('\n')}
places:
  - { id: local, via: local, options: { path: ./data/repository }, medium: disk, location: plant, domain: node }
`
}

/** Fills the record of a site that `init` has made; what its journal holds already stays before it. */
export async function fillRecord(folder: string, scale: Scale, now: Date): Promise<void> {
  const file = path.join(folder, 'data', 'catalog.sqlite')
  await (await openCatalog(file))[Symbol.asyncDispose]()
  const end = await writeJournal(path.join(folder, 'data', 'journal.jsonl'), scale, now)
  const db = new DatabaseSync(file)
  db.exec('pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -400000; begin')
  const indexes = db
    .prepare(
      "select name, sql from sqlite_master where type = 'index' and tbl_name in ('capture', 'line') and sql is not null",
    )
    .all()
  for (const { name } of indexes) db.exec(`drop index ${name}`)
  db.exec('delete from capture; delete from version; delete from line; delete from approval')
  insertRows(db, scale, now)
  insertLines(db, end)
  for (const { sql } of indexes) db.exec(String(sql))
  db.prepare("insert or replace into meta (key, value) values ('position', ?)").run(JSON.stringify(end.position))
  db.exec('commit; pragma journal_mode = wal')
  db.close()
}

/** By number; 250 items are read in each line of the journal, each of them every fortieth. */
function insertRows(db: DatabaseSync, { assets, itemsPerAsset, captures, versionsPerItem }: Scale, now: Date): void {
  const items = assets * itemsPerAsset
  db.exec('create temp table named (n integer primary key, id text not null)')
  db.prepare(
    `with recursive k(n) as (select 0 union all select n + 1 from k where n + 1 < ?)
     insert into named select n, 'asset-' || (n / ${itemsPerAsset}) || '/item-' || (n % ${itemsPerAsset}) from k`,
  ).run(items)
  const perLine = Math.ceil(captures / lines)
  const turns = Math.max(1, Math.floor(items / perLine))
  const start = now.getTime() / 1000 - lines * 1_200
  const time = (seq: string) => `strftime('%Y-%m-%dT%H:%M:%S.000Z', ${start} + ${seq} * 1200 - 60, 'unixepoch')`
  db.prepare(
    `with recursive k(n) as (select 0 union all select n + 1 from k where n + 1 < ?)
     insert into capture (seq, item, time, outcome, version, milliseconds, code, message)
     select k.n / ${perLine} + 1, named.id, ${time(`(k.n / ${perLine} + 1)`)},
       case when k.n % 53 = 0 then 'failed' when k.n % 41 = 0 then 'version' else 'confirmed' end,
       case when k.n % 53 = 0 then null else 'v0000' end, 800,
       case when k.n % 53 = 0 then 'unreachable' end, case when k.n % 53 = 0 then named.id || ': the device did not answer.' end
     from k join named on named.n = (k.n % ${perLine}) * ${turns} + (k.n / ${perLine}) % ${turns}`,
  ).run(captures)
  db.prepare(
    `with recursive k(n) as (select 0 union all select n + 1 from k where n + 1 < ?)
     insert into version (id, item, time, seq, received, seen, read_back, outcome, content, normaliser, raw, bytes, files, snapshot, tree, format)
     select printf('v%06d', k.n), named.id, t.at, k.n + 1, t.at, t.at, 1, 'version', 'c' || k.n, '1', 'r' || k.n,
       50000 + named.n, 12, null, null, null
     from k join (select n as m, ${time(`((n + 1) * ${Math.floor(lines / versionsPerItem)})`)} as at from k) as t on t.m = k.n
     join named`,
  ).run(versionsPerItem)
  db.exec(
    `insert into approval (seq, item, version, time, actor, note)
     select n + 1, id, printf('v%06d', ${versionsPerItem - 1} - (n % 97 = 0)), '2026-01-01T00:00:00.000Z', 'jane@desk', null from named where n % 2 = 0`,
  )
}

interface End {
  readonly position: { readonly seq: number; readonly hash: string; readonly offset: number }
  readonly places: readonly {
    readonly seq: number
    readonly behind: number
    readonly actor: string
    readonly item: string | null
  }[]
}

async function writeJournal(file: string, { assets }: Scale, now: Date): Promise<End> {
  let [hash, offset, text] = ['0'.repeat(64), 0, '']
  const places: { seq: number; behind: number; actor: string; item: string | null }[] = []
  for (let seq = 1; seq <= lines; seq += 1) {
    const item = `asset-${seq % assets}/item-0`
    const actor = seq % 7 === 0 ? 'jane@desk' : 'node@bench'
    const event = { type: 'held', item, version: 'v000001', reason: 'bench' }
    const time = new Date(now.getTime() - (lines - seq) * 1_200_000).toISOString()
    const json = JSON.stringify({ seq, time, actor, event, prev: hash })
    hash = createHash('sha256').update(json).digest('hex')
    offset += Buffer.byteLength(json) + 1
    text += `${json}\n`
    places.push({ seq, behind: offset, actor, item })
  }
  await writeFile(file, text, { mode: 0o600 })
  return { position: { seq: lines, hash, offset }, places }
}

function insertLines(db: DatabaseSync, { places }: End): void {
  const insert = db.prepare('insert into line (seq, behind, type, actor, item) values (?, ?, ?, ?, ?)')
  for (const { seq, behind, actor, item } of places) insert.run(seq, behind, 'held', actor, item)
}
