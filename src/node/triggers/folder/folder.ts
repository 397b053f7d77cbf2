import path from 'node:path'
import { BlackstartError } from '../../../errors.ts'
import { milliseconds } from '../../../site/duration.ts'
import type { FolderTrigger } from '../../../site/site.ts'
import type { TriggerContext, TriggerSource } from '../trigger.ts'
import { FolderChanges } from './folder-changes.ts'
import { FolderWatchers } from './folder-watchers.ts'
import { type FolderScan, scanFolder } from './scan-folder.ts'

/** Milliseconds between two looks where nothing was told, */
const scanEvery = 60_000
/** while something does not hold still, */
const restlessEvery = 1_000
/** and after the system told of a change. */
const hintedAfter = 200
/** A look that takes long is not repeated at once: it may take this share of the time. */
const share = 1 / 5

/** Files that people save: on an engineering share, say. Nothing in them is read. */
export const folder: TriggerSource<FolderTrigger> = {
  via: 'folder',
  async run(trigger, context, signal) {
    const place = path.resolve(context.folder, trigger.options.path)
    const every = trigger.options.scan === null ? scanEvery : milliseconds(trigger.options.scan)
    const changes = new FolderChanges()
    const rest = new Rest()
    using watchers = new FolderWatchers(() => rest.hint())
    while (!signal.aborted) {
      const begun = performance.now()
      const scan = await looked(trigger, place, changes, context, signal)
      if (signal.aborted) return
      const added = scan !== null && watchers.watch(scan.folders)
      const took = performance.now() - begun
      // what changed between the look and the watch is found by another look
      const next = changes.restless || added ? restlessEvery : every
      await rest.until(Math.max(next, took / share), Math.max(hintedAfter, took / share), signal)
    }
  },
}

/** One look; null where the folder cannot be seen, which is a state and no end. */
async function looked(
  { id, options, items }: FolderTrigger,
  place: string,
  changes: FolderChanges,
  context: TriggerContext,
  signal: AbortSignal,
): Promise<FolderScan | null> {
  try {
    const scan = await scanFolder(id, place, options.pattern, signal)
    if (scan.entries === 0 && (changes.known ?? 0) > 0) throw emptied(id, place)
    const changed = changes.look(scan.files, performance.now())
    context.working(`watches ${place} (${scan.files.size === 1 ? '1 file' : `${scan.files.size} files`})`)
    if (changed.length > 0) {
      context.count('received', changed.length)
      context.changed(items, changedText(changed), null)
    }
    return scan
  } catch (error) {
    if (signal.aborted) return null
    if (!(error instanceof BlackstartError)) throw error
    context.blind(error.message)
    return null
  }
}

function changedText([first = '', ...others]: readonly string[]): string {
  if (others.length === 0) return `${first} was saved or removed`
  return `${first} and ${others.length === 1 ? 'another file' : `${others.length} others`} were saved or removed`
}

/** An empty folder where there were files is a mount point without its share: nothing was removed. */
function emptied(id: string, place: string): BlackstartError {
  return new BlackstartError(
    'missing',
    `trigger ${id}: ${place} is empty, and held files before. Check that the share is mounted.`,
    { retry: true, facts: { path: place } },
  )
}

/** A pause that a hint shortens. */
class Rest {
  #hinted = false
  #wake: () => void = () => undefined

  hint(): void {
    this.#hinted = true
    this.#wake()
  }

  /** Waits `longest`; after a hint `least`, from the beginning of the pause. All in milliseconds. */
  async until(longest: number, least: number, signal: AbortSignal): Promise<void> {
    const begun = performance.now()
    while (!signal.aborted) {
      const left = begun + (this.#hinted ? Math.min(least, longest) : longest) - performance.now()
      if (left <= 0) break
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, left)
      this.#wake = resolve
      signal.addEventListener('abort', () => resolve(), { once: true })
      await promise
      clearTimeout(timer)
    }
    this.#hinted = false
  }
}
