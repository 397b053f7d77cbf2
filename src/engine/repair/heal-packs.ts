import type { Backend } from '../../storage/backend.ts'
import { atOnce } from '../browse/at-once.ts'
import { checkPackData } from '../check/check-pack-data.ts'
import type { BlobIndex } from '../index/blob-index.ts'
import type { Repository } from '../repository.ts'
import type { HealLog } from './heal-log.ts'
import { isIntact, replacePack } from './intact-file.ts'

/** Reads every pack, those that no index names too; the names of those that are damaged, or named and missing. */
export async function badPacks(
  repository: Repository,
  index: BlobIndex,
  onPack: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<Set<string>> {
  const { backend } = repository
  const names = new Set(index.packs.keys())
  for await (const { name } of backend.list('pack', signal)) names.add(name)
  const bad = new Set<string>()
  const read = async (name: string): Promise<void> => {
    const pack = index.packs.get(name)
    if (pack !== undefined) await checkPackData(repository, name, pack, () => void bad.add(name), signal)
    else if (!(await isIntact(backend, 'pack', name, signal))) bad.add(name)
  }
  let done = 0
  for await (const _ of atOnce(names, backend.atOnce, read)) {
    done += 1
    onPack(done, names.size)
  }
  return bad
}

/** Replaces bad packs by those of that name which the copy has; returns those that stay bad. */
export async function replacePacks(
  backend: Backend,
  copy: Backend,
  bad: ReadonlySet<string>,
  log: HealLog,
  signal: AbortSignal,
): Promise<Set<string>> {
  const left = new Set<string>()
  for (const name of bad) {
    if (!(await isIntact(copy, 'pack', name, signal))) {
      left.add(name)
      continue
    }
    await log.aside('pack', name, signal)
    if (await replacePack(backend, copy, name, signal)) log.healed('pack', name, 'brought back from the copy')
    else left.add(name)
  }
  return left
}
