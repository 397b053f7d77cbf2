import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { runPlain } from './measure.ts'
import type { Attempt, Peer } from './peers/peer.ts'
import { assertSameTree } from './same-tree.ts'

/**
 * Throws where what a peer restored is not the source. Of ours, restic reads every byte of the repository too, finds it sound,
 * and restores the same.
 */
export async function verifyAttempt(
  peer: Peer,
  attempt: Attempt,
  restored: string,
  { restic, passwordFile }: { readonly restic: string; readonly passwordFile: string },
  signal: AbortSignal,
): Promise<void> {
  await assertSameTree(attempt.source, restored, { times: peer.keepsTimes }, signal)
  if (peer.name !== 'ours') return
  const common = ['-r', peer.repository(attempt.folder), '-p', passwordFile, '--no-cache']
  const log = path.join(attempt.folder, 'verify.log')
  await runPlain({ program: restic, words: [...common, 'check', '--read-data'] }, log, signal)
  const target = path.join(attempt.folder, 'restored-by-restic')
  await mkdir(target)
  const words = [...common, 'restore', `latest:${attempt.source}`, '--target', target, '--sparse']
  await runPlain({ program: restic, words }, log, signal)
  await assertSameTree(attempt.source, target, { times: true }, signal)
}
