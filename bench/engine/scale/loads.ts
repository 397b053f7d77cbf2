import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { openRepository, type Repository } from '../../../src/engine/repository.ts'
import { localBackend } from '../../../src/storage/local/local-backend.ts'
import type { Command } from '../measure.ts'
import type { Attempt, Peer } from '../peers/peer.ts'
import type { Programs } from '../peers/programs.ts'
import { makeManyFiles } from './many-files.ts'
import { addSyntheticIndex } from './synthetic-index.ts'
import { addSyntheticSnapshots } from './synthetic-snapshots.ts'

export type OperationName = 'open' | 'backup' | 'unchanged' | 'restore' | 'snapshots'

/** Something that there can be very much of in a repository, or in what is backed up. */
export interface Load {
  readonly name: string
  /** What is counted. */
  readonly unit: string
  readonly operations: readonly OperationName[]
  /** Makes the source in a folder; `count` of the unit, or as few as there may be. */
  makeSource(folder: string, count: number, signal: AbortSignal): Promise<void>
  /** Fills a repository that is empty. */
  fill(repository: Repository, folder: string, count: number, signal: AbortSignal): Promise<void>
}

const small = 200
const fewFiles: Load['makeSource'] = (folder, _count, signal) => makeManyFiles(folder, small, 'one-folder', signal)

/** `packs`: how many of them the blobs lie in. */
export function allLoads(packs: number): readonly Load[] {
  return [
    {
      name: 'blobs',
      unit: `blobs in ${packs} packs`,
      operations: ['backup', 'open', 'restore'],
      makeSource: fewFiles,
      fill: async (repository, folder, blobs, signal) =>
        blobs === 0 ? undefined : await addSyntheticIndex(repository, folder, { blobs, packs }, signal),
    },
    {
      name: 'snapshots',
      unit: 'snapshots',
      operations: ['snapshots', 'backup'],
      makeSource: fewFiles,
      fill: addSyntheticSnapshots,
    },
    {
      name: 'entries',
      unit: 'files in one folder',
      operations: ['backup', 'unchanged', 'restore'],
      makeSource: (folder, count, signal) => makeManyFiles(folder, count, 'one-folder', signal),
      fill: async () => undefined,
    },
    {
      name: 'files',
      unit: 'empty files in folders of 1,000',
      operations: ['backup', 'unchanged', 'restore'],
      makeSource: (folder, count, signal) => makeManyFiles(folder, count, 'many-folders', signal),
      fill: async () => undefined,
    },
  ]
}

/** A fresh repository of a peer with that much in it, and its source. */
export async function prepareLoad(
  load: Load,
  count: number,
  peer: Peer,
  place: { readonly folder: string; readonly source: string; readonly passwordFile: string },
  signal: AbortSignal,
): Promise<Attempt> {
  await mkdir(place.folder, { recursive: true })
  await peer.prepare(place.folder, signal)
  const folder = peer.repository(place.folder)
  const password = (await readFile(place.passwordFile, 'utf8')).trimEnd()
  await load.fill(await openRepository(localBackend(folder), password, {}, signal), folder, count, signal)
  return { folder: place.folder, source: place.source, backups: 0, sparse: false }
}

/** What a user would type; only our opening is a script, which does nothing else (restic's also lists some files). */
export function operationCommand(
  name: OperationName,
  peer: Peer,
  attempt: Attempt,
  target: string,
  programs: Programs,
): Command | null {
  if (name === 'snapshots') return peer.list(attempt)
  if (name === 'backup') return peer.backup(attempt)
  if (name === 'unchanged') return peer.unchanged(attempt)
  if (name === 'restore') return peer.restore(attempt, target)
  const repository = peer.repository(attempt.folder)
  if (peer.name === 'ours') {
    const program = path.join(import.meta.dirname, '../../../bin/node')
    return { program, words: [path.join(import.meta.dirname, 'open-index.ts'), repository, programs.passwordFile] }
  }
  const cache = path.join(attempt.folder, 'cache')
  const words = ['ls', 'latest', '-r', repository, '-p', programs.passwordFile]
  return { program: programs.restic, words: [...words, '--cache-dir', cache] }
}
