import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** What is backed up. Made once, and kept in the work folder for later runs. */
export interface BenchSet {
  /** The folder to back up. */
  readonly source: string
  readonly files: number
  /** Bytes of the files, holes included. */
  readonly bytes: number
  /** Brings the source from its first state to its second, where it has one. */
  change(): Promise<void>
  /** Brings it back; does nothing where it is in its first state. */
  revert(): Promise<void>
}

export interface SetRecipe {
  /** With a number that grows whenever the same parameters give other bytes. */
  readonly name: string
  /** Fills an empty folder; returns what a person is told of it. */
  build(folder: string, scale: number, signal: AbortSignal): Promise<{ files: number; bytes: number }>
  /** Of a folder that was built. */
  states(folder: string): Pick<BenchSet, 'source' | 'change' | 'revert'>
}

/** The set, at `scale` of its size (1: whole), from the work folder or made now. */
export async function prepareSet(
  { name, build, states }: SetRecipe,
  folder: string,
  scale: number,
  signal: AbortSignal,
): Promise<BenchSet> {
  const place = path.join(folder, `${name}-${scale}`)
  const facts = path.join(folder, `${name}-${scale}.json`)
  const known = await readFile(facts, 'utf8').catch(() => null)
  if (known === null) {
    await rm(place, { recursive: true, force: true })
    await mkdir(place, { recursive: true })
    await writeFile(facts, JSON.stringify(await build(place, scale, signal)))
  }
  const set = { ...(JSON.parse(await readFile(facts, 'utf8')) as { files: number; bytes: number }), ...states(place) }
  await set.revert()
  return set
}

/** For a set of one state. */
export function oneState(folder: string): Pick<BenchSet, 'source' | 'change' | 'revert'> {
  return { source: folder, change: async () => undefined, revert: async () => undefined }
}

/** Moves a folder or file to where it is not yet; does nothing where it was moved. */
export async function moveOnce(from: string, to: string): Promise<void> {
  if (existsSync(from)) await rename(from, to)
}
