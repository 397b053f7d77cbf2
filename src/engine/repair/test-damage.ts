/** What the tests of checks and repairs share: damaging files of a repository on disk. */
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { BlackstartError } from '../../errors.ts'
import type { Backend, FileKind } from '../../storage/backend.ts'
import { layoutPath } from '../../storage/layout.ts'

export const damages = [
  'bit',
  'first byte',
  'last byte',
  'cut',
  'emptied',
  'grown',
  'removed',
  'zeroed',
  'swapped',
] as const
export type Damage = (typeof damages)[number]

/** Every file of a repository but its locks, by its path in it. */
export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name))
  return files
    .map(file => path.relative(folder, file))
    .filter(file => !file.startsWith('locks/'))
    .sort()
}

/** `pick` gives a whole number below its argument. `other` is a file whose content takes the place, and the other way round. */
export async function inflict(
  folder: string,
  file: string,
  damage: Damage,
  pick: (below: number) => number,
  other: string,
): Promise<void> {
  const place = path.join(folder, file)
  if (damage === 'removed') return await rm(place)
  const bytes = await readFile(place)
  if (damage === 'swapped') {
    const second = path.join(folder, other)
    await overwrite(place, await readFile(second))
    return await overwrite(second, bytes)
  }
  await overwrite(place, damaged(bytes, damage, pick))
}

export async function overwrite(file: string, bytes: Uint8Array): Promise<void> {
  await chmod(file, 0o600)
  await writeFile(file, bytes)
}

function damaged(
  bytes: Buffer,
  damage: Exclude<Damage, 'removed' | 'swapped'>,
  pick: (below: number) => number,
): Buffer {
  const turned = (at: number): Buffer => {
    bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8))
    return bytes
  }
  switch (damage) {
    case 'bit':
      return turned(pick(bytes.length))
    case 'first byte':
      return turned(0)
    case 'last byte':
      return turned(bytes.length - 1)
    case 'cut':
      return bytes.subarray(0, pick(bytes.length))
    case 'emptied':
      return bytes.subarray(0, 0)
    case 'grown':
      return Buffer.concat([bytes, Buffer.alloc(1 + pick(50), pick(256))])
    case 'zeroed':
      // the last bytes of a pack are zeros as they are
      return bytes.fill(0, pick(bytes.length - 8))
  }
}

/** Whole numbers below an argument, the same for the same seed. */
export function picker(seed: number): (below: number) => number {
  let state = seed >>> 0
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** A backend whose disk cannot read some bytes of one file: it says what the local one says of that. */
export function withBadSector(
  backend: Backend,
  bad: { kind: FileKind; name: string; from: number; to: number },
): Backend {
  const fails = (kind: FileKind, name: string, offset: number, end: number): boolean =>
    kind === bad.kind && name === bad.name && offset < bad.to && end > bad.from
  const failure = (kind: FileKind, name: string) =>
    new BlackstartError('integrity', `${name} cannot be read: its disk fails (EIO).`, {
      facts: { file: layoutPath(kind, name), kind, name, system: 'EIO' },
    })
  return {
    ...backend,
    async read(kind, name, range, signal) {
      const { offset, length } = range ?? { offset: 0, length: Number.POSITIVE_INFINITY }
      if (fails(kind, name, offset, offset + length)) throw failure(kind, name)
      return await backend.read(kind, name, range, signal)
    },
    async *stream(kind, name, from, signal) {
      const isBad = fails(kind, name, from, Number.POSITIVE_INFINITY)
      if (isBad && bad.from > from) {
        yield await backend.read(kind, name, { offset: from, length: bad.from - from }, signal)
      }
      if (isBad) throw failure(kind, name)
      yield* backend.stream(kind, name, from, signal)
    },
  }
}
