// biome-ignore-all lint/performance/noBarrelFile: the library's public surface is this one file; nothing of ours imports it
/**
 * `blackstart/engine`: restic repositories of format version 2 from JavaScript. What is exported here stays; everything else
 * may change. docs/engine.md shows how it is used.
 */

// Errors: every failure is one of these, with a code
export { BlackstartError, type ErrorCode } from '../errors.ts'
// Where repositories lie
export { openStorage } from '../storage/all.ts'
export type { Backend, FileKind, Range, StoredFile, Upload } from '../storage/backend.ts'
export { layoutPath } from '../storage/layout.ts'
export { networkRetries, type RetryPolicy, retrying } from '../storage/retrying.ts'
export type { RestAccess, S3Access, SftpAccess, StorageAccess, TlsAccess } from '../storage/storage-access.ts'
export { type Limits, type Priority, Throttle } from '../storage/throttle.ts'
// Into a repository
export type { BackupOptions, BackupResult } from './backup/backup-options.ts'
export { backupStream, type StreamSource } from './backup/backup-stream.ts'
export { backup } from './backup.ts'
// Looking into snapshots
export { type DiffOptions, type DiffStatistics, diffTrees, type TreeChange } from './browse/diff-trees.ts'
export { type ArchiveFormat, type DumpOptions, dumpFile, dumpFolder } from './browse/dump/dump.ts'
export { type FindQuery, type FoundEntry, findEntries } from './browse/find-entries.ts'
export { findSnapshot, type SnapshotPlace, selectSnapshots } from './browse/find-snapshot.ts'
export type { GroupField } from './browse/group-snapshots.ts'
export { type ListOptions, listTree } from './browse/list-tree.ts'
export { type PathPattern, pathPattern } from './browse/path-pattern.ts'
export { readSnapshots, type SnapshotQuery } from './browse/read-snapshots.ts'
export { type RepositoryStats, repositoryStats, type StatsMode } from './browse/repository-stats.ts'
export { treeAt } from './browse/tree-at.ts'
export type { TreeEntry } from './browse/walk-tree.ts'
export type { DataSubset } from './check/data-subset.ts'
export type { Problem } from './check/problem.ts'
// Keeping repositories sound
export { type CheckOptions, type CheckReport, check } from './check.ts'
export { type CopyOptions, type CopyReport, copySnapshots } from './copy/copy-snapshots.ts'
// Changing what is there
export { addKey, changePassword, type KeyOwner, removeKey } from './edit/keys.ts'
export { type RewriteOptions, type RewrittenSnapshot, rewriteSnapshots } from './edit/rewrite-snapshots.ts'
export { type ChangedSnapshot, type TagChange, tagSnapshots } from './edit/tag-snapshots.ts'
export { type CalendarSpan, parseSpan } from './forget/calendar-span.ts'
export type { KeepCount, KeepPolicy, Period } from './forget/keep-policy.ts'
export { type ForgetGroup, type ForgetOptions, planForget } from './forget/plan-forget.ts'
export { removeSnapshots } from './forget/remove-snapshots.ts'
export type { LockMode, LockWait, RepositoryLock } from './lock/repository-lock.ts'
export { type NeededFiles, neededFiles } from './needed-files.ts'
export { type PruneOptions, type PruneReport, prune } from './prune/prune.ts'
export { type HealOptions, type HealReport, repairFromCopy } from './repair/repair-from-copy.ts'
export { type RepairIndexOptions, type RepairIndexReport, repairIndex } from './repair/repair-index.ts'
export { type RepairPacksOptions, type RepairPacksReport, repairPacks } from './repair/repair-packs.ts'
export { type RepairSnapshotsOptions, type RepairSnapshotsReport, repairSnapshots } from './repair/repair-snapshots.ts'
// Opening
export {
  type InitOptions,
  initRepository,
  type KeyInfo,
  type OpenOptions,
  openRepository,
  type Repository,
} from './repository.ts'
// Out of a repository
export {
  type RestoreAmount,
  type RestoreOptions,
  type RestoreProgress,
  type RestoreResult,
  restore,
} from './restore.ts'
export type { Snapshot } from './snapshot/snapshot.ts'
export type { TreeNode } from './tree/tree-node.ts'
// Streams of a program's own
export { type CommitResult, openWriter, type Writer } from './writer.ts'
