import type { Archive } from '../archive/archive.ts'
import type { JournalLine } from '../archive/journal-event.ts'
import type { Problem } from '../site/problem.ts'
import type { Site } from '../site/site.ts'
import type { JudgedSite } from './judge-site.ts'
import type { Run } from './runs/run.ts'

/** Who does something, and from where, as the journal writes it. */
export interface Actor {
  /** An account, or `node` where nobody asked. */
  readonly name: string
  /** An address, `socket` for this machine's command line; null for the node itself. */
  readonly from: string | null
}

/** The site file that is in force, and the one on the disk where that is another. */
export interface SiteInForce {
  readonly site: Site
  /** The text that it was read from. */
  readonly text: string
  /** Changes with the text: SHA-256 of its bytes. */
  readonly etag: string
  readonly loaded: Temporal.Instant
  /** Its warnings. */
  readonly problems: readonly Problem[]
  /** The file on the disk, where it is not in force because of its errors; null where it is the same. */
  readonly refused: {
    readonly text: string
    /** As the one in force has it: what a change of the file on the disk is made against. */
    readonly etag: string
    readonly problems: readonly Problem[]
    readonly since: Temporal.Instant
  } | null
}

/** What happens while the node runs; what it holds may be asked for again at any time. */
export type NodeEvent =
  | { readonly type: 'run'; readonly run: Run }
  /** Lines that the journal has got, whoever wrote them. */
  | { readonly type: 'journal'; readonly lines: readonly JournalLine[] }
  /** Verdicts, findings and states of items were made anew. */
  | { readonly type: 'judged'; readonly number: number }
  | { readonly type: 'site'; readonly etag: string; readonly problems: number }
  /** The journal's chain is broken, or the repository was found damaged; it stays until it is mended. */
  | { readonly type: 'integrity'; readonly message: string }

export interface CaptureRequest {
  /** `asset/item`, known to the site. */
  readonly items: readonly string[]
  readonly by: Actor
  /** Also inside quiet windows. */
  readonly ignoreQuiet: boolean
}

export interface WriteRequest {
  readonly item: string
  readonly version: string
  readonly by: Actor
  /** Goes on where the device cannot be read first. */
  readonly withoutSafety: boolean
  /** Why, for the journal; empty where nothing was said. */
  readonly reason: string
}

/** The running site node. The API and the command line do everything through it. */
export interface SiteNode extends AsyncDisposable {
  readonly folder: string
  readonly now: () => Date
  /** When this process took the site over. */
  readonly started: Temporal.Instant
  site(): SiteInForce
  /** The site's archive, opened once; what is recorded through it is recorded as that person's. */
  archive(by: Actor): Archive
  /** The newest judgement; made in a thread of its own, at most some seconds old where something happened. */
  judged(): Judged
  /** Runs that wait or go on, and those that ended within the last hour; newest first. */
  runs(): readonly Run[]
  /** When each item is due next, by item. */
  due(): ReadonlyMap<string, Temporal.Instant>
  /** Captures now; an item that waits or is read already is not read twice: its run is returned. Throws `not-found`, `isolated`. */
  capture(request: CaptureRequest): readonly Run[]
  /** Captures what a trigger saw a change of: one that is read just then is read once more, one that waits is left. */
  trigger(items: readonly string[], trigger: string, seen: string): readonly Run[]
  /** Writes a version back to its device: safety capture, write, read back, compare. Ends when that ends; its run is live meanwhile. Throws
   * `not-found`, and `refused` while another write-back waits or goes on on the same device. */
  writeToDevice(request: WriteRequest): { readonly run: Run; readonly ended: Promise<Run> }
  /**
   * Stops a run that waits or goes on, and journals who did; ends when the run has. False where there is none, and where it had its
   * result, or was writing to a device, before it could be stopped.
   */
  stop(run: string, by: Actor): Promise<boolean>
  /** The site file's text, once it was checked: written, journaled, captured as a version and in force. Throws `site-invalid`; `refused` where `etag` is not the newest. */
  changeSite(text: string, etag: string, by: Actor): Promise<SiteInForce>
  /** Reads the site file anew at once. */
  reload(): Promise<SiteInForce>
  /** Why nothing can be trusted until somebody acts; null where all is well. */
  integrity(): string | null
  subscribe(listener: (event: NodeEvent) => void): Disposable
}

/** A judgement and what it rests on; `number` grows with each. */
export type Judged = JudgedSite & { readonly number: number }
