import { randomBytes } from 'node:crypto'
import { BlackstartError } from '../../errors.ts'
import type { Backend } from '../../storage/backend.ts'
import { haveCommonFiles } from '../check/check-files.ts'
import { isDamage } from '../check/problem.ts'
import { type Config, openConfig, sealConfig } from '../crypto/config-file.ts'
import type { SealingKey } from '../crypto/sealing-key.ts'
import { readExpected } from '../damage.ts'
import type { Repository } from '../repository.ts'
import type { HealLog } from './heal-log.ts'
import { intactFile, isIntact, replaceFile } from './intact-file.ts'

/** Whether `copy` is a copy of this very repository, with its keys, and not one that holds the same snapshots. */
export async function isSameRepository(backend: Backend, copy: Repository, signal: AbortSignal): Promise<boolean> {
  const config = await configOrNull(backend, copy.key, signal)
  if (config !== null) return config.id === copy.id
  return await haveCommonFiles(backend, copy.backend, signal)
}

async function configOrNull(backend: Backend, key: SealingKey, signal: AbortSignal): Promise<Config | null> {
  try {
    return openConfig(backend, key, await readExpected(backend, 'config', 'config', signal))
  } catch (error) {
    if (isDamage(error)) return null
    throw error
  }
}

/** Brings back keys out of a copy of this very repository: damaged ones; missing ones too where `all`, or where none is left. */
export async function healKeys(
  backend: Backend,
  copy: Repository,
  all: boolean,
  log: HealLog,
  signal: AbortSignal,
): Promise<void> {
  const names = new Set<string>()
  let intact = 0
  for await (const { name } of backend.list('key', signal)) names.add(name)
  for (const name of names) {
    if (await isIntact(backend, 'key', name, signal)) intact += 1
    else if (await fromCopy(backend, copy, name, log, signal)) intact += 1
  }
  const bringBack = all || intact === 0
  for await (const { name } of copy.backend.list('key', signal)) {
    if (names.has(name)) continue
    if (bringBack) await fromCopy(backend, copy, name, log, signal)
    else log.absent('key', name)
  }
}

async function fromCopy(
  backend: Backend,
  copy: Repository,
  name: string,
  log: HealLog,
  signal: AbortSignal,
): Promise<boolean> {
  const bytes = await intactFile(copy.backend, 'key', name, signal)
  if (bytes === null) return false
  await log.aside('key', name, signal)
  await replaceFile(backend, 'key', name, bytes, signal)
  log.healed('key', name, 'brought back from the copy')
  return true
}

/** Brings the config back out of a copy of this very repository; else writes one with another id, that takes the copy's chunks. */
export async function healConfig(
  { backend, key }: { readonly backend: Backend; readonly key: SealingKey },
  copy: Repository,
  same: boolean,
  log: HealLog,
  signal: AbortSignal,
): Promise<void> {
  if ((await configOrNull(backend, key, signal)) !== null) return
  const id = same ? copy.id : randomBytes(32).toString('hex')
  await log.aside('config', 'config', signal)
  await backend.write('config', 'config', [sealConfig(key, { id, polynomial: copy.polynomial })], signal)
  if ((await configOrNull(backend, key, signal)) === null) throw notWritten(backend)
  log.healed('config', 'config', same ? 'written anew as the copy has it' : 'written anew with another id')
}

function notWritten(backend: Backend): BlackstartError {
  const message = `${backend.location}: config was written anew, and what was read back is something else. Have the disk tested, or remove the file config and run again.`
  return new BlackstartError('integrity', message, { facts: { file: 'config', kind: 'config', name: 'config' } })
}
