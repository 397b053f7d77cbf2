import type { Command } from 'commander'
import { groupItems } from './option-groups.ts'

type Define = (command: Command) => void

interface RepoCommand {
  readonly name: string
  readonly description: string
  load(): Promise<Define>
}

/** One line a command, in the order of the help. Only the one that is meant is loaded. */
const repoCommands: readonly RepoCommand[] = [
  { name: 'init', description: 'make a repository', load: async () => (await import('./init.ts')).defineInit },
  {
    name: 'backup',
    description: 'back up files and folders of this machine',
    load: async () => (await import('./backup.ts')).defineBackup,
  },
  {
    name: 'restore',
    description: 'restore a snapshot, or a part of it',
    load: async () => (await import('./restore.ts')).defineRestore,
  },
  {
    name: 'snapshots',
    description: 'list the snapshots, oldest first',
    load: async () => (await import('./snapshots.ts')).defineSnapshots,
  },
  { name: 'ls', description: 'list files of a snapshot', load: async () => (await import('./ls.ts')).defineLs },
  {
    name: 'find',
    description: 'find files in all snapshots',
    load: async () => (await import('./find.ts')).defineFind,
  },
  {
    name: 'diff',
    description: 'tell the differences between two snapshots',
    load: async () => (await import('./diff.ts')).defineDiff,
  },
  {
    name: 'dump',
    description: 'write a file of a snapshot, or a folder as an archive',
    load: async () => (await import('./dump.ts')).defineDump,
  },
  {
    name: 'stats',
    description: 'count files, blobs and bytes',
    load: async () => (await import('./stats.ts')).defineStats,
  },
  {
    name: 'forget',
    description: 'remove snapshots by rules that say what to keep',
    load: async () => (await import('./forget.ts')).defineForget,
  },
  {
    name: 'prune',
    description: 'remove what no snapshot needs',
    load: async () => (await import('./prune.ts')).definePrune,
  },
  { name: 'check', description: 'verify the repository', load: async () => (await import('./check.ts')).defineCheck },
  {
    name: 'repair',
    description: 'make a damaged repository sound again',
    load: async () => (await import('./repair.ts')).defineRepair,
  },
  {
    name: 'copy',
    description: 'copy snapshots from another repository',
    load: async () => (await import('./copy.ts')).defineCopy,
  },
  { name: 'tag', description: 'change tags of snapshots', load: async () => (await import('./tag.ts')).defineTag },
  {
    name: 'rewrite',
    description: 'write snapshots again without some files, or with another host or time',
    load: async () => (await import('./rewrite.ts')).defineRewrite,
  },
  {
    name: 'key',
    description: 'the passwords that open the repository',
    load: async () => (await import('./key.ts')).defineKey,
  },
  { name: 'unlock', description: 'remove stale locks', load: async () => (await import('./unlock.ts')).defineUnlock },
  {
    name: 'cache',
    description: 'list what this machine keeps of remote repositories',
    load: async () => (await import('./cache.ts')).defineCache,
  },
  {
    name: 'needs',
    description: 'list the files of the repository that restoring snapshots takes, with its config and keys',
    load: async () => (await import('./needs.ts')).defineNeeds,
  },
  {
    name: 'list',
    description: 'list the ids of blobs, packs, indexes, snapshots, keys or locks',
    load: async () => (await import('./list.ts')).defineList,
  },
  {
    name: 'cat',
    description: 'show an object of the repository',
    load: async () => (await import('./cat.ts')).defineCat,
  },
]

/** The engine by itself, on any restic repository, with restic's words. `words` are those behind the program's name. */
export async function loadRepo(words: readonly string[]): Promise<(program: Command) => void> {
  const below = words.slice(words.indexOf('repo') + 1)
  const only = repoCommands.find(({ name }) => name === below.find(word => !word.startsWith('-')))
  const commands = only === undefined ? repoCommands : [only]
  const loaded = await Promise.all(commands.map(async ({ load, ...facts }) => ({ ...facts, define: await load() })))
  return program => {
    const repo = program.command('repo').description('the engine by itself, on any restic repository')
    repo.configureHelp({ showGlobalOptions: true, groupItems })
    for (const { name, description, define } of loaded) define(repo.command(name).description(description))
  }
}
