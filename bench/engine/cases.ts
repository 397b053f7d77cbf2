import type { Goal } from './goals.ts'
import type { SetRecipe } from './sets/bench-set.ts'
import { diskImage } from './sets/disk-image.ts'
import { largeFiles } from './sets/large-files.ts'
import { plcArchive } from './sets/plc-archive.ts'
import { smallFiles } from './sets/small-files.ts'

/** `changed` is the backup after the set was brought to its second state, which is what `restore` then brings back. */
export type StepName = 'list' | 'backup' | 'unchanged' | 'changed' | 'restore'

export interface Step {
  readonly name: StepName
  readonly goals: readonly Goal[]
}

export interface Case {
  readonly name: string
  readonly what: string
  readonly set: SetRecipe
  readonly sparse: boolean
  readonly steps: readonly Step[]
}

const always: readonly Goal[] = [
  { of: 'memory', limit: 2 },
  { of: 'repository', limit: 1.02 },
]
const backup: readonly Goal[] = [{ of: 'wall', limit: 1.5 }, { of: 'cpu', limit: 1.5 }, ...always]
const unchanged = (wall: number): readonly Goal[] => [{ of: 'wall', limit: wall }, ...always]
const restore = (wall: number): readonly Goal[] => [
  { of: 'wall', limit: wall },
  { of: 'copy', limit: 1.5 },
  { of: 'memory', limit: 2 },
]

/** Those with few files first: what follows upon the removal of many is slow on ext4 for some minutes. */
export const cases: readonly Case[] = [
  {
    name: 'large',
    what: '2 GiB in nine large files',
    set: largeFiles,
    sparse: false,
    steps: [
      // Of an empty repository: what opening its key costs, which is in every other figure too.
      { name: 'list', goals: [] },
      { name: 'backup', goals: backup },
      { name: 'unchanged', goals: unchanged(1.2) },
      { name: 'restore', goals: restore(1.25) },
    ],
  },
  {
    name: 'disk',
    what: 'a sparse disk image of 10 GiB, then 1 % of its blocks changed',
    set: diskImage,
    sparse: true,
    steps: [
      { name: 'backup', goals: backup },
      { name: 'unchanged', goals: unchanged(1.2) },
      { name: 'changed', goals: backup },
      { name: 'restore', goals: restore(1.25) },
    ],
  },
  {
    name: 'plc',
    what: '2,000 PLC projects, zips and XML, ten versions of each, then one of ten anew',
    set: plcArchive,
    sparse: false,
    steps: [
      { name: 'backup', goals: backup },
      { name: 'unchanged', goals: unchanged(2) },
      { name: 'changed', goals: backup },
      { name: 'restore', goals: restore(1.5) },
    ],
  },
  {
    name: 'small',
    what: '60,000 small files of 1.4 GiB',
    set: smallFiles,
    sparse: false,
    steps: [
      { name: 'backup', goals: backup },
      { name: 'unchanged', goals: unchanged(2) },
      { name: 'restore', goals: restore(1.5) },
    ],
  },
]
