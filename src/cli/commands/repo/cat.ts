import type { Command } from 'commander'
import { findSnapshot } from '../../../engine/browse/find-snapshot.ts'
import {
  type JsonObject,
  jsonObjects,
  readBlobObject,
  readJsonObject,
  readPack,
} from '../../../engine/browse/read-object.ts'
import { treeAt } from '../../../engine/browse/tree-at.ts'
import type { Repository } from '../../../engine/repository.ts'
import { BlackstartError } from '../../../errors.ts'
import { act, type Invocation } from '../../invocation.ts'
import { streamBytes, streamJson } from '../../stream-result.ts'
import { addEngineOptions, type EngineOptions, lockToRead, openEngine } from './engine-options.ts'

interface CatOptions extends EngineOptions {
  readonly showSecret?: boolean
}

const kinds = [...jsonObjects, 'pack', 'blob', 'tree', 'masterkey'] as const

export function defineCat(command: Command): void {
  command
    .argument('<kind>', kinds.join(', '))
    .argument('[id]', 'of the object, or the beginning of it; for tree SNAPSHOT:PATH')
  addEngineOptions(command)
    .option('--show-secret', "shows the repository's own key: whoever has it reads everything, whatever the passwords")
    .action(act<[string, string | undefined, CatOptions]>(cat))
}

async function cat(
  invocation: Invocation,
  kind: string,
  word: string | undefined,
  options: CatOptions,
): Promise<undefined> {
  const { out, signal } = invocation
  refuse(kind, word, out.json, options)
  await using opened = await openEngine(invocation, options)
  const { repository } = opened
  await using _lock = await lockToRead(repository, options, signal)
  const id = word ?? ''
  if (kind === 'pack') await streamBytes(out, readPack(repository, id, signal))
  else if (kind === 'blob') await streamBytes(out, [await readBlobObject(repository, id, signal)])
  else if (kind === 'tree') await streamBytes(out, [await treeText(repository, id, signal)])
  else {
    const secret = kind === 'masterkey'
    const value = secret ? JSON.parse(repository.key.toJson()) : await json(repository, kind as JsonObject, id, signal)
    if (out.json) await streamJson(out, value)
    else out.result(null, JSON.stringify(value, null, 2))
  }
}

/** Before anything is read. */
function refuse(kind: string, word: string | undefined, json: boolean, { showSecret }: CatOptions): void {
  if (!kinds.includes(kind as (typeof kinds)[number])) {
    throw new BlackstartError('usage', `"${kind}" is none of ${kinds.join(', ')}.`)
  }
  if (word === undefined && kind !== 'config' && kind !== 'masterkey') {
    throw new BlackstartError('usage', `Which ${kind}? Write its id, or the beginning of it.`)
  }
  if (json && (kind === 'pack' || kind === 'blob')) {
    throw new BlackstartError('usage', `A ${kind} is bytes and no JSON: leave --json out.`)
  }
  if (kind === 'masterkey' && showSecret !== true) {
    throw new BlackstartError(
      'refused',
      "The repository's own key opens everything in it, whatever the passwords. To show it nevertheless, add --show-secret.",
    )
  }
}

async function json(repository: Repository, kind: JsonObject, word: string, signal: AbortSignal): Promise<unknown> {
  if (kind !== 'snapshot') return await readJsonObject(repository, kind, word, signal)
  const { snapshot } = await findSnapshot(repository, word, {}, signal)
  return await readJsonObject(repository, kind, snapshot.id, signal)
}

async function treeText(repository: Repository, word: string, signal: AbortSignal): Promise<Uint8Array> {
  const { snapshot, path } = await findSnapshot(repository, word, {}, signal)
  return await repository.blob('tree', await treeAt(repository, snapshot, path, signal), signal)
}
