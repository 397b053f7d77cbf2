import { type FoundBlob, findBlobs } from '../../../engine/browse/find-blobs.ts'
import { type FoundEntry, findEntries } from '../../../engine/browse/find-entries.ts'
import type { PathPattern } from '../../../engine/browse/path-pattern.ts'
import type { OnDamage } from '../../../engine/browse/walk-tree.ts'
import type { Repository } from '../../../engine/repository.ts'
import type { Snapshot } from '../../../engine/snapshot/snapshot.ts'
import { BlackstartError } from '../../../errors.ts'
import type { Output } from '../../output.ts'
import { timeText } from '../../words.ts'
import type { FindOptions } from './find.ts'
import { foundJson, nodeText } from './node-text.ts'
import { jsonText, plainText } from './plain-text.ts'
import { shortId } from './snapshot-json.ts'

export interface FindRun {
  readonly out: Output
  readonly repository: Repository
  readonly snapshots: readonly Snapshot[]
  readonly options: FindOptions
  readonly onDamage: OnDamage
  readonly signal: AbortSignal
}

/** An element of the document, or null; lines for a person, or nothing. */
export interface Finding {
  readonly json: unknown
  readonly text: string
}

/** For people entry by entry; in JSON all of a snapshot in one element, as restic's. */
export async function* fileHits(run: FindRun, patterns: readonly PathPattern[]): AsyncGenerator<Finding> {
  const { out, repository, snapshots, options, onDamage, signal } = run
  const times = {
    ...(options.oldest === undefined ? {} : { oldest: options.oldest }),
    ...(options.newest === undefined ? {} : { newest: options.newest }),
  }
  const found = findEntries(repository, snapshots, { patterns, ...times, onDamage }, signal)
  if (out.json) return yield* bySnapshot(found)
  let before: Snapshot | null = null
  for await (const { snapshot, path, node } of found) {
    if (snapshot !== before) {
      const heading = out.style('bold', `in snapshot ${snapshotText(snapshot)}:`)
      yield { json: null, text: `${before === null ? '' : '\n'}${heading}` }
    }
    before = snapshot
    yield { json: null, text: nodeText(path, node, options) }
  }
}

async function* bySnapshot(found: AsyncIterable<FoundEntry>): AsyncGenerator<Finding> {
  let snapshot: string | null = null
  let matches: unknown[] = []
  const group = () => ({ json: { matches, hits: matches.length, snapshot }, text: '' })
  for await (const entry of found) {
    if (snapshot !== null && entry.snapshot.id !== snapshot) {
      yield group()
      matches = []
    }
    snapshot = entry.snapshot.id
    matches.push(foundJson(entry.path, entry.node))
  }
  if (snapshot !== null) yield group()
}

/** Throws `not-found` for a pack that no index knows. */
export async function blobHits(run: FindRun, words: readonly string[]): Promise<AsyncIterable<Finding>> {
  const { repository, snapshots, options, onDamage, signal } = run
  const query = options.pack
    ? await blobsOfPacks(repository, words, signal)
    : { data: options.tree ? [] : words, trees: options.tree ? words : [] }
  return findings(run, findBlobs(repository, snapshots, { ...query, onDamage }, signal))
}

async function blobsOfPacks(
  repository: Repository,
  words: readonly string[],
  signal: AbortSignal,
): Promise<{ data: string[]; trees: string[] }> {
  const { packs } = await repository.refresh(signal)
  const names = [...packs.keys()]
  const blobs = words.flatMap(word => {
    const found = names.filter(name => name.startsWith(word))
    if (found.length > 0) return found.flatMap(name => packs.get(name)?.blobs ?? [])
    throw new BlackstartError('not-found', `No index knows a pack "${word}".`, { facts: { pack: word } })
  })
  const idsOf = (type: string) => blobs.filter(blob => blob.type === type).map(({ id }) => id)
  return { data: idsOf('data'), trees: idsOf('tree') }
}

async function* findings(
  { repository, options, signal }: FindRun,
  found: AsyncIterable<FoundBlob>,
): AsyncGenerator<Finding> {
  for await (const { type, id, path, parent, snapshot } of found) {
    const object = type === 'data' ? 'blob' : 'tree'
    const index = options.showPackId ? await repository.loadIndex(signal) : null
    const packs = index?.all(type, id).map(({ pack }) => pack) ?? []
    yield {
      json: {
        ...{ object_type: object, id, path: jsonText(path), ...(parent === null ? {} : { parent_tree: parent }) },
        ...{ snapshot: snapshot.id, time: snapshot.time, ...(packs.length === 0 ? {} : { packs }) },
      },
      text: [
        `${object} ${id}`,
        `  ${type === 'data' ? 'in file' : 'is folder'} ${plainText(path)}${parent === null ? '' : `, named by tree ${parent}`}`,
        `  in snapshot ${snapshotText(snapshot)}`,
        ...packs.map(pack => `  in pack ${pack}`),
      ].join('\n'),
    }
  }
}

function snapshotText({ id, time }: Snapshot): string {
  return `${shortId(id)} of ${timeText(time, Temporal.Now.timeZoneId())}`
}
