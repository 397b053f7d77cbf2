import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Target } from '../connector.ts'
import { filesFailure } from './files-failure.ts'
import { type Walk, walkFacts } from './walk-folder.ts'

/**
 * Milliseconds: a file that was written this short a time ago may be written again without its time changing, for file
 * systems take their time from a clock that ticks every few milliseconds.
 */
const tick = 20

/** A digest of what the system tells of every entry of the file or folder: nothing is read. */
export async function folderFingerprint(
  target: Pick<Target<unknown>, 'item' | 'pace' | 'excluded'>,
  root: Buffer,
  signal: AbortSignal,
): Promise<string> {
  const first = await digestOf(target, root, signal)
  if (Date.now() - first.newest > tick) return first.digest
  await sleep(2 * tick, undefined, { signal })
  return (await digestOf(target, root, signal)).digest
}

async function digestOf(
  target: Pick<Target<unknown>, 'item' | 'pace' | 'excluded'>,
  root: Buffer,
  signal: AbortSignal,
): Promise<{ readonly digest: string; readonly newest: number }> {
  const hash = createHash('sha256')
  let newest = 0
  const add = (path: string, stat: BigIntStats, link: string | null) => {
    newest = Math.max(newest, Number(stat.ctimeMs))
    hash.update(`${JSON.stringify([path, link, ...factsOf(stat)])}\n`)
  }
  const stat = await lstat(root, { bigint: true }).catch((error: unknown) => {
    throw filesFailure(target.item, 'read', root.toString(), error)
  })
  if (!stat.isDirectory()) add('', stat, null)
  else {
    const walk: Walk = {
      ...{ item: target.item, pace: target.pace, owners: { users: new Map(), groups: new Map() } },
      excluded: path => target.excluded(path),
      skipped: () => undefined,
    }
    for await (const facts of walkFacts(walk, root, signal)) add(facts.path, facts.stat, facts.target)
  }
  return { digest: hash.digest('base64url'), newest }
}

/** Of a folder only what is its own: its times also change with what is excluded in it. */
function factsOf(stat: BigIntStats): string[] {
  const { mode, uid, gid, size, ino, mtimeNs, ctimeNs } = stat
  return [mode, uid, gid, ...(stat.isDirectory() ? [] : [size, ino, mtimeNs, ctimeNs])].map(String)
}
