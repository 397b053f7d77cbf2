import { cacheTag, type ExclusionRules, exclusion } from '../files/exclusion.ts'
import { fileStat } from '../files/file-stat.ts'
import { statOf } from '../files/file-system.ts'
import type { FolderRules } from '../workers/messages.ts'
import type { BackupOptions } from './backup-options.ts'

/** What threads are told of the options. `paths` are absolute, and there. Throws `usage` for a pattern that cannot be read. */
export async function folderRules(paths: readonly string[], options: BackupOptions): Promise<FolderRules> {
  const { excludes = [], insensitiveExcludes = [], excludeIfPresent = [], excludeLargerThan } = options
  const devices = async (): Promise<ExclusionRules['devices']> =>
    await Promise.all(paths.map(async each => [each, fileStat(await statOf(each)).device] as const))
  const rules: ExclusionRules = {
    ...{ patterns: excludes, insensitivePatterns: insensitiveExcludes, largerThan: excludeLargerThan ?? null },
    ifPresent: options.excludeCaches ? [...excludeIfPresent, cacheTag] : excludeIfPresent,
    devices: options.oneFileSystem ? await devices() : null,
  }
  exclusion(rules)
  const { ignoreInode = false, ignoreCtime = false, withAtime = false } = options
  return { exclusion: rules, ignoreInode, ignoreCtime, withAtime }
}
