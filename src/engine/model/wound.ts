import type { Backend, FileKind } from '../../storage/backend.ts'

/** A damage of one file. */
export interface Wound {
  readonly kind: 'index' | 'pack' | 'snapshot'
  /** Of those that are there, sorted by their names, and counted round and round. */
  readonly file: number
  readonly harm: 'removed' | 'emptied' | 'cut' | 'turned'
  /** Thousandths of the file: where it is cut, or a bit is turned. */
  readonly at: number
}

/** Returns the file's name; null where there is none. */
export async function inflict(
  storage: Backend,
  { kind, file, harm, at }: Wound,
  signal: AbortSignal,
): Promise<string | null> {
  const names = await Array.fromAsync(storage.list(kind, signal), ({ name }) => name)
  const name = names.sort()[file % Math.max(names.length, 1)]
  if (name === undefined) return null
  if (harm === 'removed') await storage.remove(kind, name, signal)
  else {
    const bytes = await storage.read(kind, name, null, signal)
    await storage.write(kind, name, [harmed(bytes, harm, at)], signal)
  }
  return name
}

function harmed(bytes: Uint8Array, harm: 'emptied' | 'cut' | 'turned', at: number): Uint8Array {
  const place = Math.floor(((bytes.byteLength - 1) * at) / 1000)
  if (harm === 'emptied' || bytes.byteLength === 0) return Uint8Array.of()
  if (harm === 'cut') return bytes.subarray(0, place)
  return bytes.with(place, (bytes[place] ?? 0) ^ 1)
}

const kinds: readonly FileKind[] = ['key', 'pack', 'index', 'snapshot', 'config']

/** Copies all files but the locks. */
export async function mirror(from: Backend, to: Backend, signal: AbortSignal): Promise<void> {
  for (const kind of kinds) {
    for await (const { name } of from.list(kind, signal)) {
      await to.write(kind, name, [await from.read(kind, name, null, signal)], signal)
    }
  }
}
