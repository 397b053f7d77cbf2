import type { FailedEntry, FilePart, NextPart, PartJob } from './messages.ts'

/** Runs one part; `onNext` hears, before the part is stored, where the next one begins. */
export type RunPart = (job: PartJob, onNext: (next: NextPart) => void) => Promise<FilePart>

export interface RelayedFile {
  /** The file's node up to its content. */
  readonly node: string
  readonly content: readonly string[]
  /** Bytes. */
  readonly size: number
  /** Attributes that could not be read. */
  readonly failures: readonly FailedEntry[]
}

/** Stores a large file of this machine, its parts in several threads at once, `ahead` at most. Throws the system's errors. */
export async function relayFile(file: string, ahead: number, run: RunPart): Promise<RelayedFile> {
  const parts: Promise<FilePart>[] = []
  let from: NextPart = { offset: 0, first: null }
  for (let offset: number | null = 0; offset !== null; offset = from.offset) {
    const next = Promise.withResolvers<NextPart>()
    const part = run({ kind: 'part', file, offset, first: from.first }, next.resolve)
    part.catch(next.reject)
    parts.push(part)
    from = await next.promise
    if (parts.length > ahead) await parts.at(-ahead)
  }
  const all = await Promise.all(parts)
  const end = all.at(-1)?.end
  if (!end) throw new Error(`the last part of ${file} has no end`)
  return { ...end, content: all.flatMap(part => part.content) }
}
